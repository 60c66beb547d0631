-- Table macros of the published file. Parameters replace unqualified columns of the same name, so every column that
-- shares a name with a parameter is written with its table.

-- A day stands for everything known by its end, a timestamp for everything known by then; null is everything known now.
create macro known_until(known_at) as (
    case
        when known_at is null then null
        when length(cast(known_at as varchar)) = 10
            then cast(cast(known_at as date) + 1 as timestamp)
        else cast(known_at as timestamp) + interval 1 microsecond
    end
);

create macro round_to_minor_unit(amount, minor_units) as (
    -- each branch is cast on its own: of decimals with different scales and 38 digits, DuckDB keeps the smallest scale
    case minor_units
        when 0 then cast(round(amount, 0) as decimal(18, 4))
        when 3 then cast(round(amount, 3) as decimal(18, 4))
        else cast(round(amount, 2) as decimal(18, 4))
    end
);

create macro open_items(as_of, known_at := null) as table
with items as (
    select item.*
    from dim_receivable_item as item
    where
        (known_at is null and item.is_current)
        or (
            known_at is not null
            and item.known_from < known_until(known_at)
            and (item.known_to is null or item.known_to >= known_until(known_at))
        )
),

balances as (
    select
        balance.item_id,
        balance.open_amount,
        balance.open_base
    from fct_open_balance as balance
    where
        known_at is null
        and balance.valid_from <= cast(as_of as date)
        and (balance.valid_to is null or balance.valid_to > cast(as_of as date))

    union all

    select
        entry.item_id,
        cast(sum(entry.amount) as decimal(18, 4)) as open_amount,
        cast(
            case
                when item.document_type = 'revaluation' then sum(entry.base_amount)
                else round_to_minor_unit(cast(sum(entry.amount) as decimal(18, 4)) * item.fx_rate, item.minor_units)
            end as decimal(18, 4)
        ) as open_base
    from fct_receivable_entry as entry
    inner join items as item on entry.item_id = item.item_id
    where
        known_at is not null
        and entry.entry_date <= cast(as_of as date)
        and entry.known_from < known_until(known_at)
        and (entry.known_to is null or entry.known_to >= known_until(known_at))
    group by entry.item_id, item.document_type, item.fx_rate, item.minor_units
    having sum(entry.amount) <> 0 or (item.document_type = 'revaluation' and sum(entry.base_amount) <> 0)
),

disputed as (
    select distinct dispute.company, dispute.document_id
    from dim_receivable_dispute as dispute
    where
        dispute.opened_on <= cast(as_of as date)
        and (dispute.resolved_on is null or dispute.resolved_on > cast(as_of as date))
        and (
            (known_at is null and dispute.known_to is null)
            or (
                known_at is not null
                and dispute.known_from < known_until(known_at)
                and (dispute.known_to is null or dispute.known_to >= known_until(known_at))
            )
        )
)

select
    item.company,
    item.item_id,
    item.document_id,
    item.instalment_no,
    item.document_type,
    item.number,
    item.customer_id,
    customer.name as customer_name,
    customer.group_id,
    customer.segment,
    item.issue_date,
    item.due_date,
    item.currency,
    item.amount,
    balance.open_amount,
    item.base_currency,
    balance.open_base,
    date_diff('day', item.due_date, cast(as_of as date)) as days_past_due,
    disputed.document_id is not null as is_disputed,
    item.is_ceded,
    item.is_credit as is_unapplied,
    item.receivable_account,
    item.is_due_date_missing
from balances as balance
inner join items as item on balance.item_id = item.item_id
left join dim_customer as customer
    on item.company = customer.company and item.customer_id = customer.customer_id
left join disputed
    on item.company = disputed.company and item.document_id = disputed.document_id;

create macro aging(as_of, scheme := 'default', basis := 'due_date', known_at := null) as table
with items as (
    select
        item.*,
        case
            when basis = 'due_date' then item.days_past_due
            when basis = 'issue_date' then date_diff('day', item.issue_date, cast(as_of as date))
            else error('basis is ''due_date'' or ''issue_date''')
        end as age
    from open_items(as_of, known_at := known_at) as item
),

buckets as (
    select bucket.bucket, bucket.bucket_order, bucket.from_days, bucket.to_days
    from dim_aging_scheme as bucket
    where bucket.scheme = case
        when scheme in (select known.scheme from dim_aging_scheme as known) then scheme
        else error('there is no ageing scheme of this name: see dim_aging_scheme')
    end
),

placed as (
    select
        item.*,
        coalesce(bucket.bucket, 'unapplied') as bucket,
        coalesce(bucket.bucket_order, (select max(bucket_order) + 1 from buckets)) as bucket_order
    from items as item
    left join buckets as bucket
        on
            not item.is_unapplied
            and (bucket.from_days is null or item.age >= bucket.from_days)
            and (bucket.to_days is null or item.age <= bucket.to_days)
)

select
    placed.company,
    placed.customer_id,
    placed.customer_name,
    placed.bucket,
    cast(placed.bucket_order as integer) as bucket_order,
    cast(sum(placed.open_base) as decimal(38, 4)) as open_base,
    cast(coalesce(sum(case when placed.is_disputed then placed.open_base end), 0) as decimal(38, 4)) as disputed_base,
    count(*) as n_items,
    count(*) - count(placed.open_base) as n_without_rate
from placed
group by placed.company, placed.customer_id, placed.customer_name, placed.bucket, placed.bucket_order;

create macro tie_out(as_of) as table
with subledger as (
    select
        item.company,
        item.receivable_account as account,
        cast(sum(item.open_base) as decimal(38, 4)) as subledger_base,
        count(*) - count(item.open_base) as n_without_rate
    from open_items(as_of) as item
    group by item.company, item.receivable_account
),

-- an account that the ledger has closed at zero may have no row; one it never gave can't be compared
ledger as (
    select
        gl.company,
        gl.account,
        max(case when gl.as_of = cast(as_of as date) then gl.balance end) as gl_balance,
        max(case when gl.as_of <= cast(as_of as date) then gl.as_of end) as last_given_on
    from fct_gl_balance as gl
    group by gl.company, gl.account
),

compared as (
    select
        coalesce(subledger.company, ledger.company) as company,
        coalesce(subledger.account, ledger.account) as account,
        coalesce(subledger.subledger_base, 0) as subledger_base,
        coalesce(subledger.n_without_rate, 0) as n_without_rate,
        ledger.gl_balance,
        ledger.last_given_on
    from subledger
    full outer join ledger
        on subledger.company = ledger.company and subledger.account = ledger.account
)

select
    compared.company,
    compared.account,
    cast(compared.subledger_base as decimal(38, 4)) as subledger_base,
    compared.gl_balance,
    cast(compared.subledger_base - compared.gl_balance as decimal(38, 4)) as difference,
    cast(to_json(list_filter([
        case when compared.gl_balance is null then {
            'reason': 'no_gl_balance_for_the_day',
            'amount': cast(null as varchar),
            'detail': cast(compared.last_given_on as varchar)
        } end,
        case when compared.n_without_rate > 0 then {
            'reason': 'items_without_exchange_rate',
            'amount': cast(null as varchar),
            'detail': cast(compared.n_without_rate as varchar)
        } end
    ], explanation -> explanation is not null)) as varchar) as explained,
    cast(compared.subledger_base - compared.gl_balance as decimal(38, 4)) as unexplained
from compared;
