{# A part's share of an amount, rounded half up to the minor unit of its currency. #}
{% macro share_of(amount, part, whole, minor_units) -%}
    {{ return(adapter.dispatch('share_of', 'cartera')(amount, part, whole, minor_units)) }}
{%- endmacro %}

{% macro default__share_of(amount, part, whole, minor_units) -%}
    {{ round_money('cast(' ~ amount ~ ' as decimal(18, 4)) * ' ~ part ~ ' / ' ~ whole, minor_units) }}
{%- endmacro %}

{# DuckDB divides decimals as binary fractions, which lose ties; whole ten-thousandths divide exactly. #}
{% macro duckdb__share_of(amount, part, whole, minor_units) -%}
    {%- set step = "case " ~ minor_units ~ " when 0 then 10000 when 3 then 10 else 100 end" -%}
    {%- set in_units = "cast(%s * 10000 as hugeint)" -%}
    cast(
        sign({{ amount }}) * (
            (
                2 * {{ in_units % ("abs(" ~ amount ~ ")") }} * {{ in_units % part }}
                + {{ in_units % whole }} * {{ step }}
            ) // (2 * {{ in_units % whole }} * {{ step }})
        ) * {{ step }}
        as decimal(22, 0)
    ) * cast(0.0001 as decimal(5, 4))
{%- endmacro %}
