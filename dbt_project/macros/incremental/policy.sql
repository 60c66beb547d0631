{#
  A build works out a reached customer's credit policy anew from the day on from which it can differ (int_policy__reach); a full
  build (`--full-refresh`) everybody's. After a relation in a from clause: only its rows of such customers on such days.
#}
{% macro within_reach(relation, day) -%}
    {%- if not (execute and flags.FULL_REFRESH) -%}
        inner join {{ ref('int_policy__reach') }} as reach
            on {{ is_within_reach(relation, day) }}
    {%- endif -%}
{%- endmacro %}

{% macro is_within_reach(relation, day) -%}
    {{ relation }}.company = reach.company
    and {{ relation }}.customer_id = reach.customer_id
    and {{ relation }}.{{ day }} >= reach.from_date
{%- endmacro %}

{# Before a model adds what it worked out anew: what it held of the same customers and days goes. #}
{% macro forget_within_reach(day) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as held
        using {{ ref('int_policy__reach') }} as reach
        where {{ is_within_reach('held', day) }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{#
  An interval that goes on into the days worked out anew ends where these begin. It says what held until then, so that
  nothing before has to be read; where nothing changes that day, two intervals say what one said.
#}
{% macro end_where_reach_begins() -%}
    {%- if is_incremental() -%}
        update {{ this }} as held
        set valid_to = reach.from_date
        from {{ ref('int_policy__reach') }} as reach
        where
            held.company = reach.company
            and held.customer_id = reach.customer_id
            and held.valid_from < reach.from_date
            and held.valid_to > reach.from_date
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{#
  After a relation in a from clause: the days each of its rows is judged on. A full build judges everybody on all evaluation
  days, which needs no list of customers.
#}
{% macro on_judged_days(relation, valid_from, valid_to) -%}
    {%- set everybody = ref('int_calendar__evaluation_days') -%}
    {%- set judged = ref('int_policy__judged_days') -%}
    {%- set full = execute and flags.FULL_REFRESH -%}
    inner join {{ everybody if full else judged }} as days
        on
            {{ relation }}.company = days.company
            {%- if not full %}
            and {{ relation }}.customer_id = days.customer_id
            {%- endif %}
            and {{ relation }}.{{ valid_from }} <= days.evaluated_on
            and {{ relation }}.{{ valid_to }} > days.evaluated_on
{%- endmacro %}

{# What a table of evaluations held of days that are none any more, and of what is judged anew, goes. #}
{% macro forget_judged() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as held
        where
            not exists (
                select 1
                from {{ ref('int_calendar__evaluation_days') }} as days
                where held.company = days.company and held.evaluated_on = days.evaluated_on
            )
            or exists (
                select 1
                from {{ ref('int_policy__judged_days') }} as judged
                where
                    held.company = judged.company
                    and held.customer_id = judged.customer_id
                    and held.evaluated_on = judged.evaluated_on
            )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}
