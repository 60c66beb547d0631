-- Companies, calendar, exchange rates and customers. Everything random is a hash of a key, a word and the seed, so the
-- books are the same whatever the number of threads.
create macro draw(key, word) as (cast(hash(key, word, getvariable('seed')) >> 16 as bigint));

-- `unit` is the smallest amount of the currency: amounts are counted in it and stay whole numbers until they are written
create table company as
select *
from (
    values
    (0, 'NORTE', 'Distribuidora del Norte, S.A. de C.V.', 'MX', 'MXN', cast(0.01 as decimal(5, 4)), 1, 0, 60, 1850000),
    (1, 'ANDES', 'Andes Mayorista, S.A.S.', 'CO', 'COP', cast(0.01 as decimal(5, 4)), 220, 60, 85, 410000000),
    (2, 'AUSTRAL', 'Austral Comercial, SpA', 'CL', 'CLP', cast(1 as decimal(5, 4)), 1, 85, 100, 94000000)
) as companies (
    company_no, company, name, country, currency, unit, scale, share_from, share_to, usd_rate_e5
);

-- Weight of each day: few invoices on Saturdays, none on Sundays, three to five times as many at the end of a month.
create table day as
with days as (
    select
        cast(unnest(generate_series(
            getvariable('first_day'), getvariable('last_day') + 45, interval 1 day
        )) as date) as day
),

weighed as (
    select
        day,
        case isodow(day) when 7 then 0 when 6 then 3 else 12 end
        * case when day > last_day(day) - 2 then 5 when day > last_day(day) - 4 then 3 else 1 end as weight
    from days
)

select
    day,
    weight,
    sum(weight) over (order by day) - weight as slots_before
from weighed;

create table slot as
select
    unnest(range(cast(slots_before as bigint), cast(slots_before + weight as bigint))) as slot,
    day
from day;

set variable slots = (select count(*) from slot where day <= getvariable('last_day'));
-- all invoices: those of the books, and as many a day for ten days more
set variable issued = (
    select count(*) * getvariable('invoices') // getvariable('slots')
    from slot
    where day <= getvariable('last_day') + 10
);

-- one unit of USD in the company's currency, every day
create table usd_rate as
select
    company.company_no,
    company.currency,
    day.day,
    cast(
        cast(company.usd_rate_e5 * (9800 + draw(day.day, 'rate') % 400) as decimal(18, 0))
        * cast(0.000000001 as decimal(10, 9)) as decimal(28, 10)
    ) as rate
from company
cross join day;

-- Customers by rank: the probability of an invoice falls as 1/rank, so that a fifth of them buy four fifths.
create table customer as
with ranked as (
    select
        company.*,
        cast(getvariable('customers') * (share_to - share_from) // 100 as bigint) as n_customers
    from company
),

numbered as (
    select
        *,
        unnest(range(1, n_customers + 1)) as rank
    from ranked
)

select
    company_no,
    company,
    currency,
    country,
    rank,
    n_customers,
    'C' || lpad(cast(rank as varchar), 5, '0') as customer_id,
    list_extract([15, 30, 30, 30, 45, 60, 90], 1 + draw(rank + company_no * 1000000, 'terms') % 7) as terms_days,
    -- most pay about a week late, some early, a few months late
    list_extract([-4, 0, 2, 4, 6, 8, 12, 18, 28, 55], 1 + draw(rank + company_no * 1000000, 'late') % 10) as days_late,
    1 + draw(rank + company_no * 1000000, 'weekday') % 5 as pays_on,
    -- a large customer pays with several transfers on its day, of about five invoices each
    cast(greatest(
        1,
        ceil(
            getvariable('invoices') * (share_to - share_from) / 100.0 * ln((rank + 1.0) / rank)
            / ln(n_customers + 1.0) / 104 / 5
        )
    ) as bigint) as transfers
from numbered;
