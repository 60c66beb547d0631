{#
  Every version of the rows of one entity: `known_from` is the source's own record time where it has one, else
  the load time; `known_to` is when the next version replaced it. Rows loaded later win over rows recorded at
  the same time. `is_current` marks what is known now.
#}
{% macro newest_versions(entity, key, recorded_at=none) -%}
with recorded as (
    select
        *,
        {% if recorded_at -%}
            coalesce({{ recorded_at }}, _loaded_at)
        {%- else -%}
            _loaded_at
        {%- endif %} as known_from
    from {{ source('lake', entity) }}
),

latest_at_each_time as (
    select
        *,
        row_number() over (
            partition by {{ key | join(', ') }}, known_from
            order by _batch_seq desc, _row desc
        ) as _rank
    from recorded
),

versions as (
    select
        *,
        lead(known_from) over (partition by {{ key | join(', ') }} order by known_from) as known_to
    from latest_at_each_time
    where _rank = 1
)
{%- endmacro %}
