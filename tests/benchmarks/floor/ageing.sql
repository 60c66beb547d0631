-- Ageing of every day and every month end, without one row per item and day. The last day is a month end.
create temp table bucket (bucket varchar, bucket_order integer, from_days integer, to_days integer);

insert into bucket values
('not_due', 0, -1000000, 0), ('1-30', 1, 1, 30), ('31-60', 2, 31, 60), ('61-90', 3, 61, 90), ('90+', 4, 91, 1000000),
('unapplied', 5, null, null);

create temp table held as
select
    d.company,
    d.customer_id,
    d.document_id,
    coalesce(i.due_date, d.due_date) as due_date,
    d.sign = -1 as is_credit,
    b.valid_from,
    coalesce(b.valid_to, date '9999-12-31') as valid_to,
    b.open_base
from balance as b
join document as d on b.item_no // 4 = d.version_no
left join (
    select p.version_no * 4 + i.instalment_no as item_no, i.due_date
    from instalments as i
    join document as p on i.company = p.company and i.document_id = p.document_id
) as i on b.item_no = i.item_no;

create table fct_aging_daily as
with pieces as (
    select
        h.company, h.document_id, b.bucket, h.open_base,
        case when h.is_credit then h.valid_from else greatest(h.valid_from, (h.due_date + b.from_days)::date) end as date_from,
        case when h.is_credit then h.valid_to else least(h.valid_to, (h.due_date + b.to_days + 1)::date) end as date_to
    from held as h
    join bucket as b
        on
            h.is_credit = (b.from_days is null)
            and (h.is_credit or (h.valid_from <= h.due_date + b.to_days and h.valid_to > h.due_date + b.from_days))
),

disputed as (
    select
        p.company, p.bucket, greatest(p.date_from, d.opened_on) as date_from,
        least(p.date_to, coalesce(d.resolved_on, date '9999-12-31')) as date_to, p.open_base
    from pieces as p
    join disputes as d on p.company = d.company and p.document_id = d.document_id
    where p.date_from < coalesce(d.resolved_on, date '9999-12-31') and p.date_to > d.opened_on
),

changes as (
    select company, bucket, date_from as date, sum(open_base) as open_base, 0 as disputed_base, count(*) as n_items
    from pieces
    group by all
    union all
    select company, bucket, date_to, -sum(open_base), 0, -count(*)
    from pieces
    group by all
    union all
    select company, bucket, date_from, 0, sum(open_base), 0
    from disputed
    group by all
    union all
    select company, bucket, date_to, 0, -sum(open_base), 0
    from disputed
    group by all
),

changed as (
    select company, bucket, date, sum(open_base) as open_base, sum(disputed_base) as disputed_base, sum(n_items) as n_items
    from changes
    where date <= getvariable('as_of')
    group by all
),

days as (
    select company, unnest(generate_series(min(date), getvariable('as_of'), interval 1 day))::date as date
    from changed
    group by company
)

select
    d.company,
    d.date,
    b.bucket,
    b.bucket_order,
    coalesce(sum(c.open_base) over through_the_day, 0)::decimal(38, 4) as open_base,
    coalesce(sum(c.disputed_base) over through_the_day, 0)::decimal(38, 4) as disputed_base,
    coalesce(sum(c.n_items) over through_the_day, 0)::bigint as n_items
from days as d
cross join bucket as b
left join changed as c on d.company = c.company and b.bucket = c.bucket and d.date = c.date
window through_the_day as (partition by d.company, b.bucket order by d.date);

create table fct_aging_monthly as
with months as (
    select
        company, customer_id, is_credit, due_date, open_base,
        unnest(range(
            (year(valid_from) * 12 + month(valid_from) - 1)::bigint,
            least(year(valid_to) * 12 + month(valid_to) - 1, year(getvariable('as_of')) * 12 + month(getvariable('as_of')))::bigint
        )) as month_no
    from held
),

dated as (
    select *, last_day(make_date(month_no // 12, month_no % 12 + 1, 1)) as month_end
    from months
),

placed as (
    select
        company, customer_id, month_end, open_base,
        case
            when is_credit then 5
            when month_end <= due_date then 0
            when month_end <= due_date + 30 then 1
            when month_end <= due_date + 60 then 2
            when month_end <= due_date + 90 then 3
            else 4
        end as bucket_order
    from dated
)

select
    p.company,
    p.customer_id,
    p.month_end,
    b.bucket,
    p.bucket_order,
    false as is_month_to_date,
    sum(p.open_base)::decimal(38, 4) as open_base,
    count(*) as n_items
from placed as p
join bucket as b on p.bucket_order = b.bucket_order
group by all;
