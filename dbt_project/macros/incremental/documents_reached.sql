{#
  The documents that what has arrived can reach: see int_ledger__touched, whose query in an incremental build this is.
#}
{% macro documents_reached() -%}
{%- set entries = adapter.get_relation('marts', 'main', 'fct_receivable_entry') -%}
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

-- what has no rate of its own takes the one of its day, which may just have come
new_rates as (
    select from_currency, min(rate_date) as first_date
    from {{ ref('stg_cartera__fx_rates') }}
    where batch_seq > (select applied_seq from build)
    group by from_currency
),

changed as (
    select company, document_id from documents
    where changed_seq > (select applied_seq from build)
    union
    select company, document_id from {{ ref('stg_cartera__instalment_versions') }}
    where changed_seq > (select applied_seq from build)
    union
    select company, document_id from {{ ref('int_ledger__absences') }}
    where batch_seq > (select applied_seq from build)
    union
    select documents.company, documents.document_id
    from documents
    inner join new_rates
        on
            documents.currency = new_rates.from_currency
            and documents.issue_date >= new_rates.first_date
    where documents.fx_rate is null
    union
    select applications.company, applications.from_document_id as document_id
    from applications
    inner join new_applications
        on applications.company = new_applications.company and applications.application_id = new_applications.application_id
    union
    select applications.company, applications.to_document_id as document_id
    from applications
    inner join new_applications
        on applications.company = new_applications.company and applications.application_id = new_applications.application_id
),

{% if entries is not none -%}
-- a version that took another's place may have left movements on documents it no longer names
shared_movements as (
    select distinct entries.company, entries.application_id
    from {{ entries }} as entries
    where entries.application_id is not null and {{ key_is_among('entries', ['company', 'document_id'], 'changed') }}
    union
    select company, application_id from new_applications
),

moved_before as (
    select distinct entries.company, entries.document_id
    from {{ entries }} as entries
    where {{ key_is_among('entries', ['company', 'application_id'], 'shared_movements') }}
),
{%- else -%}
moved_before as (
    select company, document_id from changed
),
{%- endif %}

reached as (
    select company, document_id from changed
    union
    select company, document_id from moved_before
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
    select distinct company, clearing_group, document_id
    from documents
    where clearing_group is not null
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
