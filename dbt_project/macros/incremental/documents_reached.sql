{#
  The documents that what has arrived can reach: see int_ledger__touched, whose query in an incremental build this is.
#}
{% macro documents_reached() -%}
with recursive build as (
    select applied_seq from {{ source('settings', 'build') }}
),

documents as (
    select company, document_id, currency, issue_date, fx_rate, clearing_group, changed_seq
    from {{ ref('stg_cartera__document_versions') }}
),

applications as (
    select company, application_id, from_document_id, to_document_id, changed_seq
    from {{ ref('stg_cartera__application_versions') }}
),

new_applications as (
    select distinct company, application_id from applications
    where changed_seq > (select applied_seq from build)
),

-- every document that any row of such an application ever named: a row that took the place of another, recorded at the
-- same moment, leaves no version of it, but movements of the build before
named_rows as (
    select company, application_id, from_document_id, to_document_id
    from {{ source('lake', 'applications') }} as all_rows
    where {{ key_is_among('all_rows', ['company', 'application_id'], 'new_applications') }}
),

named as (
    select company, from_document_id as document_id from named_rows
    union
    select company, to_document_id as document_id from named_rows
),

-- what has no rate of its own takes the one of its day, which may just have come
new_rates as (
    select from_currency, to_currency, min(rate_date) as first_date
    from {{ ref('stg_cartera__fx_rates') }}
    where changed_seq > (select applied_seq from build)
    group by from_currency, to_currency
),

-- of whose instalments some were said again and others not: who is in the plan may have changed, and no row with it
uneven_plans as (
    select company, document_id
    from {{ ref('stg_cartera__instalment_versions') }}
    where is_current
    group by company, document_id
    having min(seen_until) < max(seen_until)
),

changed as (
    select company, document_id from documents
    where changed_seq > (select applied_seq from build)
    union
    select company, document_id from {{ ref('stg_cartera__instalment_versions') }}
    where changed_seq > (select applied_seq from build)
    union
    select company, document_id from {{ source('lake', 'instalments') }} as all_rows
    where
        _batch_seq > (select applied_seq from build)
        and {{ key_is_among('all_rows', ['company', 'document_id'], 'uneven_plans') }}
    union
    select company, document_id from {{ ref('int_ledger__absences') }}
    where batch_seq > (select applied_seq from build)
    union
    select documents.company, documents.document_id
    from documents
    inner join {{ ref('int_ledger__companies') }} as companies
        on documents.company = companies.company
    inner join new_rates
        on
            documents.currency = new_rates.from_currency
            and companies.functional_currency = new_rates.to_currency
            and documents.issue_date >= new_rates.first_date
    where documents.fx_rate is null
    union
    select company, document_id from named
),

reached as (
    select company, document_id from changed
    union
    select applications.company, applications.from_document_id as document_id
    from applications
    inner join changed
        on applications.company = changed.company and applications.to_document_id = changed.document_id
    union
    select applications.company, applications.to_document_id as document_id
    from applications
    inner join changed
        on applications.company = changed.company and applications.from_document_id = changed.document_id
),

groups as (
    select company, clearing_group, document_id
    from documents
    where clearing_group is not null
    union
    -- groups that a changed document was in by a row whose place another took
    select company, clearing_group, document_id
    from {{ source('lake', 'documents') }} as all_rows
    where clearing_group is not null and {{ key_is_among('all_rows', ['company', 'document_id'], 'changed') }}
),

touched as (
    select company, document_id from reached
    union
    select others.company, others.document_id
    from touched
    inner join groups
        on touched.company = groups.company and touched.document_id = groups.document_id
    inner join groups as others
        on groups.company = others.company and groups.clearing_group = others.clearing_group
),

neighbours as (
    select applications.company, applications.from_document_id as document_id
    from applications
    inner join touched
        on applications.company = touched.company and applications.to_document_id = touched.document_id
    union
    select applications.company, applications.to_document_id as document_id
    from applications
    inner join touched
        on applications.company = touched.company and applications.from_document_id = touched.document_id
)

select company, document_id, true as is_touched from touched
union all
select neighbours.company, neighbours.document_id, false as is_touched
from neighbours
left join touched
    on neighbours.company = touched.company and neighbours.document_id = touched.document_id
where touched.document_id is null
{%- endmacro %}
