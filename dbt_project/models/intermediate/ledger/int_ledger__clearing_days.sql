-- Who takes part in a clearing group, from each day on which that or what applications leave of a member changes, with
-- what is left to settle. By the day: nothing that is applied, cancelled or cleared later changes an earlier one.
with states as (
    select * from {{ ref('int_ledger__clearing_states') }}
),

effects as (
    select
        company, from_document_id as document_id, from_amount * to_sign as movement, effective_on, ended_on, known_from, known_to
    from {{ ref('int_ledger__application_effects') }}
    union all
    select
        company, to_document_id as document_id, -to_amount * to_sign as movement, effective_on, ended_on, known_from, known_to
    from {{ ref('int_ledger__application_effects') }}
),

applied as (
    select
        states.company,
        states.clearing_group,
        states.slice_from,
        states.document_id,
        effects.movement,
        effects.effective_on,
        effects.ended_on
    from states
    inner join effects
        on
            states.company = effects.company
            and states.document_id = effects.document_id
            and states.slice_from >= effects.known_from
            and (effects.known_to is null or states.slice_from < effects.known_to)
),

changes as (
    select company, clearing_group, slice_from, settles_on as changed_on from states
    union
    select company, clearing_group, slice_from, ended_on as changed_on from states
    where ended_on is not null
    union
    select company, clearing_group, slice_from, effective_on as changed_on from applied
    union
    select company, clearing_group, slice_from, ended_on as changed_on from applied
    where ended_on is not null
),

days as (
    select
        company,
        clearing_group,
        slice_from,
        changed_on as day_from,
        lead(changed_on) over (partition by company, clearing_group, slice_from order by changed_on) as day_to
    from changes
),

present as (
    select
        states.*,
        days.day_from,
        days.day_to
    from days
    inner join states
        on
            days.company = states.company
            and days.clearing_group = states.clearing_group
            and days.slice_from = states.slice_from
            and days.day_from >= states.settles_on
            and (states.ended_on is null or days.day_from < states.ended_on)
),

applied_by_day as (
    select
        present.company,
        present.clearing_group,
        present.slice_from,
        present.day_from,
        present.document_id,
        sum(applied.movement) as movement
    from present
    inner join applied
        on
            present.company = applied.company
            and present.clearing_group = applied.clearing_group
            and present.slice_from = applied.slice_from
            and present.document_id = applied.document_id
            and present.day_from >= applied.effective_on
            and (applied.ended_on is null or present.day_from < applied.ended_on)
    group by present.company, present.clearing_group, present.slice_from, present.day_from, present.document_id
),

left_over as (
    select
        present.*,
        cast(present.amount + coalesce(applied_by_day.movement, 0) as decimal(18, 4)) as remaining,
        case when present.document_type <> 'revaluation' then present.currency end as valued_currency,
        count(*) over (
            partition by present.company, present.clearing_group, present.slice_from, present.day_from
        ) as n_present
    from present
    left join applied_by_day
        on
            present.company = applied_by_day.company
            and present.clearing_group = applied_by_day.clearing_group
            and present.slice_from = applied_by_day.slice_from
            and present.day_from = applied_by_day.day_from
            and present.document_id = applied_by_day.document_id
),

-- one alone settles nothing
mixed as (
    select
        *,
        coalesce(
            min(valued_currency) over (partition by company, clearing_group, slice_from, day_from)
            <> max(valued_currency) over (partition by company, clearing_group, slice_from, day_from),
            false
        ) as is_mixed
    from left_over
    where n_present > 1
)

select
    company,
    clearing_group,
    slice_from,
    slice_to,
    day_from,
    day_to,
    document_id,
    document_type,
    issue_date,
    currency_minor_units,
    sign,
    base_only_amount,
    remaining,
    is_mixed,
    -- members in several currencies are set against each other by their value in the company's books
    cast(case
        when not is_mixed then remaining
        when document_type = 'revaluation' then base_only_amount
        else {{ round_money('remaining * fx_rate', 'minor_units') }}
    end as decimal(18, 4)) as units
from mixed
