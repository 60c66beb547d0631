-- Every signed movement of every item in its document's currency, with when it was known.
with items as (
    select * from {{ ref('int_ledger__items') }}
),

split_documents as (
    select distinct company, document_id
    from {{ ref('stg_cartera__instalments') }}
),

openings as (
    select
        item_id,
        company,
        document_id,
        cast(null as varchar) as counter_document_id,
        cast(null as varchar) as application_id,
        document_type as entry_type,
        issue_date as entry_date,
        cast(case when document_type = 'revaluation' then 0 else sign * amount end as decimal(18, 4)) as amount,
        base_only_amount,
        known_from,
        known_to
    from items
),

endings as (
    select
        item_id,
        company,
        document_id,
        cast(null as varchar) as counter_document_id,
        cast(null as varchar) as application_id,
        end_reason as entry_type,
        greatest(ended_on, issue_date) as entry_date,
        cast(case when document_type = 'revaluation' then 0 else -sign * amount end as decimal(18, 4)) as amount,
        -base_only_amount as base_only_amount,
        known_from,
        known_to
    from items
    where ended_on is not null
),

whole_reductions as (
    select
        {{ item_id('reductions.company', 'reductions.document_id', 'cast(null as bigint)') }} as item_id,
        reductions.*
    from {{ ref('int_ledger__reductions') }} as reductions
    left join split_documents
        on
            reductions.company = split_documents.company
            and reductions.document_id = split_documents.document_id
    where split_documents.document_id is null
),

part_reductions as (
    select
        {{ item_id('company', 'document_id', 'instalment_no') }} as item_id,
        *
    from {{ ref('int_ledger__instalment_reductions') }}
    where reduction <> 0
),

all_reductions as (
    select
        item_id, company, document_id, counter_document_id, application_id, entry_type,
        entry_date, sign, reduction, known_from, known_to
    from whole_reductions
    union all
    select
        item_id, company, document_id, counter_document_id, application_id, entry_type,
        entry_date, sign, reduction, known_from, known_to
    from part_reductions
),

counter_types as (
    select company, document_id, max(document_type) as document_type
    from items
    group by company, document_id
),

applied as (
    select
        all_reductions.item_id,
        all_reductions.company,
        all_reductions.document_id,
        all_reductions.counter_document_id,
        all_reductions.application_id,
        all_reductions.entry_type,
        all_reductions.entry_date,
        cast(-all_reductions.reduction * all_reductions.sign as decimal(18, 4)) as amount,
        cast(null as decimal(18, 4)) as base_only_amount,
        all_reductions.known_from,
        all_reductions.known_to
    from all_reductions
)

select openings.*, cast(null as varchar) as counter_document_type from openings
union all
select endings.*, cast(null as varchar) as counter_document_type from endings
union all
select applied.*, counter_types.document_type as counter_document_type
from applied
left join counter_types
    on
        applied.company = counter_types.company
        and applied.counter_document_id = counter_types.document_id
