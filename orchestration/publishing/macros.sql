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

-- Documents in dispute on a day.
create macro disputed_documents(as_of, known_at) as table
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
    );

-- What is open on a day by all that is known now, corrected by the few entries that were known otherwise at the time:
-- the same as the sum of all entries as known then. `is_corrected`: open_base is the sum of what entries were worth.
create macro balances_as_known(as_of, known_at) as table
with changed_entries as (
    -- not known yet
    select entry.item_id, -entry.amount as amount, -entry.base_amount as base_amount
    from fct_receivable_entry as entry
    where
        entry.entry_date <= cast(as_of as date)
        and entry.known_to is null
        and entry.known_from >= known_until(known_at)

    union all

    -- known then, replaced since
    select entry.item_id, entry.amount, entry.base_amount
    from fct_receivable_entry as entry
    where
        entry.entry_date <= cast(as_of as date)
        and entry.known_from < known_until(known_at)
        and entry.known_to >= known_until(known_at)
),

changes as (
    select changed.item_id, sum(changed.amount) as amount, sum(changed.base_amount) as base_amount
    from changed_entries as changed
    group by changed.item_id
),

balances as (
    select balance.item_id, balance.open_amount, balance.open_base
    from fct_open_balance as balance
    where
        balance.valid_from <= cast(as_of as date)
        and (balance.valid_to is null or balance.valid_to > cast(as_of as date))
)

select balance.item_id, balance.open_amount, balance.open_base, false as is_corrected
from balances as balance
where balance.item_id not in (select change.item_id from changes as change)

union all

select
    change.item_id,
    cast(coalesce(balance.open_amount, 0) + change.amount as decimal(18, 4)) as open_amount,
    cast(coalesce(balance.open_base, 0) + coalesce(change.base_amount, 0) as decimal(18, 4)) as open_base,
    true as is_corrected
from changes as change
left join balances as balance on change.item_id = balance.item_id;

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

-- one branch or the other is empty, and not worked out at all
balances as (
    select balance.item_id, balance.open_amount, balance.open_base, false as is_corrected
    from fct_open_balance as balance
    where
        known_at is null
        and balance.valid_from <= cast(as_of as date)
        and (balance.valid_to is null or balance.valid_to > cast(as_of as date))

    union all

    select balance.item_id, balance.open_amount, balance.open_base, balance.is_corrected
    from balances_as_known(as_of, known_at) as balance
    where known_at is not null
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
    case
        -- valued at the item's rate as known then
        when (balance.is_corrected or not item.is_current) and item.document_type <> 'revaluation'
            then round_to_minor_unit(balance.open_amount * item.fx_rate, item.minor_units)
        else balance.open_base
    end as open_base,
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
left join disputed_documents(as_of, known_at) as disputed
    on item.company = disputed.company and item.document_id = disputed.document_id
where
    known_at is null
    or balance.open_amount <> 0
    or (item.document_type = 'revaluation' and balance.open_base <> 0);

create macro aging(as_of, scheme := 'default', basis := 'due_date', known_at := null) as table
-- what is known now needs no more than the intervals: they hold what an age is counted from
with open_now as (
    select
        balance.company,
        balance.customer_id,
        balance.issue_date,
        balance.due_date,
        balance.is_credit as is_unapplied,
        balance.open_base,
        disputed.document_id is not null as is_disputed
    from fct_open_balance as balance
    left join disputed_documents(as_of, known_at) as disputed
        on balance.company = disputed.company and balance.document_id = disputed.document_id
    where
        balance.valid_from <= cast(as_of as date)
        and (balance.valid_to is null or balance.valid_to > cast(as_of as date))
),

items as (
    select
        item.company, item.customer_id, item.issue_date, item.due_date, item.is_unapplied, item.open_base, item.is_disputed
    from open_now as item
    where known_at is null
    union all
    select
        item.company, item.customer_id, item.issue_date, item.due_date, item.is_unapplied, item.open_base, item.is_disputed
    from open_items(as_of, known_at := known_at) as item
    where known_at is not null
),

aged as (
    select
        item.*,
        case
            when basis = 'due_date' then date_diff('day', item.due_date, cast(as_of as date))
            when basis = 'issue_date' then date_diff('day', item.issue_date, cast(as_of as date))
            else error('basis is ''due_date'' or ''issue_date''')
        end as age
    from items as item
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
    from aged as item
    left join buckets as bucket
        on
            not item.is_unapplied
            and (bucket.from_days is null or item.age >= bucket.from_days)
            and (bucket.to_days is null or item.age <= bucket.to_days)
),

cells as (
    select
        placed.company,
        placed.customer_id,
        placed.bucket,
        cast(placed.bucket_order as integer) as bucket_order,
        cast(sum(placed.open_base) as decimal(38, 4)) as open_base,
        cast(coalesce(sum(case when placed.is_disputed then placed.open_base end), 0) as decimal(38, 4)) as disputed_base,
        count(*) as n_items,
        count(*) - count(placed.open_base) as n_without_rate
    from placed
    group by placed.company, placed.customer_id, placed.bucket, placed.bucket_order
)

select
    cell.company,
    cell.customer_id,
    customer.name as customer_name,
    cell.bucket,
    cell.bucket_order,
    cell.open_base,
    cell.disputed_base,
    cell.n_items,
    cell.n_without_rate
from cells as cell
left join dim_customer as customer
    on cell.company = customer.company and cell.customer_id = customer.customer_id;

-- The rows behind a reason, as a query anybody can run.
create macro rows_behind(as_of, company, account, reason) as (
    format(
        'from tie_out_rows(date ''{}'') where company = ''{}'' and account = ''{}'' and reason = ''{}''',
        cast(as_of as date), replace(company, '''', ''''''), replace(account, '''', ''''''), reason
    )
);

create macro tie_out(as_of) as table
with ledger as (
    select
        gl.company,
        gl.account,
        max(case when gl.as_of = cast(as_of as date) then gl.balance end) as gl_balance,
        max(case when gl.as_of <= cast(as_of as date) then gl.as_of end) as last_given_on
    from fct_gl_balance as gl
    group by gl.company, gl.account
),

given as (
    select distinct ledger.company
    from ledger
    where ledger.gl_balance is not null
),

subledger as (
    select balance.company, balance.account, balance.subledger_base, balance.n_without_rate
    from fct_control_balance as balance
    where
        balance.valid_from <= cast(as_of as date)
        and (balance.valid_to is null or balance.valid_to > cast(as_of as date))
        and (balance.subledger_base <> 0 or balance.n_without_rate > 0)
),

compared as (
    select
        coalesce(subledger.company, ledger.company) as company,
        coalesce(subledger.account, ledger.account) as account,
        coalesce(subledger.subledger_base, 0) as subledger_base,
        coalesce(subledger.n_without_rate, 0) as n_without_rate,
        ledger.gl_balance,
        ledger.last_given_on,
        coalesce(subledger.subledger_base, 0) - ledger.gl_balance as difference
    from subledger
    full outer join ledger
        on subledger.company = ledger.company and subledger.account = ledger.account
),

found as (
    select
        reason.company,
        reason.account,
        sum(reason.amount) as amount,
        list({
            'reason': reason.reason,
            'amount': cast(reason.amount as varchar),
            'count': reason.n_rows,
            'detail': rows_behind(as_of, reason.company, reason.account, reason.reason)
        } order by reason.reason_order) as reasons
    from fct_tie_out_reason as reason
    where reason.as_of = cast(as_of as date) and reason.explains
    group by reason.company, reason.account
),

unreadable as (
    select document.company, document.account, count(*) as n_rows
    from rejected_documents as document
    where
        (document.base_amount is null or document.issue_date is null)
        and (document.issue_date is null or document.issue_date <= cast(as_of as date))
        and (document.ended_on is null or document.ended_on > cast(as_of as date))
    group by document.company, document.account
)

select
    compared.company,
    compared.account,
    cast(compared.subledger_base as decimal(38, 4)) as subledger_base,
    compared.gl_balance,
    cast(compared.difference as decimal(38, 4)) as difference,
    cast(to_json(list_concat(
        list_filter([
            case when compared.gl_balance is null then {
                'reason': 'no_gl_balance_for_the_day',
                'amount': cast(null as varchar),
                'count': cast(null as bigint),
                'detail': cast(compared.last_given_on as varchar)
            } end
        ], explanation -> explanation is not null),
        coalesce(found.reasons, []),
        list_filter([
            case when compared.n_without_rate > 0 then {
                'reason': 'items_without_exchange_rate',
                'amount': cast(null as varchar),
                'count': compared.n_without_rate,
                'detail': rows_behind(as_of, compared.company, compared.account, 'items_without_exchange_rate')
            } end,
            case when compared.difference <> 0 and unreadable.n_rows > 0 then {
                'reason': 'rejected_rows_unreadable',
                'amount': cast(null as varchar),
                'count': unreadable.n_rows,
                'detail': rows_behind(as_of, compared.company, compared.account, 'rejected_rows_unreadable')
            } end
        ], explanation -> explanation is not null)
    )) as varchar) as explained,
    cast(compared.difference - coalesce(found.amount, 0) as decimal(38, 4)) as unexplained
from compared
left join found on compared.company = found.company and compared.account = found.account
left join unreadable on compared.company = unreadable.company and compared.account = unreadable.account
-- an account that the ledger has closed at zero may have no row among the others of the day
where
    compared.gl_balance is not null
    or compared.subledger_base <> 0
    or compared.n_without_rate > 0
    or compared.company not in (select given.company from given);

-- The rows that the models int_tie_out__… have summed, looked up anew for one day.
create macro tie_out_rows(as_of) as table
with asked as (
    select reason.company, reason.account, reason.reason, reason.explains
    from fct_tie_out_reason as reason
    where reason.as_of = cast(as_of as date)
),

agreed as (
    select gl.company, gl.account, max(gl.as_of) as tied_on
    from fct_gl_balance as gl
    left join fct_control_balance as balance
        on
            gl.company = balance.company
            and gl.account = balance.account
            and balance.valid_from <= gl.as_of
            and (balance.valid_to is null or balance.valid_to > gl.as_of)
    -- before the first movement of an account there is nothing in it
    where gl.as_of < cast(as_of as date) and gl.balance = coalesce(balance.subledger_base, 0)
    group by gl.company, gl.account
),

first_days as (
    select entry.company, min(entry.entry_date) as first_day
    from fct_receivable_entry as entry
    where entry.entry_type <> 'journal' and entry.known_to is null
    group by entry.company
),

ledger as (
    select
        gl.company,
        gl.account,
        gl.taken_at,
        gl.is_time_given,
        cast(gl.as_of + 1 as timestamp) as next_day,
        agreed.tied_on,
        first_days.first_day
    from fct_gl_balance as gl
    left join agreed on gl.company = agreed.company and gl.account = agreed.account
    left join first_days on gl.company = first_days.company
    where
        gl.as_of = cast(as_of as date)
        and (gl.company, gl.account) in (select (asked.company, asked.account) from asked)
),

-- a movement, and what takes it back when its version was replaced, each with the moment it became known
movements as (
    select
        entry.company, entry.receivable_account, entry.item_id, entry.document_id, entry.customer_id, entry.entry_date,
        entry.entry_type, entry.currency, entry.amount, entry.base_amount, entry.known_from as moment
    from fct_receivable_entry as entry
    where entry.entry_date <= cast(as_of as date) and entry.base_amount is not null
    union all
    select
        entry.company, entry.receivable_account, entry.item_id, entry.document_id, entry.customer_id, entry.entry_date,
        entry.entry_type, entry.currency, -entry.amount, -entry.base_amount, entry.known_to
    from fct_receivable_entry as entry
    where entry.entry_date <= cast(as_of as date) and entry.base_amount is not null and entry.known_to is not null
),

journals as (
    select distinct item.item_id
    from dim_receivable_item as item
    where item.document_type = 'journal'
),

load_times as (
    select distinct load.loaded_at
    from load_history as load
    where load.status = 'accepted'
),

marked as (
    select
        movement.*,
        ledger.taken_at,
        ledger.is_time_given,
        ledger.next_day,
        ledger.tied_on,
        ledger.first_day,
        load_times.loaded_at is not null as is_load_time,
        movement.entry_type = 'journal' or journals.item_id is not null as is_journal
    from movements as movement
    inner join ledger on movement.company = ledger.company and movement.receivable_account = ledger.account
    left join load_times on movement.moment = load_times.loaded_at
    left join journals
        on
            movement.item_id = journals.item_id
            and movement.entry_type in ('cancellation', 'left_snapshot', 'returned_to_snapshot')
),

placed as (
    select
        marked.*,
        case
            when
                marked.moment > marked.taken_at
                and (not marked.is_load_time or cast(marked.moment as date) > cast(marked.taken_at as date))
                then 'cut_off'
            when not marked.is_time_given and not marked.is_load_time and marked.moment >= marked.next_day
                then 'cut_off_recorded_later'
            when not marked.is_journal and marked.amount = 0 then 'revaluation_subledger'
            when
                marked.is_journal
                and (marked.tied_on is null or marked.entry_date > marked.tied_on)
                and marked.entry_date >= marked.first_day
                then 'manual_journals'
        end as reason
    from marked
),

behind as (
    select
        placed.company,
        placed.receivable_account as account,
        placed.reason,
        'document' as kind,
        placed.document_id as subject,
        placed.customer_id,
        placed.entry_date as date,
        placed.currency,
        sum(placed.amount) as amount,
        sum(placed.base_amount) as explains_base,
        max(placed.moment) as known_from,
        cast(null as varchar) as file_name,
        cast(null as bigint) as source_line
    from placed
    where placed.reason is not null
    group by all
    having sum(placed.base_amount) <> 0

    union all

    select
        document.company, document.account, 'rejected_rows', 'document', document.document_id, document.customer_id,
        document.issue_date, document.currency, document.amount, -document.base_amount, document.refused_at,
        document.file_name, document.source_line
    from rejected_documents as document
    where
        document.base_amount is not null
        and document.issue_date <= cast(as_of as date)
        and (document.ended_on is null or document.ended_on > cast(as_of as date))

    union all

    select
        line.company, line.account, 'unposted_bank_receipts', 'bank_line', line.transaction_id, null,
        line.booked_on, line.currency, line.amount, line.base_amount, null, line.bank_account, null
    from fct_bank_posting as line
    inner join ledger on line.company = ledger.company and line.account = ledger.account
    where
        line.base_amount is not null
        and line.booked_on <= cast(as_of as date)
        and (ledger.tied_on is null or line.booked_on > ledger.tied_on)
        and (line.answered_on is null or line.answered_on > cast(as_of as date))

    union all

    -- each item's share; the reason is rounded once for each currency
    select
        item.company, item.receivable_account, 'revaluation_ledger', 'document', item.document_id, item.customer_id,
        item.issue_date, item.currency, item.open_amount, item.open_base - round(item.open_amount * rate.rate, 4), null,
        null, null
    from open_items(as_of) as item
    inner join fx_rate_closing as rate
        on
            rate.rate_date = cast(as_of as date)
            and item.currency = rate.from_currency
            and item.base_currency = rate.to_currency
    where item.currency <> item.base_currency and item.open_amount <> 0 and item.open_base is not null
),

unvalued as (
    select
        item.company,
        item.receivable_account as account,
        'items_without_exchange_rate' as reason,
        'document' as kind,
        item.document_id as subject,
        item.customer_id,
        item.issue_date as date,
        item.currency,
        item.open_amount as amount,
        cast(null as timestamp) as known_from,
        cast(null as varchar) as file_name,
        cast(null as bigint) as source_line
    from open_items(as_of) as item
    where item.open_base is null

    union all

    select
        document.company, document.account, 'rejected_rows_unreadable', 'document', document.document_id,
        document.customer_id, document.issue_date, document.currency, document.amount, document.refused_at,
        document.file_name, document.source_line
    from rejected_documents as document
    where
        (document.base_amount is null or document.issue_date is null)
        and (document.issue_date is null or document.issue_date <= cast(as_of as date))
        and (document.ended_on is null or document.ended_on > cast(as_of as date))
)

select
    behind.company,
    behind.account,
    behind.reason,
    asked.explains,
    behind.kind,
    behind.subject,
    behind.customer_id,
    behind.date,
    behind.currency,
    cast(behind.amount as decimal(38, 4)) as amount,
    cast(behind.explains_base as decimal(38, 4)) as explains_base,
    behind.known_from,
    behind.file_name,
    behind.source_line
from behind
inner join asked
    on behind.company = asked.company and behind.account = asked.account and behind.reason = asked.reason
union all
select
    unvalued.company,
    unvalued.account,
    unvalued.reason,
    false as explains,
    unvalued.kind,
    unvalued.subject,
    unvalued.customer_id,
    unvalued.date,
    unvalued.currency,
    cast(unvalued.amount as decimal(38, 4)) as amount,
    cast(null as decimal(38, 4)) as explains_base,
    unvalued.known_from,
    unvalued.file_name,
    unvalued.source_line
from unvalued;

-- Each company's rate into the currency a group is shown in; null where nobody knows one for that very day.
create macro group_rates(as_of, currency := null) as table
select
    company.company,
    company.functional_currency as base_currency,
    coalesce(currency, company.presentation_currency) as presentation_currency,
    case
        when company.functional_currency = coalesce(currency, company.presentation_currency) then cast(1 as decimal(18, 12))
        else cast(rate.rate as decimal(18, 12))
    end as rate
from dim_company as company
left join fx_rate_closing as rate
    on
        rate.rate_date = cast(as_of as date)
        and company.functional_currency = rate.from_currency
        and coalesce(currency, company.presentation_currency) = rate.to_currency
where
    case
        when
            currency is null
            or currency in (select known.functional_currency from dim_company as known)
            or currency in (select known.to_currency from fx_rate_closing as known)
            then true
        else error('no company keeps its books in this currency and no exchange rate leads to it: see fx_rate_closing')
    end;

create macro group_open_items(as_of, currency := null, known_at := null, intercompany := false) as table
select
    coalesce(customer.debtor_id, item.company || '|' || item.customer_id) as debtor_id,
    coalesce(debtor.name, item.customer_name) as debtor_name,
    coalesce(customer.is_intercompany, false) as is_intercompany,
    item.company,
    item.customer_id,
    item.customer_name,
    item.item_id,
    item.document_id,
    item.instalment_no,
    item.document_type,
    item.number,
    item.issue_date,
    item.due_date,
    item.days_past_due,
    item.is_disputed,
    item.is_ceded,
    item.is_unapplied,
    item.currency,
    item.open_amount,
    item.base_currency,
    item.open_base,
    shown.presentation_currency,
    shown.rate,
    cast(round(cast(item.open_base as decimal(20, 4)) * shown.rate, 4) as decimal(38, 4)) as open_presentation,
    case
        when item.open_base is null then 'item_without_exchange_rate'
        when shown.rate is null then 'no_closing_rate'
    end as not_converted
from open_items(as_of, known_at := known_at) as item
inner join group_rates(as_of, currency := currency) as shown on item.company = shown.company
left join dim_customer as customer
    on item.company = customer.company and item.customer_id = customer.customer_id
left join dim_debtor as debtor on customer.debtor_id = debtor.debtor_id
where intercompany or not coalesce(customer.is_intercompany, false);

create macro group_aging(
    as_of, currency := null, scheme := 'default', basis := 'due_date', known_at := null, intercompany := false
) as table
with aged as (
    select
        coalesce(customer.debtor_id, cell.company || '|' || cell.customer_id) as debtor_id,
        coalesce(debtor.name, cell.customer_name) as debtor_name,
        coalesce(customer.is_intercompany, false) as is_intercompany,
        cell.company,
        cell.bucket,
        cell.bucket_order,
        sum(cell.open_base) as open_base,
        sum(cell.disputed_base) as disputed_base,
        sum(cell.n_items) as n_items,
        sum(cell.n_without_rate) as n_without_rate
    from aging(as_of, scheme := scheme, basis := basis, known_at := known_at) as cell
    left join dim_customer as customer
        on cell.company = customer.company and cell.customer_id = customer.customer_id
    left join dim_debtor as debtor on customer.debtor_id = debtor.debtor_id
    where intercompany or not coalesce(customer.is_intercompany, false)
    group by all
)

select
    aged.debtor_id,
    aged.debtor_name,
    aged.is_intercompany,
    aged.company,
    aged.bucket,
    aged.bucket_order,
    shown.base_currency,
    cast(aged.open_base as decimal(38, 4)) as open_base,
    cast(aged.disputed_base as decimal(38, 4)) as disputed_base,
    shown.presentation_currency,
    shown.rate,
    cast(round(cast(aged.open_base as decimal(20, 4)) * shown.rate, 4) as decimal(38, 4)) as open_presentation,
    cast(round(cast(aged.disputed_base as decimal(20, 4)) * shown.rate, 4) as decimal(38, 4)) as disputed_presentation,
    case
        when shown.rate is null then 'no_closing_rate'
        when aged.n_without_rate > 0 then 'items_without_exchange_rate'
    end as not_converted,
    cast(aged.n_items as bigint) as n_items,
    cast(aged.n_without_rate as bigint) as n_without_rate
from aged
inner join group_rates(as_of, currency := currency) as shown on aged.company = shown.company;
