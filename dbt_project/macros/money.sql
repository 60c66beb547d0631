{# Each branch is cast on its own: of decimals with different scales and 38 digits, DuckDB keeps the smallest scale. #}
{% macro round_money(amount, minor_units) -%}
    case {{ minor_units }}
        when 0 then cast(round({{ amount }}, 0) as decimal(18, 4))
        when 3 then cast(round({{ amount }}, 3) as decimal(18, 4))
        else cast(round({{ amount }}, 2) as decimal(18, 4))
    end
{%- endmacro %}

{% macro ratio(numerator, denominator, factor=1) -%}
    case
        when {{ denominator }} > 0
            then cast({{ numerator }} * {{ factor }} / {{ denominator }} as decimal(18, 6))
    end
{%- endmacro %}

{% macro stretched(amount, share) -%}
    cast({{ amount }} as decimal(24, 4)) * cast(1 + {{ share }} as decimal(14, 6))
{%- endmacro %}
