{% macro as_of_date() -%}
    cast('{{ env_var("CARTERA_AS_OF") }}' as date)
{%- endmacro %}
