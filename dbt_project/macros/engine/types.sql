{# How Spark calls a type of a model's contract. #}
{% macro spark__cast(expression, type) -%}
    cast({{ expression }} as {{ 'string' if type | lower == 'varchar' else type }})
{%- endmacro %}

{# Plain Parquet has no constraints; they hold where the marts are published, which is always DuckDB. #}
{% macro spark__persist_constraints(relation, model) -%}{%- endmacro %}

{# Nor are comments kept here, which would ask for each table's columns again; the published file has them. #}
{% macro spark__persist_docs(relation, model, for_relation, for_columns) -%}{%- endmacro %}
