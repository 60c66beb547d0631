-- Both sides of every application as reductions: positive brings the document toward zero by its type.
-- An application that ends with a cancelled document comes back as a negative reduction on that day.
with effects as (
    select * from {{ ref('int_ledger__application_effects') }}
    union all
    select * from {{ ref('int_ledger__clearing_effects') }}
),

sides as (
    select
        company,
        to_document_id as document_id,
        from_document_id as counter_document_id,
        from_document_type as counter_document_type,
        application_id,
        'to' as side,
        to_instalment_no as instalment_no,
        spread,
        to_sign as sign,
        to_amount as reduction,
        to_minor_units as minor_units,
        effective_on,
        ended_on,
        known_from,
        known_to
    from effects

    union all

    select
        company,
        from_document_id as document_id,
        to_document_id as counter_document_id,
        to_document_type as counter_document_type,
        application_id,
        'from' as side,
        cast(null as bigint) as instalment_no,
        'fifo' as spread,
        from_sign as sign,
        -from_amount * to_sign * from_sign as reduction,
        from_minor_units as minor_units,
        effective_on,
        ended_on,
        known_from,
        known_to
    from effects
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
    effective_on as entry_date,
    'application' as entry_type,
    known_from,
    known_to
from sides
where reduction <> 0 and {{ touched_only('sides') }}

union all

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
    cast(-reduction as decimal(18, 4)) as reduction,
    minor_units,
    ended_on as entry_date,
    'application_end' as entry_type,
    known_from,
    known_to
from sides
where ended_on is not null and reduction <> 0 and {{ touched_only('sides') }}
