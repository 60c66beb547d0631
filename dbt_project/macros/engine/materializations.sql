{#
  Spark builds everything anew: nothing outlives its session, and there is neither a delete nor a key on plain Parquet.
  A model that DuckDB adds to is a table there, with the same rows.
#}
{% materialization incremental, adapter='spark' -%}
    {{ return(dbt.materialization_table_spark()) }}
{%- endmaterialization %}
