with transactions as (
    select * from {{ ref('stg_cartera__bank_transactions') }}
),

exact as (
    select
        company,
        bank_account,
        transaction_id,
        document_id,
        max(number) as number,
        max(evidence_text) as evidence_text,
        max(open_amount) as open_amount
    from {{ ref('int_cash__remittance_candidates') }}
    where open_amount = amount
    group by company, bank_account, transaction_id, document_id
),

-- Only what is unique on both sides is certain: one invoice for the receipt, one receipt for the invoice.
counted as (
    select
        exact.*,
        count(*) over (partition by exact.company, exact.bank_account, exact.transaction_id) as invoices_named,
        count(*) over (partition by exact.company, exact.document_id) as receipts_claiming
    from exact
),

certain as (
    select * from counted
    where invoices_named = 1 and receipts_claiming = 1
)

select
    transactions.company,
    transactions.bank_account,
    transactions.transaction_id,
    transactions.booked_on,
    transactions.currency,
    transactions.amount as transaction_amount,
    case when certain.document_id is not null then 'T1' end as tier,
    case
        when transactions.is_reversal then 'reversed'
        when certain.document_id is not null then 'auto'
        else 'unmatched'
    end as status,
    certain.document_id,
    case when certain.document_id is not null then transactions.amount end as amount,
    cast(null as decimal(9, 6)) as confidence,
    case
        when certain.document_id is not null
            then {{ json_text({'rule': "'exact invoice reference and exact open amount'", 'number': 'certain.number',
                               'text': 'certain.evidence_text', 'open_before': 'cast(certain.open_amount as string)'}) }}
    end as evidence
from transactions
left join certain
    on
        transactions.company = certain.company
        and transactions.bank_account = certain.bank_account
        and transactions.transaction_id = certain.transaction_id
where transactions.amount > 0 or transactions.is_reversal
