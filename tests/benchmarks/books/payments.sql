-- What pays what: one row per part of an invoice that a transfer pays, up to the end of the books.
create macro receipt_entered(receipt, paid_on) as (
    cast(
        paid_on + cast(
            -- 8 % of receipts are entered some days late, 2 % after weeks
            case
                when draw(receipt, 'entered') % 100 < 2 then 10 + draw(receipt, 'delay') % 30
                when draw(receipt, 'entered') % 100 < 10 then 1 + draw(receipt, 'delay') % 3
                else 0
            end as integer
        ) as timestamp
    ) + to_seconds(cast(28800 + draw(receipt, 'second') % 36000 as bigint))
);

create table payment as
with parts as (
    select
        invoice.*,
        unnest(range(1, invoice.parts + 1)) as part,
        invoice.cents - invoice.credited as payable
    from invoice
    where invoice.fate = 'paid'
),

planned as (
    select
        *,
        greatest(
            issue_date + 1,
            due_date + cast(days_late as integer) + cast(draw(i, 'noise') % 15 as integer) - 5
            + cast((part - 1) * case when has_instalments then 30 else 25 end as integer)
        ) as planned_on,
        case
            when parts = 1 then payable
            when parts = 2 and part = 1 then payable * 60 // 100
            when parts = 2 then payable - payable * 60 // 100
            when part = 1 then payable * 34 // 100
            when part = 2 then payable * 33 // 100
            else payable - payable * 34 // 100 - payable * 33 // 100
        end as paid,
        -- some foreign invoices are paid in the company's own currency
        is_foreign and draw(i, 'crossed') % 20 = 0 as is_crossed
    from parts
),

sent as (
    select
        *,
        planned_on + cast((pays_on - isodow(planned_on) + 7) % 7 as integer) as paid_on
    from planned
),

valued as (
    select
        sent.*,
        case
            when sent.is_crossed
                then cast(round(sent.paid * sent.unit * usd_rate.rate / sent.base_unit, 0) as bigint)
            else sent.paid
        end as given,
        usd_rate.rate is not null as is_rated
    from sent
    left join usd_rate
        on sent.is_crossed and sent.company_no = usd_rate.company_no and sent.paid_on = usd_rate.day
    where sent.paid_on <= getvariable('last_day') + 10
)

select
    i,
    part,
    company,
    customer_id,
    has_instalments,
    is_crossed,
    paid_on,
    unit,
    base_unit,
    paid,
    given,
    case when is_crossed then base_currency else currency end as currency,
    case when is_crossed then base_unit else unit end as given_unit,
    recorded_at as invoice_recorded_at,
    concat(
        'RC', strftime(paid_on, '%y%m%d'), '-', substr(customer_id, 2), '-', draw(i, 'transfer') % transfers,
        case when is_foreign and not is_crossed then 'U' else '' end
    ) as receipt_id
from valued
where paid > 0 and given > 0;

create table receipt as
select
    company,
    receipt_id,
    any_value(customer_id) as customer_id,
    any_value(currency) as currency,
    any_value(given_unit) as unit,
    paid_on,
    -- one in a hundred pays more than it was asked for
    cast(sum(given) * case when draw(concat(company, receipt_id), 'over') % 100 = 0 then 105 else 100 end // 100 as bigint) as cents,
    receipt_entered(concat(company, receipt_id), paid_on) as recorded_at
from payment
group by company, receipt_id, paid_on;
