-- Every signed movement of every item in its document's currency, with when it was known.
{{ config(materialized='view') }}

with items as (
    select * from {{ ref('int_ledger__item_states') }}
),

split_documents as (
    select distinct company, document_id
    from {{ ref('int_ledger__instalment_plans') }}
),

openings as (
    select
        item_id,
        company,
        document_id,
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
        end_reason as entry_type,
        greatest(ended_on, issue_date) as entry_date,
        cast(case when document_type = 'revaluation' then 0 else -sign * amount end as decimal(18, 4)) as amount,
        -base_only_amount as base_only_amount,
        known_from,
        known_to
    from items
    where ended_on is not null
),

-- an item that was missing from a list and is there again: open but for the days between the two lists
absences as (
    select
        items.item_id,
        items.company,
        items.document_id,
        absences.gone_on,
        absences.back_on,
        items.issue_date,
        cast(case when items.document_type = 'revaluation' then 0 else items.sign * items.amount end as decimal(18, 4)) as amount,
        items.base_only_amount,
        greatest(items.known_from, absences.back_known_from) as known_from,
        items.known_to
    from items
    inner join {{ ref('int_ledger__absences') }} as absences
        on
            items.company = absences.company
            and items.document_id = absences.document_id
            -- gone and back before it was issued: it never was open, nor missing
            and items.issue_date < absences.back_on
            and (items.known_to is null or items.known_to > absences.back_known_from)
),

standing_alone as (
    select item_id, company, document_id, entry_type, entry_date, amount, base_only_amount, known_from, known_to
    from openings
    union all
    select item_id, company, document_id, entry_type, entry_date, amount, base_only_amount, known_from, known_to
    from endings
    union all
    select
        item_id, company, document_id, 'left_snapshot' as entry_type, greatest(gone_on, issue_date) as entry_date,
        -amount as amount, -base_only_amount as base_only_amount, known_from, known_to
    from absences
    union all
    select
        item_id, company, document_id, 'returned_to_snapshot' as entry_type, greatest(back_on, issue_date) as entry_date,
        amount, base_only_amount, known_from, known_to
    from absences
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
        item_id, company, document_id, counter_document_id, counter_document_type, application_id, entry_type,
        entry_date, sign, reduction, known_from, known_to
    from whole_reductions
    union all
    select
        item_id, company, document_id, counter_document_id, counter_document_type, application_id, entry_type,
        entry_date, sign, reduction, known_from, known_to
    from part_reductions
),

base_only_clearings as (
    select
        company, document_id, application_id, 'application' as entry_type, effective_on as entry_date,
        cast(-base_only_amount as decimal(18, 4)) as base_only_amount, known_from, known_to
    from {{ ref('int_ledger__base_only_clearings') }}
    union all
    select
        company, document_id, application_id, 'application_end' as entry_type, ended_on as entry_date,
        base_only_amount, known_from, known_to
    from {{ ref('int_ledger__base_only_clearings') }}
    where ended_on is not null
)

select
    item_id,
    company,
    document_id,
    cast(null as string) as counter_document_id,
    cast(null as string) as counter_document_type,
    cast(null as string) as application_id,
    entry_type,
    entry_date,
    amount,
    base_only_amount,
    known_from,
    known_to
from standing_alone

union all

select
    item_id,
    company,
    document_id,
    counter_document_id,
    counter_document_type,
    application_id,
    entry_type,
    entry_date,
    cast(-reduction * sign as decimal(18, 4)) as amount,
    cast(null as decimal(18, 4)) as base_only_amount,
    known_from,
    known_to
from all_reductions

union all

select
    {{ item_id('company', 'document_id', 'cast(null as bigint)') }} as item_id,
    company,
    document_id,
    cast(null as string) as counter_document_id,
    cast(null as string) as counter_document_type,
    application_id,
    entry_type,
    entry_date,
    cast(0 as decimal(18, 4)) as amount,
    base_only_amount,
    known_from,
    known_to
from base_only_clearings
