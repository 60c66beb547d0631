-- Clearing groups that have settled and left something open on the as-of day. One row per group.
with documents as (
    select * from {{ ref('stg_cartera__document_versions') }}
    where
        is_current
        and clearing_group is not null
        and status <> 'draft'
        and not (status = 'cancelled' and (cancel_mode = 'erase' or cancelled_on is null))
),

open_documents as (
    select company, document_id, sum(open_amount) as open_amount, sum(open_base) as open_base
    from {{ ref('fct_open_balance') }}
    where valid_from <= {{ as_of_date() }} and (valid_to is null or valid_to > {{ as_of_date() }})
    group by company, document_id
),

open_members as (
    select
        documents.*,
        open_documents.open_amount,
        open_documents.open_base,
        row_number() over (
            partition by documents.company, documents.clearing_group
            order by documents.issue_date desc, documents.document_id desc
        ) as lateness
    from open_documents
    inner join documents
        on
            open_documents.company = documents.company
            and open_documents.document_id = documents.document_id
),

residues as (
    select
        company,
        clearing_group,
        count(distinct currency) as n_currencies,
        max(currency) as currency,
        sum(open_amount) as open_amount,
        sum(open_base) as open_base
    from open_members
    group by company, clearing_group
),

settled_on as (
    select
        documents.company,
        documents.clearing_group,
        coalesce(max(documents.cleared_on), max(documents.issue_date)) as cleared_on,
        max(documents.known_from) as known_from
    from documents
    inner join residues
        on
            documents.company = residues.company
            and documents.clearing_group = residues.clearing_group
    group by documents.company, documents.clearing_group
)

select
    residues.company,
    'clearing_residue' as kind,
    residues.clearing_group as subject,
    latest.document_id,
    cast(null as bigint) as instalment_no,
    latest.customer_id,
    latest.document_id as other,
    settled_on.cleared_on as exception_date,
    -- currencies are never added: several are told in the company's own
    cast(case when residues.n_currencies = 1 then residues.open_amount else residues.open_base end as decimal(18, 4)) as amount,
    case when residues.n_currencies = 1 then residues.currency else companies.functional_currency end as currency,
    settled_on.known_from,
    latest.source,
    latest.batch_id,
    latest.source_line
from residues
inner join settled_on
    on
        residues.company = settled_on.company
        and residues.clearing_group = settled_on.clearing_group
        and settled_on.cleared_on <= {{ as_of_date() }}
inner join open_members as latest
    on
        residues.company = latest.company
        and residues.clearing_group = latest.clearing_group
        and latest.lateness = 1
inner join {{ ref('int_ledger__companies') }} as companies
    on residues.company = companies.company
