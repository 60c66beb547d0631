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
  `arrived` has the key, the content, what is kept `besides`, `known_from` and where the row came from, in the order of the model, which ends with
  `known_to` and `is_current`.
#}
{% macro versions_of(arrived, key, content, besides=[]) -%}
{%- set keys = key | join(', ') -%}
{%- set columns = key + content + besides + ['known_from', 'source', 'batch_id', 'batch_seq', 'source_line'] -%}
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

-- most rows have one version: only the others are put in order
repeated as (
    select {{ keys }}
    from candidates
    group by {{ keys }}
    having count(*) > 1
),

single as (
    select candidates.*, cast(null as timestamp) as known_to
    from candidates
    left join repeated
        on {% for column in key %}candidates.{{ column }} = repeated.{{ column }}{{ " and " if not loop.last }}{% endfor %}
    where repeated.{{ key[0] }} is null
),

latest_at_each_time as (
    select
        candidates.*,
        row_number() over (
            partition by {% for column in key %}candidates.{{ column }}, {% endfor %}known_from
            order by batch_seq desc, source_line desc
        ) as preference
    from candidates
    inner join repeated
        on {% for column in key %}candidates.{{ column }} = repeated.{{ column }}{{ " and " if not loop.last }}{% endfor %}
),

states as (
    select
        *,
        {{ fingerprint(content) }} as content,
        lag({{ fingerprint(content) }}) over (partition by {{ keys }} order by known_from) as content_before
    from latest_at_each_time
    where preference = 1
),

changed_states as (
    select
        *,
        lead(known_from) over (partition by {{ keys }} order by known_from) as known_to
    from states
    where content_before is null or content <> content_before
),

versions as (
    select {{ columns | join(', ') }}, known_to from single
    union all
    select {{ columns | join(', ') }}, known_to from changed_states
)
{%- endmacro %}
