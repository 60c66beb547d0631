{% macro round_money(amount, minor_units) -%}
    cast(case {{ minor_units }}
        when 0 then round({{ amount }}, 0)
        when 3 then round({{ amount }}, 3)
        else round({{ amount }}, 2)
    end as decimal(18, 4))
{%- endmacro %}

{% macro ratio(numerator, denominator, factor=1) -%}
    case
        when {{ denominator }} > 0
            then cast({{ numerator }} * {{ factor }} / {{ denominator }} as decimal(18, 6))
    end
{%- endmacro %}
