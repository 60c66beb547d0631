-- Both sides of every application as reductions: positive brings the document toward zero by its type.
-- An application that ends with a cancelled document comes back as a negative reduction on that day.
{{ config(materialized='view') }}

with effects as (
    select * from {{ ref('int_ledger__application_effects') }}
    union all
    select * from {{ ref('int_ledger__clearing_effects') }}
),

-- one pass for all: each application has two sides, and one that ends moves each of them twice
steps as (
    select 'to' as side, 'application' as entry_type
    union all
    select 'from' as side, 'application' as entry_type
    union all
    select 'to' as side, 'application_end' as entry_type
    union all
    select 'from' as side, 'application_end' as entry_type
),

sides as (
    select
        effects.company,
        case when steps.side = 'to' then effects.to_document_id else effects.from_document_id end as document_id,
        case when steps.side = 'to' then effects.from_document_id else effects.to_document_id end as counter_document_id,
        case when steps.side = 'to' then effects.from_document_type else effects.to_document_type end as counter_document_type,
        effects.application_id,
        steps.side,
        case when steps.side = 'to' then effects.to_instalment_no end as instalment_no,
        case when steps.side = 'to' then effects.spread else 'fifo' end as spread,
        case when steps.side = 'to' then effects.to_sign else effects.from_sign end as sign,
        case when steps.entry_type = 'application' then 1 else -1 end
        * case
            when steps.side = 'to' then effects.to_amount else -effects.from_amount * effects.to_sign * effects.from_sign
        end as reduction,
        case when steps.side = 'to' then effects.to_minor_units else effects.from_minor_units end as minor_units,
        case when steps.entry_type = 'application' then effects.effective_on else effects.ended_on end as entry_date,
        steps.entry_type,
        effects.known_from,
        effects.known_to
    from effects
    cross join steps
    where steps.entry_type = 'application' or effects.ended_on is not null
)

select
    company,
    document_id,
    counter_document_id,
    counter_document_type,
    application_id,
    side,
    instalment_no,
    spread,
    sign,
    cast(reduction as decimal(18, 4)) as reduction,
    minor_units,
    entry_date,
    entry_type,
    known_from,
    known_to
from sides
where reduction <> 0 and {{ touched_only('sides') }}
