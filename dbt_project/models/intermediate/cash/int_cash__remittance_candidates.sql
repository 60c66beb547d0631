-- Open invoices whose number stands in a receipt's remittance text, whole: numbers and text are reduced to letters and
-- digits, and a number may span up to three words of the text ("FAC 001-234", "FAC001234"). Part of a longer word
-- never counts, so a purchase order or a telephone number that contains the digits is no evidence.
with receipts as (
    select
        company,
        bank_account,
        transaction_id,
        booked_on,
        currency,
        amount,
        upper(concat_ws(' ', structured_reference, end_to_end_id, remittance_text)) as evidence_text
    from {{ ref('stg_cartera__bank_transactions') }}
    where amount > 0 and not is_reversal
),

words as (
    {{ numbered_words('receipts', ['company', 'bank_account', 'transaction_id'], 'evidence_text') }}
),

phrases as (
    select company, bank_account, transaction_id, word as phrase from words
    union
    select
        first_words.company, first_words.bank_account, first_words.transaction_id,
        first_words.word || second_words.word as phrase
    from words as first_words
    inner join words as second_words
        on
            first_words.company = second_words.company
            and first_words.bank_account = second_words.bank_account
            and first_words.transaction_id = second_words.transaction_id
            and first_words.word_no + 1 = second_words.word_no
    union
    select
        first_words.company, first_words.bank_account, first_words.transaction_id,
        first_words.word || second_words.word || third_words.word as phrase
    from words as first_words
    inner join words as second_words
        on
            first_words.company = second_words.company
            and first_words.bank_account = second_words.bank_account
            and first_words.transaction_id = second_words.transaction_id
            and first_words.word_no + 1 = second_words.word_no
    inner join words as third_words
        on
            first_words.company = third_words.company
            and first_words.bank_account = third_words.bank_account
            and first_words.transaction_id = third_words.transaction_id
            and first_words.word_no + 2 = third_words.word_no
),

invoices as (
    select
        company,
        document_id,
        currency,
        issue_date,
        max(number) as number,
        {{ letters_and_digits('max(coalesce(number, document_id))') }} as reduced_number
    from {{ ref('dim_receivable_item') }}
    where is_current and document_type in ('invoice', 'debit_note')
    group by company, document_id, currency, issue_date
),

named as (
    select
        receipts.company,
        receipts.bank_account,
        receipts.transaction_id,
        receipts.booked_on,
        receipts.amount,
        receipts.evidence_text,
        invoices.document_id,
        invoices.number,
        phrases.phrase
    from receipts
    inner join phrases
        on
            receipts.company = phrases.company
            and receipts.bank_account = phrases.bank_account
            and receipts.transaction_id = phrases.transaction_id
    inner join invoices
        on
            phrases.company = invoices.company
            and phrases.phrase = invoices.reduced_number
            and receipts.currency = invoices.currency
    -- three characters or fewer name too many things
    where length(phrases.phrase) > 3
),

-- what was open before the money came: the balance of the day before
open_before as (
    select
        named.company,
        named.bank_account,
        named.transaction_id,
        named.document_id,
        sum(balances.open_amount) as open_amount
    from named
    inner join {{ ref('fct_open_balance') }} as balances
        on
            named.company = balances.company
            and named.document_id = balances.document_id
            and balances.valid_from <= {{ add_days('named.booked_on', '-1') }}
            and (balances.valid_to is null or balances.valid_to > {{ add_days('named.booked_on', '-1') }})
    group by named.company, named.bank_account, named.transaction_id, named.document_id
)

select
    named.*,
    open_before.open_amount
from named
inner join open_before
    on
        named.company = open_before.company
        and named.bank_account = open_before.bank_account
        and named.transaction_id = open_before.transaction_id
        and named.document_id = open_before.document_id
