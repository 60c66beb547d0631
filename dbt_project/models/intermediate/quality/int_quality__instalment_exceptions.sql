-- Instalment plans that can't be followed. One row per document.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

with instalments as (
    select
        *,
        sum(abs(amount)) over (partition by company, document_id) as plan_amount,
        row_number() over (partition by company, document_id order by instalment_no) as place
    from {{ ref('stg_cartera__instalment_versions') }} as versions
    where is_current and {{ touched_only('versions') }}
),

plans as (
    select * from instalments
    where place = 1
),

documents as (
    select company, document_id, document_type, customer_id, issue_date, amount, currency, stands
    from {{ ref('int_ledger__document_states') }}
    where is_current
)

select
    plans.company,
    'instalments_without_document' as kind,
    plans.document_id as subject,
    plans.document_id,
    cast(null as bigint) as instalment_no,
    cast(null as string) as customer_id,
    cast(null as string) as other,
    plans.due_date as exception_date,
    cast(plans.plan_amount as decimal(18, 4)) as amount,
    cast(null as string) as currency,
    plans.known_from,
    plans.source,
    plans.batch_id,
    plans.source_line
from plans
left join documents
    on
        plans.company = documents.company
        and plans.document_id = documents.document_id
where documents.document_id is null

union all

-- amount: how far the plan is from its document
select
    plans.company,
    'instalments_do_not_sum' as kind,
    plans.document_id as subject,
    plans.document_id,
    cast(null as bigint) as instalment_no,
    documents.customer_id,
    cast(null as string) as other,
    documents.issue_date as exception_date,
    cast(plans.plan_amount - documents.amount as decimal(18, 4)) as amount,
    documents.currency,
    plans.known_from,
    plans.source,
    plans.batch_id,
    plans.source_line
from plans
inner join documents
    on
        plans.company = documents.company
        and plans.document_id = documents.document_id
-- the ledger chooses the plan it follows; a document that is one item follows none
inner join {{ ref('dim_receivable_item') }} as items
    on
        plans.company = items.company
        and plans.document_id = items.document_id
        and items.is_current
        and items.instalment_no is null
where documents.stands and documents.document_type <> 'revaluation'
