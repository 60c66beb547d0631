{#
  Before a model adds what it worked out anew of customers on days: what it held goes of the days that `days` has no more
  and of reached customers from the day on from which anything can differ.
#}
{% macro forget_reached(day, days, keys=[]) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as held
        where
            not exists (
                select 1
                from {{ days }} as days
                where held.company = days.company and held.{{ day }} = days.{{ day }}
                {%- for key in keys %} and held.{{ key }} = days.{{ key }}{% endfor %}
            )
            or exists (
                select 1
                from {{ ref('int_ledger__reach') }} as reach
                where held.company = reach.company and held.customer_id = reach.customer_id and held.{{ day }} >= reach.from_date
            )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}
