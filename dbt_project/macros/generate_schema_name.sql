{# Schemas are named as written. What is published stands in a DuckDB file of its own, where names need no schema.
   Spark has schemas only, and no database. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ return('main' if is_published_file(node) else (custom_schema_name or target.schema) | trim) }}
{%- endmacro %}

{% macro generate_database_name(custom_database_name, node) -%}
    {{ return('marts' if is_published_file(node) else target.database or none) }}
{%- endmacro %}

{% macro is_published_file(node) -%}
    {{ return(target.type == 'duckdb' and node is not none and node.resource_type == 'model' and node.fqn[1] == 'marts') }}
{%- endmacro %}
