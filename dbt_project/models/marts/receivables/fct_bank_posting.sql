select
    company,
    bank_account,
    transaction_id,
    account,
    booked_on,
    currency,
    amount,
    base_amount,
    answered_on,
    answered_by,
    answer
from {{ ref('int_tie_out__bank_postings') }}
