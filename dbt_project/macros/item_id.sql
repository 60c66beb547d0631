{% macro item_id(company, document_id, instalment_no) -%}
    concat({{ company }}, '|', {{ document_id }}, case when {{ instalment_no }} is not null then '|' || cast({{ instalment_no }} as string) else '' end)
{%- endmacro %}
