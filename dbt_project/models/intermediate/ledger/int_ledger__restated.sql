-- Every row the lake holds of the documents that their sources say anew: by a row of the document, of its instalments, of
-- an open-items list, or by a rate for a document that has none of its own. Rows, not versions: one whose place another took may have
-- named another customer, group or day, which the build before went by. A full build asks nothing here.
{% if execute and flags.FULL_REFRESH -%}
    select
        cast(null as string) as company,
        cast(null as string) as document_id,
        cast(null as string) as customer_id,
        cast(null as string) as clearing_group,
        cast(null as date) as first_day
    where 1 = 0
{%- else -%}
    {{ rows_of_restated_documents() }}
{%- endif %}
