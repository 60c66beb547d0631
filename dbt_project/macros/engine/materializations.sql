{#
  Spark builds everything anew: nothing outlives its session, and there is neither a delete nor a key on plain Parquet.
  A model that DuckDB adds to is a table there, with the same rows.
#}
{% materialization incremental, adapter='spark' -%}
    {{ return(dbt.materialization_table_spark()) }}
{%- endmaterialization %}

{# What is published leaves Spark as Parquet, so a public view is a table there. #}
{% materialization view, adapter='spark' -%}
    {%- if model.access == 'public' -%}
        {{ return(dbt.materialization_table_spark()) }}
    {%- else -%}
        {{ return(dbt.materialization_view_spark()) }}
    {%- endif -%}
{%- endmaterialization %}
