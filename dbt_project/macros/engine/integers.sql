{# Whole numbers of 38 digits, exact on both engines; neither divides decimals to the digit that books need. #}
{% macro in_units(amount, decimals) -%}
    {{ return(adapter.dispatch('in_units', 'cartera')(amount, decimals)) }}
{%- endmacro %}

{% macro default__in_units(amount, decimals) -%}
    cast(({{ amount }}) * {{ 10 ** decimals }} as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__in_units(amount, decimals) -%}
    cast(({{ amount }}) * {{ 10 ** decimals }} as hugeint)
{%- endmacro %}

{# How often `divisor` goes into `dividend`; both whole and not negative. Null for a divisor of 0. #}
{% macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient', 'cartera')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__whole_quotient(dividend, divisor) -%}
    {%- set divisor = "nullif(" ~ divisor ~ ", 0)" -%}
    cast((({{ dividend }}) - ({{ dividend }}) % {{ divisor }}) / {{ divisor }} as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}
