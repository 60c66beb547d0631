-- What moves items by their own documents: what opens, settles or cancels them, in the document's currency, with when it was
-- known. What leaving a source's list settles rests on these.
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
        'cancellation' as entry_type,
        greatest(ended_on, issue_date) as entry_date,
        cast(case when document_type = 'revaluation' then 0 else -sign * amount end as decimal(18, 4)) as amount,
        -base_only_amount as base_only_amount,
        known_from,
        known_to
    from items
    where ended_on is not null
),

standing_alone as (
    select item_id, company, document_id, entry_type, entry_date, amount, base_only_amount, known_from, known_to
    from openings
    union all
    select item_id, company, document_id, entry_type, entry_date, amount, base_only_amount, known_from, known_to
    from endings
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
