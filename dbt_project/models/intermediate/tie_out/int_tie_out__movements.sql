-- The ledger's movements by account and day, summed: few rows, whatever the number of documents. Only what was recorded
-- late for some balance of the ledger keeps the moment it became known (`moment`); all else has none.
-- A version that was replaced comes and goes: what it said is taken back when the next one became known.
with journal_items as (
    select distinct item_id
    from {{ ref('dim_receivable_item') }}
    where document_type = 'journal'
),

late_limits as (
    select * from {{ ref('int_tie_out__late_limits') }}
),

placed as (
    select
        entries.company,
        entries.receivable_account as account,
        entries.entry_date,
        entries.currency,
        case
            when entries.base_amount is null then 'unvalued'
            when entries.entry_type = 'journal' or journal_items.item_id is not null then 'journal'
            when entries.amount = 0 then 'base_only'
            else 'other'
        end as kind,
        case when entries.known_from >= late_limits.late_from then entries.known_from end as came_late,
        case when entries.known_to >= late_limits.late_from then entries.known_to end as went_late,
        entries.known_to is not null as is_replaced,
        entries.amount,
        entries.base_amount
    from {{ ref('fct_receivable_entry') }} as entries
    left join late_limits
        on
            entries.company = late_limits.company
            and entries.receivable_account = late_limits.account
            and entries.entry_date = late_limits.entry_date
    -- what ends a journal takes it back; it is looked up for the few movements that end something
    left join journal_items
        on
            case
                when entries.entry_type in ('cancellation', 'left_snapshot', 'returned_to_snapshot') then entries.item_id
            end = journal_items.item_id
),

-- entries are read once and summed before they are told apart: all of them side by side would not fit in memory
grouped as (
    select
        company,
        account,
        entry_date,
        currency,
        kind,
        came_late,
        went_late,
        is_replaced,
        sum(amount) as amount,
        sum(base_amount) as base_amount,
        count(*) as n
    from placed
    group by company, account, entry_date, currency, kind, came_late, went_late, is_replaced
),

events as (
    select company, account, entry_date, currency, kind, came_late as moment, amount, base_amount, n, n as n_events
    from grouped
    union all
    select
        company, account, entry_date, currency, kind, went_late as moment, -amount as amount,
        -base_amount as base_amount, -n as n, n as n_events
    from grouped
    where is_replaced
),

summed as (
    select
        company,
        account,
        entry_date,
        currency,
        kind,
        moment,
        sum(amount) as amount,
        sum(base_amount) as base_amount,
        sum(n) as n_movements,
        sum(n_events) as n_events
    from events
    group by company, account, entry_date, currency, kind, moment
    having sum(amount) <> 0 or sum(base_amount) <> 0
),

load_times as (
    select distinct loaded_at
    from {{ ref('load_history') }}
    where status = 'accepted'
)

select
    summed.company,
    summed.account,
    summed.entry_date,
    summed.currency,
    summed.kind,
    summed.moment,
    load_times.loaded_at is not null as is_load_time,
    cast(summed.amount as decimal(38, 4)) as amount,
    cast(summed.base_amount as decimal(38, 4)) as base_amount,
    cast(summed.n_movements as bigint) as n_movements,
    cast(summed.n_events as bigint) as n_events
from summed
left join load_times on summed.moment = load_times.loaded_at
