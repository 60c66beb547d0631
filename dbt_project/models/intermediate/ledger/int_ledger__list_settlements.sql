-- What leaving an open-items list settles, by the day: while a list lacks an item nothing of it is open, whatever was applied
-- to it before or is applied meanwhile; from the day it is shown again it is open as if it had never been missing.
with absences as (
    select * from {{ ref('int_ledger__absences') }}
),

-- what was known of each absence: that it is gone, then that it is back
known_absences as (
    select company, document_id, gone_on, cast(null as date) as back_on, gone_known_from as known_from, back_known_from as known_to
    from absences
    union all
    select company, document_id, gone_on, back_on, back_known_from as known_from, cast(null as timestamp) as known_to
    from absences
    where back_on > gone_on
),

absent_documents as (
    select distinct company, document_id from absences
),

movements as (
    select movements.*
    from {{ ref('int_ledger__booked_movements') }} as movements
    inner join absent_documents
        on
            movements.company = absent_documents.company
            and movements.document_id = absent_documents.document_id
),

item_absences as (
    select distinct
        movements.item_id,
        known_absences.gone_on,
        known_absences.back_on,
        known_absences.known_from,
        known_absences.known_to
    from movements
    inner join known_absences
        on
            movements.company = known_absences.company
            and movements.document_id = known_absences.document_id
),

moments as (
    select item_id, known_from as moment from movements
    union
    select item_id, known_to as moment from movements
    where known_to is not null
    union
    select item_id, known_from as moment from item_absences
    union
    select item_id, known_to as moment from item_absences
    where known_to is not null
),

slices as (
    select
        item_id,
        moment as slice_from,
        lead(moment) over (partition by item_id order by moment) as slice_to
    from moments
),

absent_slices as (
    select
        slices.item_id,
        slices.slice_from,
        slices.slice_to,
        item_absences.gone_on,
        item_absences.back_on
    from slices
    inner join item_absences
        on
            slices.item_id = item_absences.item_id
            and slices.slice_from >= item_absences.known_from
            and (item_absences.known_to is null or slices.slice_from < item_absences.known_to)
),

known_slices as (
    select distinct item_id, slice_from, slice_to from absent_slices
),

steps as (
    select
        known_slices.item_id,
        known_slices.slice_from,
        movements.entry_date as step_on,
        movements.amount,
        movements.base_only_amount
    from known_slices
    inner join movements
        on
            known_slices.item_id = movements.item_id
            and known_slices.slice_from >= movements.known_from
            and (movements.known_to is null or known_slices.slice_from < movements.known_to)
    union all
    select
        item_id, slice_from, gone_on as step_on, cast(0 as decimal(18, 4)) as amount,
        cast(null as decimal(18, 4)) as base_only_amount
    from absent_slices
    union all
    select
        item_id, slice_from, back_on as step_on, cast(0 as decimal(18, 4)) as amount,
        cast(null as decimal(18, 4)) as base_only_amount
    from absent_slices
    where back_on is not null
),

days as (
    select
        item_id,
        slice_from,
        step_on,
        sum(sum(amount)) over (partition by item_id, slice_from order by step_on) as balance,
        sum(sum(base_only_amount)) over (partition by item_id, slice_from order by step_on) as base_only_balance
    from steps
    group by item_id, slice_from, step_on
),

absent_days as (
    select distinct days.item_id, days.slice_from, days.step_on
    from days
    inner join absent_slices
        on
            days.item_id = absent_slices.item_id
            and days.slice_from = absent_slices.slice_from
            and days.step_on >= absent_slices.gone_on
            and (absent_slices.back_on is null or days.step_on < absent_slices.back_on)
),

settled as (
    select
        days.item_id,
        days.slice_from,
        days.step_on,
        absent_days.item_id is not null as is_absent,
        case when absent_days.item_id is null then 0 else -days.balance end as amount,
        -- only a row about base currency has one
        case when absent_days.item_id is null and days.base_only_balance is not null then 0 else -days.base_only_balance end
            as base_only_amount
    from days
    left join absent_days
        on
            days.item_id = absent_days.item_id
            and days.slice_from = absent_days.slice_from
            and days.step_on = absent_days.step_on
),

settlements as (
    select
        item_id,
        slice_from,
        step_on,
        is_absent,
        amount - coalesce(lag(amount) over steps_of_item, 0) as amount,
        base_only_amount - coalesce(lag(base_only_amount) over steps_of_item, 0) as base_only_amount
    from settled
    window steps_of_item as (
        partition by item_id, slice_from
        order by step_on
    )
),

documents as (
    select distinct item_id, company, document_id from movements
)

select
    settlements.item_id,
    documents.company,
    documents.document_id,
    case when settlements.is_absent then 'left_snapshot' else 'returned_to_snapshot' end as entry_type,
    settlements.step_on as entry_date,
    cast(settlements.amount as decimal(18, 4)) as amount,
    cast(settlements.base_only_amount as decimal(18, 4)) as base_only_amount,
    settlements.slice_from as known_from,
    known_slices.slice_to as known_to
from settlements
inner join documents
    on settlements.item_id = documents.item_id
inner join known_slices
    on settlements.item_id = known_slices.item_id and settlements.slice_from = known_slices.slice_from
where settlements.amount <> 0 or settlements.base_only_amount <> 0
