{# Parts joined by `|`; a `|` inside one is marked, so that document `X|1` is not instalment 1 of document `X`. #}
{% macro item_id(company, document_id, instalment_no) -%}
    concat({{ id_part(company) }}, '|', {{ id_part(document_id) }}, case when {{ instalment_no }} is not null then '|' || cast({{ instalment_no }} as string) else '' end)
{%- endmacro %}

{# Hardly any id holds either character, and a look is cheaper than a copy. #}
{% macro id_part(id) -%}
    case
        when {{ id }} like '%|%' or {{ id }} like '%~%' then replace(replace({{ id }}, '~', '~~'), '|', '~|')
        else {{ id }}
    end
{%- endmacro %}
