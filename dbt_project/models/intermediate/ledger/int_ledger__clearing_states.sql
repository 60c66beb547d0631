-- The members of each clearing group in each state of knowledge, with the day each of them clears from.
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
    select company, from_document_id as document_id, known_from, known_to
    from {{ ref('int_ledger__application_effects') }}
    union
    select company, to_document_id as document_id, known_from, known_to
    from {{ ref('int_ledger__application_effects') }}
),

-- what is known of the members, or of what is applied to them, cuts the states of the group
moments as (
    select company, clearing_group, known_from as moment from members
    union
    select company, clearing_group, known_to as moment from members
    where known_to is not null
    union
    select memberships.company, memberships.clearing_group, effects.known_from as moment
    from effects
    inner join memberships
        on effects.company = memberships.company and effects.document_id = memberships.document_id
    union
    select memberships.company, memberships.clearing_group, effects.known_to as moment
    from effects
    inner join memberships
        on effects.company = memberships.company and effects.document_id = memberships.document_id
    where effects.known_to is not null
),

-- when the last of those that say when they were recorded came to be known
arrivals as (
    select company, clearing_group, min(known_from) as arrived_at
    from members
    group by company, clearing_group, document_id
    having max(recorded_at) is not null
),

complete as (
    select company, clearing_group, max(arrived_at) as complete_from
    from arrivals
    group by company, clearing_group
),

spans as (
    select
        company,
        clearing_group,
        moment as slice_from,
        lead(moment) over (partition by company, clearing_group order by moment) as slice_to
    from moments
),

slices as (
    select spans.*
    from spans
    left join complete
        on spans.company = complete.company and spans.clearing_group = complete.clearing_group
    where complete.complete_from is null or spans.slice_from >= complete.complete_from
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
        cast(case when members.document_type = 'revaluation' then 0 else members.sign * members.amount end as decimal(18, 4))
            as amount
    from slices
    inner join members
        on
            slices.company = members.company
            and slices.clearing_group = members.clearing_group
            and slices.slice_from >= members.known_from
            and (members.known_to is null or slices.slice_from < members.known_to)
)

-- a member clears on its own date, else on the group's, and never before it exists
select
    company,
    clearing_group,
    slice_from,
    slice_to,
    document_id,
    document_type,
    issue_date,
    greatest(
        issue_date,
        coalesce(
            cleared_on,
            max(cleared_on) over (partition by company, clearing_group, slice_from),
            max(issue_date) over (partition by company, clearing_group, slice_from)
        )
    ) as settles_on,
    ended_on,
    currency,
    fx_rate,
    minor_units,
    currency_minor_units,
    sign,
    amount,
    base_only_amount
from known
