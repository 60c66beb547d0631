{# Each branch is cast on its own: of decimals with different scales and 38 digits, DuckDB keeps the smallest scale. #}
{% macro round_money(amount, minor_units) -%}
    case {{ minor_units }}
        when 0 then cast(round({{ amount }}, 0) as decimal(18, 4))
        when 3 then cast(round({{ amount }}, 3) as decimal(18, 4))
        else cast(round({{ amount }}, 2) as decimal(18, 4))
    end
{%- endmacro %}

{#
  A part's share of an amount, rounded half up to the minor unit of its currency. `part` and `whole` are positive and
  have at most so many `decimals`.
#}
{% macro share_of(amount, part, whole, minor_units, decimals=4) -%}
    {%- set step = "case " ~ minor_units ~ " when 0 then 10000 when 3 then 10 else 100 end" -%}
    {%- set whole_units = in_units(whole, decimals) -%}
    cast(
        case when {{ amount }} < 0 then -1 else 1 end
        * {{ whole_quotient(
            "2 * " ~ in_units("abs(" ~ amount ~ ")", 4) ~ " * " ~ in_units(part, decimals) ~ " + " ~ whole_units ~ " * " ~ step,
            "2 * " ~ whole_units ~ " * " ~ step
        ) }}
        * {{ step }}
        as decimal(22, 0)
    ) * cast(0.0001 as decimal(5, 4))
{%- endmacro %}

{# A quotient rounded half up, both sides with at most so many `decimals`; the denominator is positive. #}
{% macro quotient(numerator, denominator, type, digits, decimals=4) -%}
    {%- set below = in_units(denominator, decimals) -%}
    cast(
        cast(
            case when {{ numerator }} < 0 then -1 else 1 end
            * {{ whole_quotient(
                "2 * " ~ in_units("abs(" ~ numerator ~ ")", decimals) ~ " * " ~ in_units(1, digits) ~ " + " ~ below, "2 * " ~ below
            ) }}
            as decimal(24, 0)
        ) * 0.{{ "0" * (digits - 1) }}1 as {{ type }}
    )
{%- endmacro %}

{% macro ratio(numerator, denominator, factor=1) -%}
    case
        when {{ denominator }} > 0
            then {{ quotient(numerator ~ " * " ~ factor, denominator, "decimal(18, 6)", 6) }}
    end
{%- endmacro %}

{% macro stretched(amount, share) -%}
    cast({{ amount }} as decimal(24, 4)) * cast(1 + {{ share }} as decimal(14, 6))
{%- endmacro %}

{#
  What is settled of `remaining` once `part` of `size` is used up: exactly all of it with the last part; before, the part
  itself, or its share where the size is a value in another currency.
#}
{% macro cleared_share(is_by_value, remaining, part, size, minor_units) -%}
    case
        when {{ part }} = {{ size }} then {{ remaining }}
        when not {{ is_by_value }} then {{ part }}
        else {{ share_of(remaining, part, size, minor_units) }}
    end
{%- endmacro %}
