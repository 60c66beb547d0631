{#
  Makes the sources readable by their names before the first model runs. DuckDB reads their files where a model names
  them, so only Spark has something to do: one view for each. `meta.files` says where the files are; `meta.spark_files`
  where they are for Spark, which takes files whose name begins with an underscore for its own scratch and skips them.
#}
{% macro open_sources() -%}
    {{ return(adapter.dispatch('open_sources', 'cartera')()) }}
{%- endmacro %}

{% macro default__open_sources() -%}{%- endmacro %}

{% macro spark__open_sources() -%}
    {%- if execute -%}
        {%- for schema in graph.sources.values() | map(attribute='schema') | unique -%}
            {%- do run_query('create schema if not exists ' ~ schema) -%}
        {%- endfor -%}
        {%- for source in graph.sources.values() -%}
            {%- set meta = source.config.meta -%}
            {%- set files = (meta.spark_files or meta.files) | replace('{name}', source.name) -%}
            {%- do run_query(
                'create or replace view ' ~ source.schema ~ '.' ~ source.identifier ~ ' as select * from parquet.`' ~ files ~ '`'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
