{#
  Every row the lake holds of the documents that their sources say anew: see int_ledger__restated, whose query in an incremental
  build this is.
#}
{% macro rows_of_restated_documents() -%}
with build as (
    select applied_seq from {{ source('settings', 'build') }}
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

restated as (
    select company, document_id from {{ ref('stg_cartera__document_versions') }}
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
    from {{ ref('stg_cartera__document_versions') }} as documents
    inner join {{ ref('int_ledger__companies') }} as companies
        on documents.company = companies.company
    inner join new_rates
        on
            documents.currency = new_rates.from_currency
            and companies.functional_currency = new_rates.to_currency
            and documents.issue_date >= new_rates.first_date
    where documents.fx_rate is null
)

select
    company,
    document_id,
    coalesce(customer_id, 'unidentified') as customer_id,
    clearing_group,
    {{ first_day_of('all_rows') }} as first_day
from {{ source('lake', 'documents') }} as all_rows
where {{ key_is_among('all_rows', ['company', 'document_id'], 'restated') }}
{%- endmacro %}

{#
  The documents that what has arrived can reach: see int_ledger__touched, whose query in an incremental build this is.
#}
{% macro documents_reached() -%}
with recursive build as (
    select applied_seq from {{ source('settings', 'build') }}
),

documents as (
    select company, document_id, clearing_group, {{ first_day_of('versions') }} as first_day
    from {{ ref('stg_cartera__document_versions') }} as versions
    where clearing_group is not null
),

restated as (
    select company, document_id, clearing_group, first_day from {{ ref('int_ledger__restated') }}
),

new_applications as (
    select distinct company, application_id from {{ ref('stg_cartera__application_versions') }}
    where changed_seq > (select applied_seq from build)
),

-- every document that any row of such an application ever named: a row that took the place of another, known from the
-- same moment, leaves no version of it, but movements of the build before
named_rows as (
    select company, application_id, from_document_id, to_document_id, applied_on
    from {{ source('lake', 'applications') }} as all_rows
    where {{ key_is_among('all_rows', ['company', 'application_id'], 'new_applications') }}
),

first_applied as (
    select
        company,
        application_id,
        -- under the other rule an application counts from its documents' dates on, which may come before its own
        {% if env_var('CARTERA_APPLICATION_DATE_RULE', 'latest') == 'latest_document' -%}
            date '1900-01-01'
        {%- else -%}
            min(applied_on)
        {%- endif %} as from_date
    from named_rows
    group by company, application_id
),

-- with the first day on which anything can differ: nothing dated later changes a day
changed as (
    select company, document_id, first_day as from_date from restated
    union
    select named_rows.company, named_rows.from_document_id as document_id, first_applied.from_date
    from named_rows
    inner join first_applied
        on named_rows.company = first_applied.company and named_rows.application_id = first_applied.application_id
    union
    select named_rows.company, named_rows.to_document_id as document_id, first_applied.from_date
    from named_rows
    inner join first_applied
        on named_rows.company = first_applied.company and named_rows.application_id = first_applied.application_id
),

reached as (
    select company, document_id, from_date from changed
    union
    select paid_by.company, paid_by.from_document_id as document_id, changed.from_date
    from {{ ref('stg_cartera__application_versions') }} as paid_by
    inner join changed
        on paid_by.company = changed.company and paid_by.to_document_id = changed.document_id
    union
    select pays.company, pays.to_document_id as document_id, changed.from_date
    from {{ ref('stg_cartera__application_versions') }} as pays
    inner join changed
        on pays.company = changed.company and pays.from_document_id = changed.document_id
),

-- with those that a restated document was in by a row whose place another took
groups as (
    select company, document_id, clearing_group, first_day from documents
    union
    select company, document_id, clearing_group, first_day from restated
    where clearing_group is not null
),

-- from a document to its groups and from a group to its documents, so that no member is set beside every other
links as (
    select company, concat('document ', document_id) as node, concat('group ', clearing_group) as next_node from groups
    union all
    select company, concat('group ', clearing_group) as node, concat('document ', document_id) as next_node from groups
),

followed as (
    select distinct company, concat('document ', document_id) as node from reached
    union
    select links.company, links.next_node as node
    from followed
    inner join links
        on followed.company = links.company and followed.node = links.node
),

-- a group is one statement, which corrects what was said of every day of its members (decision 0014)
grouped as (
    select distinct groups.company, groups.document_id
    from groups
    inner join followed
        on groups.company = followed.company and concat('document ', groups.document_id) = followed.node
),

first_days_of_groups as (
    select groups.company, min(groups.first_day) as from_date
    from groups
    inner join grouped
        on groups.company = grouped.company and groups.document_id = grouped.document_id
    group by groups.company
),

touched as (
    select company, document_id, min(from_date) as from_date
    from (
        select company, document_id, from_date from reached
        union all
        select grouped.company, grouped.document_id, first_days_of_groups.from_date
        from grouped
        inner join first_days_of_groups
            on grouped.company = first_days_of_groups.company
    ) as causes
    group by company, document_id
),

neighbours as (
    select paid_by.company, paid_by.from_document_id as document_id
    from {{ ref('stg_cartera__application_versions') }} as paid_by
    inner join touched
        on paid_by.company = touched.company and paid_by.to_document_id = touched.document_id
    union
    select pays.company, pays.to_document_id as document_id
    from {{ ref('stg_cartera__application_versions') }} as pays
    inner join touched
        on pays.company = touched.company and pays.from_document_id = touched.document_id
)

select company, document_id, true as is_touched, from_date from touched
union all
select neighbours.company, neighbours.document_id, false as is_touched, cast(null as date) as from_date
from neighbours
left join touched
    on neighbours.company = touched.company and neighbours.document_id = touched.document_id
where touched.document_id is null
{%- endmacro %}

{# The earliest day on which a row of a document says anything. #}
{% macro first_day_of(row) -%}
    least({{ row }}.issue_date, coalesce({{ row }}.cleared_on, {{ row }}.issue_date), coalesce({{ row }}.cancelled_on, {{ row }}.issue_date))
{%- endmacro %}
