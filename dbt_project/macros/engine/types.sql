{# How Spark calls a type of a model's contract. #}
{% macro spark__cast(expression, type) -%}
    cast({{ expression }} as {{ 'string' if type | lower == 'varchar' else type }})
{%- endmacro %}

{# Plain Parquet has no constraints; they hold where the marts are published, which is always DuckDB. #}
{% macro spark__persist_constraints(relation, model) -%}{%- endmacro %}
