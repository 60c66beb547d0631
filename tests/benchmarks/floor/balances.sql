-- Balances as intervals, from movements as narrow as they can be: a number for the item, the day, two amounts.
create temp table balance as
with moved as (
    select version_no * 4 as item_no, entry_date, amount, amount as base_amount
    from movement
    where known_to is null and not is_foreign
    union all
    select m.version_no * 4 + m.instalment_no, m.entry_date, m.amount, m.amount
    from split_movement as m
    join document as d on m.version_no = d.version_no
    where m.known_to is null and not d.is_foreign
    union all
    select version_no * 4 + coalesce(instalment_no, 0), entry_date, amount, base_amount
    from valued_entry
    where known_to is null
),

days as (
    select item_no, entry_date, sum(amount) as amount, sum(base_amount) as base_amount
    from moved
    group by item_no, entry_date
),

running as (
    select
        item_no,
        entry_date as valid_from,
        lead(entry_date) over by_day as valid_to,
        sum(amount) over by_day as open_amount,
        sum(base_amount) over by_day as open_base
    from days
    window by_day as (partition by item_no order by entry_date)
)

select item_no, valid_from, valid_to, open_amount::decimal(18, 4) as open_amount, open_base::decimal(18, 4) as open_base
from running
where open_amount <> 0 or open_base <> 0;

create table fct_open_balance as
select
    concat(d.company, '|', d.document_id, case when b.item_no % 4 > 0 then '|' || b.item_no % 4 end) as item_id,
    b.valid_from,
    b.valid_to,
    d.company,
    d.document_id,
    b.open_amount,
    b.open_base
from balance as b
join document as d on b.item_no // 4 = d.version_no;
