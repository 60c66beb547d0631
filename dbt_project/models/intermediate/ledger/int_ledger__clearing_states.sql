-- The members of each clearing group in each state of knowledge, with what explicit applications leave of them to settle.
-- A group is known from the latest `recorded_at` of its items: while one is still to come, nothing is settled.
with members as (
    select *
    from {{ ref('int_ledger__document_states') }} as documents
    where stands and clearing_group is not null and {{ touched_only('documents') }}
),

memberships as (
    select distinct company, clearing_group, document_id from members
),

effects as (
    select company, from_document_id as document_id, from_amount * to_sign as movement, ended_on, known_from, known_to
    from {{ ref('int_ledger__application_effects') }}
    union all
    select company, to_document_id as document_id, -to_amount * to_sign as movement, ended_on, known_from, known_to
    from {{ ref('int_ledger__application_effects') }}
),

-- an application that ends with a cancelled document gives back what it settled
member_effects as (
    select
        memberships.clearing_group,
        effects.company,
        effects.document_id,
        effects.movement,
        effects.known_from,
        effects.known_to
    from effects
    inner join memberships
        on effects.company = memberships.company and effects.document_id = memberships.document_id
    where effects.ended_on is null
),

moments as (
    select company, clearing_group, known_from as moment from members
    union
    select company, clearing_group, known_to as moment from members
    where known_to is not null
    union
    select company, clearing_group, known_from as moment from member_effects
    union
    select company, clearing_group, known_to as moment from member_effects
    where known_to is not null
),

slices as (
    select
        company,
        clearing_group,
        moment as slice_from,
        lead(moment) over (partition by company, clearing_group order by moment) as slice_to
    from moments
),

awaited as (
    select distinct slices.company, slices.clearing_group, slices.slice_from
    from slices
    inner join members
        on
            slices.company = members.company
            and slices.clearing_group = members.clearing_group
            and slices.slice_from < members.known_from
    left join members as already
        on
            members.company = already.company
            and members.clearing_group = already.clearing_group
            and members.document_id = already.document_id
            and slices.slice_from >= already.known_from
    where members.recorded_at is not null and already.document_id is null
),

settled_before as (
    select
        slices.company,
        slices.clearing_group,
        slices.slice_from,
        member_effects.document_id,
        sum(member_effects.movement) as movement
    from slices
    inner join member_effects
        on
            slices.company = member_effects.company
            and slices.clearing_group = member_effects.clearing_group
            and slices.slice_from >= member_effects.known_from
            and (member_effects.known_to is null or slices.slice_from < member_effects.known_to)
    group by slices.company, slices.clearing_group, slices.slice_from, member_effects.document_id
),

known as (
    select
        slices.company,
        slices.clearing_group,
        slices.slice_from,
        slices.slice_to,
        members.document_id,
        members.document_type,
        members.issue_date,
        members.cleared_on,
        members.ended_on,
        members.currency,
        members.fx_rate,
        members.minor_units,
        members.currency_minor_units,
        members.sign,
        members.base_only_amount,
        cast(
            case when members.document_type = 'revaluation' then 0 else members.sign * members.amount end
            + coalesce(settled_before.movement, 0) as decimal(18, 4)
        ) as remaining
    from slices
    inner join members
        on
            slices.company = members.company
            and slices.clearing_group = members.clearing_group
            and slices.slice_from >= members.known_from
            and (members.known_to is null or slices.slice_from < members.known_to)
    left join settled_before
        on
            slices.company = settled_before.company
            and slices.clearing_group = settled_before.clearing_group
            and slices.slice_from = settled_before.slice_from
            and members.document_id = settled_before.document_id
    left join awaited
        on
            slices.company = awaited.company
            and slices.clearing_group = awaited.clearing_group
            and slices.slice_from = awaited.slice_from
    where awaited.clearing_group is null
),

grouped as (
    select
        company,
        clearing_group,
        slice_from,
        coalesce(max(cleared_on), max(issue_date)) as cleared_on,
        count(distinct case when document_type <> 'revaluation' then currency end) > 1 as is_mixed
    from known
    group by company, clearing_group, slice_from
)

select
    known.company,
    known.clearing_group,
    known.slice_from,
    known.slice_to,
    known.document_id,
    known.document_type,
    known.issue_date,
    known.ended_on,
    known.currency_minor_units,
    known.sign,
    known.base_only_amount,
    known.remaining,
    -- members in several currencies are set against each other by their value in the company's books
    cast(case
        when not grouped.is_mixed then known.remaining
        when known.document_type = 'revaluation' then known.base_only_amount
        else {{ round_money('known.remaining * known.fx_rate', 'known.minor_units') }}
    end as decimal(18, 4)) as units,
    greatest(grouped.cleared_on, known.issue_date) as cleared_on
from known
inner join grouped
    on
        known.company = grouped.company
        and known.clearing_group = grouped.clearing_group
        and known.slice_from = grouped.slice_from
