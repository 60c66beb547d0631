-- Every customer of the master data and every one that only documents or orders name, so that no row is without its
-- customer.
with master as (
    select * from {{ ref('stg_cartera__customers') }}
),

named_elsewhere as (
    select company, customer_id from {{ ref('dim_receivable_item') }}
    union
    select company, customer_id from {{ ref('stg_cartera__orders') }}
),

everyone as (
    select company, customer_id from master
    union
    select company, customer_id from named_elsewhere
),

-- numbers of customers belong to their company, numbers of parent debtors to all companies: a customer whose number
-- another customer of the same company gives as its parent is that parent itself
parents as (
    select distinct company, group_id as customer_id
    from master
    where group_id <> customer_id
)

select
    everyone.company,
    everyone.customer_id,
    coalesce(
        master.name, case when everyone.customer_id = 'unidentified' then 'Sin identificar / Unidentified' else everyone.customer_id end
    ) as name,
    coalesce(master.is_described, false) as is_in_master,
    master.tax_id,
    master.country,
    master.segment,
    coalesce(master.group_id, everyone.customer_id) as group_id,
    case
        when master.group_id <> everyone.customer_id then master.group_id
        when parents.customer_id is not null then everyone.customer_id
        else concat(everyone.company, '|', everyone.customer_id)
    end as debtor_id,
    coalesce(master.group_id <> everyone.customer_id, false) or parents.customer_id is not null as is_in_debtor_group,
    master.email,
    master.phone,
    master.language,
    master.terms_days,
    master.credit_limit,
    master.credit_limit_currency,
    coalesce(master.on_hold, false) as on_hold,
    master.customer_since,
    master.collector,
    master.sales_rep,
    coalesce(master.is_intercompany, false) as is_intercompany,
    master.credit_file_complete_on,
    master.contract_signed_on,
    master.credit_checked_on,
    master.credit_score,
    master.insured_limit,
    master.margin_12m
from everyone
left join master
    on
        everyone.company = master.company
        and everyone.customer_id = master.customer_id
left join parents
    on
        everyone.company = parents.company
        and everyone.customer_id = parents.customer_id
