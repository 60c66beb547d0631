-- One row per invoice with all that is to happen to it, in the order of issue. `cents` counts the currency's unit.
create table invoice as
with drawn as (
    select
        i,
        draw(i, 'company') % 100 as company_draw,
        draw(i, 'customer') % 1000000 / 1000000.0 as customer_draw,
        draw(i, 'fate') % 1000 as fate_draw
    from range(getvariable('issued')) as numbers (i)
),

placed as (
    select
        drawn.i,
        drawn.fate_draw,
        company.company_no,
        company.company,
        company.unit as base_unit,
        company.scale,
        cast(floor(pow(
            getvariable('customers') * (company.share_to - company.share_from) // 100 + 1.0, drawn.customer_draw
        )) as bigint) as rank,
        company.currency as base_currency,
        draw(drawn.i, 'foreign') % 50 = 0 as is_foreign,
        slot.day as issue_date
    from drawn
    inner join company
        on drawn.company_draw >= company.share_from and drawn.company_draw < company.share_to
    inner join slot
        on drawn.i * getvariable('slots') // getvariable('invoices') = slot.slot
),

dated as (
    select
        placed.*,
        customer.customer_id,
        customer.days_late,
        customer.pays_on,
        customer.transfers,
        placed.issue_date + cast(customer.terms_days as integer) as due_date,
        case when placed.is_foreign then 'USD' else placed.base_currency end as currency,
        case when placed.is_foreign then cast(0.01 as decimal(5, 4)) else placed.base_unit end as unit,
        -- amounts: quantiles of a log-normal distribution, then some cents
        amount_quantile.cents // case when placed.is_foreign then 18 else 1 end
        * case when placed.is_foreign then 1 else placed.scale end
        + cast(draw(placed.i, 'cents') % 100 as bigint) as cents,
        case
            when placed.fate_draw < 5 then 'reversed'
            when placed.fate_draw < 6 then 'erased'
            when placed.fate_draw < 9 then 'written_off'
            when placed.fate_draw < 30 then 'unpaid'
            else 'paid'
        end as fate,
        case when draw(placed.i, 'parts') % 100 < 17 then 2 when draw(placed.i, 'parts') % 100 < 20 then 3 else 1 end as parts,
        draw(placed.i, 'instalments') % 100 < 3 as has_instalments,
        draw(placed.i, 'correction') % 1000 as correction_draw,
        -- 3 % are entered some days after their date
        case when draw(placed.i, 'entered') % 100 < 3 then 1 + draw(placed.i, 'delay') % 5 else 0 end as days_until_entered
    from placed
    inner join customer
        on placed.company_no = customer.company_no and placed.rank = customer.rank
    inner join amount_quantile
        on draw(placed.i, 'amount') % 1024 = amount_quantile.quantile
)

select
    * exclude (fate_draw, correction_draw, scale, parts, days_until_entered, company_no),
    company_no,
    case when has_instalments then 3 else parts end as parts,
    case
        when fate in ('paid', 'unpaid') and draw(i, 'credit') % 100 < 8
            then cents * cast(5 + draw(i, 'credited') % 25 as bigint) // 100
        else 0
    end as credited,
    issue_date + cast(3 + draw(i, 'credit_day') % 22 as integer) as credited_on,
    case
        when fate = 'paid' and correction_draw < 1 and not has_instalments then 'amount'
        when fate = 'paid' and correction_draw < 2 and not has_instalments then 'due_date'
    end as correction,
    cast(issue_date + cast(days_until_entered as integer) as timestamp)
    + to_seconds(cast(28800 + draw(i, 'second') % 36000 as bigint)) as recorded_at
from dated
order by i;
