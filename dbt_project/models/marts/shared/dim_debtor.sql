-- Who owes, over all companies. A debtor that only one customer is has that customer's name; a parent debtor the name of
-- the customer that is the parent, else the one name its customers share, else its number.
with customers as (
    select * from {{ ref('dim_customer') }}
)

select
    debtor_id,
    coalesce(
        min(case when customer_id = debtor_id then name end),
        case when min(name) = max(name) then min(name) end,
        debtor_id
    ) as name,
    max(case when is_in_debtor_group then 1 else 0 end) = 1 as is_group,
    count(distinct company) as n_companies,
    count(*) as n_customers
from customers
group by debtor_id
