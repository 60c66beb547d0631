{# Whether a row about a customer says anything besides its name. #}
{% macro says_more_than_a_name() -%}
    coalesce(
        tax_id, country, segment, group_id, email, phone, language, cast(terms_days as string), cast(credit_limit as string),
        credit_limit_currency, cast(on_hold as string), cast(customer_since as string), collector, sales_rep,
        cast(is_intercompany as string), cast(credit_file_complete_on as string), cast(contract_signed_on as string),
        cast(credit_checked_on as string), credit_score, cast(insured_limit as string), cast(margin_12m as string)
    ) is not null
{%- endmacro %}
