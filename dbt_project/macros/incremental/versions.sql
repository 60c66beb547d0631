{# The rows a build has not seen yet; a full build sees them all. #}
{% macro just_arrived() -%}
    {%- if is_incremental() -%}
        where _batch_seq > (select applied_seq from {{ source('settings', 'build') }})
    {%- endif -%}
{%- endmacro %}

{#
  Every version of the rows in `arrived`, which gives `known_from`: `known_to` is when the next version replaced it,
  null for what is known now. Of rows known from the same moment the one loaded last wins; a row that says nothing
  new makes no version. An incremental build takes up the versions it had of the keys that arrived.
  `arrived` has its columns in the order of the model, without `known_to`, `is_current` at the end.
#}
{% macro versions_of(arrived, key, content) -%}
{%- set keys = key | join(', ') -%}
candidates as (
    select * from {{ arrived }}
    {%- if is_incremental() %}
    union all
    select
        {%- for column in adapter.get_columns_in_relation(this) if column.name not in ('known_to', 'is_current') %}
        earlier.{{ column.name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ this }} as earlier
    where
        earlier.batch_seq <= (select applied_seq from {{ source('settings', 'build') }})
        and exists (
            select 1 from {{ arrived }} as latest
            where {% for column in key %}earlier.{{ column }} = latest.{{ column }}{{ " and " if not loop.last }}{% endfor %}
        )
    {%- endif %}
),

latest_at_each_time as (
    select
        *,
        row_number() over (
            partition by {{ keys }}, known_from
            order by batch_seq desc, source_line desc
        ) as preference
    from candidates
),

states as (
    select
        *,
        {{ fingerprint(content) }} as content,
        lag({{ fingerprint(content) }}) over (partition by {{ keys }} order by known_from) as content_before
    from latest_at_each_time
    where preference = 1
),

versions as (
    select
        *,
        lead(known_from) over (partition by {{ keys }} order by known_from) as known_to
    from states
    where content_before is null or content <> content_before
)
{%- endmacro %}
