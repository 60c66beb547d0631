-- The ledger's movements by account and day, summed: few rows, whatever the number of documents. Only what was recorded
-- late for some balance of the ledger keeps the moment it became known (`moment`); all else has none.
-- A version that was replaced comes and goes: what it said is taken back when the next one became known.
with entries as (
    select
        company, receivable_account, entry_date, currency, entry_type, item_id, amount, base_amount,
        known_from, known_to
    from {{ ref('fct_receivable_entry') }}
),

events as (
    select
        company, receivable_account, entry_date, currency, entry_type, item_id, amount, base_amount,
        known_from as moment, 1 as n
    from entries
    union all
    select
        company, receivable_account, entry_date, currency, entry_type, item_id, -amount as amount,
        -base_amount as base_amount, known_to as moment, -1 as n
    from entries
    where known_to is not null
),

journal_items as (
    select distinct item_id
    from {{ ref('dim_receivable_item') }}
    where document_type = 'journal'
),

-- what ends a journal takes it back; it is looked up for the few movements that end something
marked as (
    select events.*, events.entry_type = 'journal' as is_journal
    from events
    where events.entry_type not in ('cancellation', 'left_snapshot', 'returned_to_snapshot')
    union all
    select events.*, journal_items.item_id is not null as is_journal
    from events
    left join journal_items on events.item_id = journal_items.item_id
    where events.entry_type in ('cancellation', 'left_snapshot', 'returned_to_snapshot')
),

placed as (
    select
        marked.company,
        marked.receivable_account as account,
        marked.entry_date,
        marked.currency,
        case
            when marked.base_amount is null then 'unvalued'
            when marked.is_journal then 'journal'
            when marked.amount = 0 then 'base_only'
            else 'other'
        end as kind,
        case when marked.moment >= limits.late_from then marked.moment end as moment,
        marked.amount,
        marked.base_amount,
        marked.n
    from marked
    left join {{ ref('int_tie_out__late_limits') }} as limits
        on
            marked.company = limits.company
            and marked.receivable_account = limits.account
            and marked.entry_date = limits.entry_date
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
        count(*) as n_events
    from placed
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
