-- The rows of the contract, each version with the time it was recorded.
create macro money(cents, unit) as (cast(cast(cents as decimal(18, 0)) * unit as decimal(18, 4)));

create table document as
with invoice_row as (
    select
        company,
        concat('F', lpad(cast(i as varchar), 9, '0')) as document_id,
        'invoice' as document_type,
        customer_id,
        issue_date,
        due_date,
        currency,
        money(cents, unit) as amount,
        -- half of the foreign invoices carry their rate, the others take the day's
        is_foreign and i % 2 = 0 as has_rate,
        company_no,
        is_foreign,
        fate,
        correction,
        cents,
        unit,
        i,
        recorded_at,
        draw(i, 'ceded') % 100 = 0 as is_ceded
    from invoice
),

invoice_version as (
    -- as first entered
    select
        * replace (
            case when correction = 'amount' then money(cents * 9 // 10, unit) else amount end as amount,
            case when correction = 'due_date' then due_date - 10 else due_date end as due_date
        ),
        'posted' as status,
        cast(null as date) as cancelled_on,
        cast(null as varchar) as cancel_mode
    from invoice_row
    union all by name
    -- as corrected some days later
    select
        * replace (recorded_at + to_days(cast(1 + draw(i, 'corrected') % 10 as integer)) as recorded_at),
        'posted' as status,
        cast(null as date) as cancelled_on,
        cast(null as varchar) as cancel_mode
    from invoice_row
    where correction is not null
    union all by name
    -- as cancelled
    select
        * replace (recorded_at + to_days(cast(1 + draw(i, 'cancelled') % 20 as integer)) as recorded_at),
        'cancelled' as status,
        cast(recorded_at + to_days(cast(1 + draw(i, 'cancelled') % 20 as integer)) as date) as cancelled_on,
        case fate when 'erased' then 'erase' else 'reverse' end as cancel_mode
    from invoice_row
    where fate in ('reversed', 'erased')
),

receipt_version as (
    select
        *,
        'posted' as status,
        cast(null as date) as cancelled_on
    from receipt
    union all by name
    -- one in five hundred comes back
    select
        * replace (recorded_at + to_days(cast(2 + draw(concat(company, receipt_id), 'back') % 4 as integer)) as recorded_at),
        'cancelled' as status,
        cast(recorded_at + to_days(cast(2 + draw(concat(company, receipt_id), 'back') % 4 as integer)) as date) as cancelled_on
    from receipt
    where draw(concat(company, receipt_id), 'bounced') % 500 = 0 and currency <> 'USD'
),

together as (
    select
        version.company,
        version.document_id,
        version.document_type,
        concat('F-', version.i) as number,
        version.customer_id,
        version.issue_date,
        version.due_date,
        version.currency,
        version.amount,
        cast(version.amount * cast(0.16 as decimal(3, 2)) as decimal(18, 4)) as tax_amount,
        usd_rate.rate as fx_rate,
        version.status,
        version.cancelled_on,
        version.cancel_mode,
        case when version.is_foreign then '1106' else '1105' end as receivable_account,
        cast(null as varchar) as linked_document_id,
        case when version.company = 'NORTE' then cast(cast(md5(version.document_id) as uuid) as varchar) end as uuid,
        version.is_ceded,
        version.recorded_at
    from invoice_version as version
    left join usd_rate
        on
            version.has_rate
            and version.company_no = usd_rate.company_no
            and version.issue_date = usd_rate.day
    union all by name
    select
        company,
        receipt_id as document_id,
        'receipt' as document_type,
        receipt_id as number,
        customer_id,
        paid_on as issue_date,
        currency,
        money(cents, unit) as amount,
        status,
        cancelled_on,
        case when cancelled_on is not null then 'reverse' end as cancel_mode,
        case when currency = 'USD' then '1106' else '1105' end as receivable_account,
        recorded_at
    from receipt_version
    union all by name
    select
        company,
        concat('N', lpad(cast(i as varchar), 9, '0')) as document_id,
        'credit_note' as document_type,
        concat('N-', i) as number,
        customer_id,
        credited_on as issue_date,
        currency,
        money(credited, unit) as amount,
        'posted' as status,
        case when is_foreign then '1106' else '1105' end as receivable_account,
        concat('F', lpad(cast(i as varchar), 9, '0')) as linked_document_id,
        recorded_at + to_days(credited_on - issue_date) as recorded_at
    from invoice
    where credited > 0
    union all by name
    select
        company,
        concat('W', lpad(cast(i as varchar), 9, '0')) as document_id,
        'write_off' as document_type,
        concat('W-', i) as number,
        customer_id,
        due_date + 200 as issue_date,
        currency,
        money(cents, unit) as amount,
        'posted' as status,
        case when is_foreign then '1106' else '1105' end as receivable_account,
        concat('F', lpad(cast(i as varchar), 9, '0')) as linked_document_id,
        cast(due_date + 200 as timestamp) + interval 12 hour as recorded_at
    from invoice
    where fate = 'written_off'
    union all by name
    -- money nobody knows whose it is
    select
        company,
        concat('U', lpad(cast(i as varchar), 9, '0')) as document_id,
        'receipt' as document_type,
        concat('U-', i) as number,
        issue_date,
        base_currency as currency,
        money(10000 + i % 99991, base_unit) as amount,
        'posted' as status,
        '1105' as receivable_account,
        recorded_at
    from invoice
    where draw(i, 'unknown') % 2000 = 0
)

select
    * replace (coalesce(is_ceded, false) as is_ceded),
    cast(recorded_at as date) as recorded_on,
    -- what decides whether a later delivery brings it: the same for all versions of a document
    draw(case when document_type = 'receipt' then concat(company, document_id) else substr(document_id, 2) end, 'delivery')
    % 1000000 as delivery_draw
from together
where recorded_at < getvariable('last_day') + 11;

create table application as
with together as (
    select
        company,
        concat('A', lpad(cast(i as varchar), 9, '0'), '-', part) as application_id,
        receipt_id as from_document_id,
        concat('F', lpad(cast(i as varchar), 9, '0')) as to_document_id,
        case when has_instalments and draw(i, 'directed') % 3 = 0 then part end as to_instalment_no,
        case when has_instalments and draw(i, 'directed') % 10 = 1 then 'pro_rata' else 'fifo' end as spread,
        -- 3 % are matched days after the money came
        paid_on + cast(case when draw(i, 'matched') % 100 < 3 then 1 + draw(i, 'match') % 10 else 0 end as integer) as applied_on,
        money(paid, unit) as amount,
        case when is_crossed then money(given, given_unit) end as from_amount,
        greatest(
            receipt_entered(concat(company, receipt_id), paid_on),
            invoice_recorded_at,
            cast(
                paid_on + cast(case when draw(i, 'matched') % 100 < 3 then 1 + draw(i, 'match') % 10 else 0 end as integer)
                as timestamp
            ) + interval 19 hour
        ) as recorded_at,
        draw(concat(company, receipt_id), 'delivery') % 1000000 as delivery_draw
    from payment
    -- a delivery after the books may only name invoices that came before it
    where invoice_recorded_at < getvariable('last_day') + 1
    union all by name
    select
        company,
        concat('A', lpad(cast(i as varchar), 9, '0'), '-C') as application_id,
        concat('N', lpad(cast(i as varchar), 9, '0')) as from_document_id,
        concat('F', lpad(cast(i as varchar), 9, '0')) as to_document_id,
        cast(null as bigint) as to_instalment_no,
        'fifo' as spread,
        credited_on as applied_on,
        money(credited, unit) as amount,
        cast(null as decimal(18, 4)) as from_amount,
        recorded_at + to_days(credited_on - issue_date) as recorded_at,
        draw(lpad(cast(i as varchar), 9, '0'), 'delivery') % 1000000 as delivery_draw
    from invoice
    where credited > 0
    union all by name
    select
        company,
        concat('A', lpad(cast(i as varchar), 9, '0'), '-W') as application_id,
        concat('W', lpad(cast(i as varchar), 9, '0')) as from_document_id,
        concat('F', lpad(cast(i as varchar), 9, '0')) as to_document_id,
        cast(null as bigint) as to_instalment_no,
        'fifo' as spread,
        due_date + 200 as applied_on,
        money(cents, unit) as amount,
        cast(null as decimal(18, 4)) as from_amount,
        cast(due_date + 200 as timestamp) + interval 12 hour as recorded_at,
        draw(lpad(cast(i as varchar), 9, '0'), 'delivery') % 1000000 as delivery_draw
    from invoice
    where fate = 'written_off'
)

select
    *,
    cast(recorded_at as date) as recorded_on
from together
where recorded_at < getvariable('last_day') + 11;

create table instalment as
with numbered as (
    select
        *,
        unnest(range(1, 4)) as instalment_no
    from invoice
    where has_instalments
)

select
    company,
    concat('F', lpad(cast(i as varchar), 9, '0')) as document_id,
    instalment_no,
    due_date + cast((instalment_no - 1) * 30 as integer) as due_date,
    money(
        case instalment_no
            when 1 then cents * 34 // 100
            when 2 then cents * 33 // 100
            else cents - cents * 34 // 100 - cents * 33 // 100
        end,
        unit
    ) as amount,
    cast(recorded_at as date) as recorded_on,
    draw(lpad(cast(i as varchar), 9, '0'), 'delivery') % 1000000 as delivery_draw
from numbered;

create table dispute as
select
    company,
    concat('D', i) as dispute_id,
    concat('F', lpad(cast(i as varchar), 9, '0')) as document_id,
    due_date + 5 as opened_on,
    case when draw(i, 'resolved') % 10 < 7 then due_date + 25 end as resolved_on,
    list_extract(['price', 'quantity', 'damaged'], 1 + draw(i, 'reason') % 3) as reason
from invoice
where draw(i, 'disputed') % 200 = 0 and fate in ('paid', 'unpaid') and due_date + 5 <= getvariable('last_day');
