-- The documents a build works out anew: those its batches bring or settle, those that any row of their applications ever
-- named, the other side of their applications and whoever shares or shared a clearing group with any of these. `is_touched` is false
-- for documents only needed to read: the other side of a touched document's application.
-- `from_date` is the first day on which anything of the document can differ from the build before.
-- A full build works out everything and asks nothing here.
{% if execute and flags.FULL_REFRESH -%}
    select
        cast(null as string) as company,
        cast(null as string) as document_id,
        false as is_touched,
        cast(null as date) as from_date
    where 1 = 0
{%- else -%}
    {{ documents_reached() }}
{%- endif %}
