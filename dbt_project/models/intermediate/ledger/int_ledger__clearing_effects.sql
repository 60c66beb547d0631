-- What members of a clearing group settle of each other, in the shape of applications: debits and credits paired oldest
-- first on each day, and each pair for as long as it stays the same. What does not net to zero stays open on the latest items.
with members as (
    select
        *,
        abs(units) as size,
        units > 0 as is_debit,
        cast(sum(abs(units)) over (
            partition by company, clearing_group, slice_from, day_from, units > 0
            order by issue_date, document_id
        ) as decimal(18, 4)) as size_up_to_here
    from {{ ref('int_ledger__clearing_days') }}
    where units <> 0
),

paired as (
    select
        debits.company,
        debits.clearing_group,
        credits.document_id as from_document_id,
        debits.document_id as to_document_id,
        credits.document_type as from_document_type,
        debits.document_type as to_document_type,
        credits.sign as from_sign,
        debits.sign as to_sign,
        credits.currency_minor_units as from_minor_units,
        debits.currency_minor_units as to_minor_units,
        abs(credits.remaining) as from_remaining,
        abs(debits.remaining) as to_remaining,
        credits.size as from_size,
        debits.size as to_size,
        -- how much of each was consumed before this pair and with it
        greatest(debits.size_up_to_here - debits.size, credits.size_up_to_here - credits.size)
        - (credits.size_up_to_here - credits.size) as from_before,
        least(debits.size_up_to_here, credits.size_up_to_here) - (credits.size_up_to_here - credits.size) as from_after,
        greatest(debits.size_up_to_here - debits.size, credits.size_up_to_here - credits.size)
        - (debits.size_up_to_here - debits.size) as to_before,
        least(debits.size_up_to_here, credits.size_up_to_here) - (debits.size_up_to_here - debits.size) as to_after,
        debits.is_mixed,
        debits.day_from,
        debits.day_to,
        debits.slice_from as known_from,
        debits.slice_to as known_to
    from members as debits
    inner join members as credits
        on
            debits.company = credits.company
            and debits.clearing_group = credits.clearing_group
            and debits.slice_from = credits.slice_from
            and debits.day_from = credits.day_from
            and debits.is_debit
            and not credits.is_debit
            and debits.size_up_to_here > credits.size_up_to_here - credits.size
            and credits.size_up_to_here > debits.size_up_to_here - debits.size
),

amounts as (
    select
        *,
        {{ cleared_share('is_mixed', 'to_remaining', 'to_after', 'to_size', 'to_minor_units') }}
        - {{ cleared_share('is_mixed', 'to_remaining', 'to_before', 'to_size', 'to_minor_units') }} as to_cleared,
        {{ cleared_share('is_mixed', 'from_remaining', 'from_after', 'from_size', 'from_minor_units') }}
        - {{ cleared_share('is_mixed', 'from_remaining', 'from_before', 'from_size', 'from_minor_units') }} as from_cleared
    from paired
),

-- a pair that goes on unchanged from one day to the next is one effect
continued as (
    select
        *,
        case
            when
                day_from = lag(day_to) over pairs
                and to_cleared = lag(to_cleared) over pairs
                and from_cleared = lag(from_cleared) over pairs
                then 0
            else 1
        end as is_new
    from amounts
    window pairs as (
        partition by company, clearing_group, from_document_id, to_document_id, known_from
        order by day_from
    )
),

effects as (
    select
        *,
        sum(is_new) over (
            partition by company, clearing_group, from_document_id, to_document_id, known_from
            order by day_from
        ) as effect_no
    from continued
)

select
    company,
    'clearing ' || clearing_group as application_id,
    from_document_id,
    to_document_id,
    cast(null as bigint) as to_instalment_no,
    'fifo' as spread,
    -- an over-applied invoice counts as a credit: by its own sign it rises again
    cast(to_cleared * to_sign as decimal(18, 4)) as to_amount,
    cast(from_cleared * to_sign as decimal(18, 4)) as from_amount,
    from_document_type,
    to_document_type,
    from_sign,
    to_sign,
    from_minor_units,
    to_minor_units,
    min(day_from) as effective_on,
    case when count(day_to) = count(*) then max(day_to) end as ended_on,
    known_from,
    known_to
from effects
group by
    company, clearing_group, from_document_id, to_document_id, to_cleared, from_cleared, from_document_type,
    to_document_type, from_sign, to_sign, from_minor_units, to_minor_units, known_from, known_to, effect_no
