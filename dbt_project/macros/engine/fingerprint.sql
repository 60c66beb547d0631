{# A number that differs when any of the columns does; nulls count as values. #}
{% macro fingerprint(columns) -%}
    {{ return(adapter.dispatch('fingerprint', 'cartera')(columns)) }}
{%- endmacro %}

{% macro default__fingerprint(columns) -%}
    xxhash64(to_json(struct({{ columns | join(', ') }})))
{%- endmacro %}

{% macro duckdb__fingerprint(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
