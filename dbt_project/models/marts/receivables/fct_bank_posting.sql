-- Receipts at the bank, and since when the sub-ledger holds each. The money of a receipt is told by company, currency and
-- amount: of equal amounts the first line is answered by the first receipt, and so on, so that as many lines are open as
-- amounts are missing. A line is answered by a receipt of the sub-ledger, by all receipts of a customer on one day together,
-- or by the bank's own reversal. Receipts from before the company's first bank line answer to none.
with lines as (
    select
        company,
        bank_account,
        transaction_id,
        booked_on,
        currency,
        amount,
        row_number() over (
            partition by company, currency, amount
            order by booked_on, bank_account, transaction_id
        ) as line_no
    from {{ ref('stg_cartera__bank_transactions') }}
    where amount > 0 and not is_reversal
),

amounts as (
    select distinct company, currency, amount from lines
),

first_days as (
    select company, {{ add_days('min(booked_on)', '-7') }} as first_day
    from lines
    group by company
),

receipts as (
    select
        items.company,
        items.document_id,
        items.customer_id,
        items.issue_date,
        items.currency,
        -sum(items.amount) as amount
    from {{ ref('dim_receivable_item') }} as items
    inner join first_days on items.company = first_days.company and items.issue_date >= first_days.first_day
    where items.is_current and items.document_type = 'receipt'
    group by items.company, items.document_id, items.customer_id, items.issue_date, items.currency
),

receipts_of_a_day as (
    select company, customer_id, issue_date, currency, sum(amount) as amount, min(document_id) as document_id
    from receipts
    where customer_id <> 'unidentified'
    group by company, customer_id, issue_date, currency
    having count(*) > 1
),

possible_answers as (
    select company, currency, amount, issue_date as answered_on, document_id as answered_by, 'receipt' as answer
    from receipts
    union all
    select company, currency, amount, issue_date as answered_on, document_id as answered_by, 'receipts_of_a_day' as answer
    from receipts_of_a_day
    union all
    select company, currency, abs(amount) as amount, booked_on as answered_on, transaction_id as answered_by, 'reversal' as answer
    from {{ ref('stg_cartera__bank_transactions') }}
    where is_reversal
),

answers as (
    select
        possible_answers.*,
        row_number() over (
            partition by possible_answers.company, possible_answers.currency, possible_answers.amount
            order by possible_answers.answered_on, possible_answers.answer, possible_answers.answered_by
        ) as line_no
    from possible_answers
    inner join amounts
        on
            possible_answers.company = amounts.company
            and possible_answers.currency = amounts.currency
            and possible_answers.amount = amounts.amount
),

-- a line that names one invoice belongs to that invoice's account; any other to the company's first
named as (
    select
        matches.company,
        matches.bank_account,
        matches.transaction_id,
        min(items.receivable_account) as account
    from {{ ref('fct_bank_match') }} as matches
    inner join {{ ref('dim_receivable_item') }} as items
        on
            matches.company = items.company
            and matches.document_id = items.document_id
            and items.is_current
    where matches.status = 'auto'
    group by matches.company, matches.bank_account, matches.transaction_id
)

select
    lines.company,
    lines.bank_account,
    lines.transaction_id,
    coalesce(named.account, companies.default_account) as account,
    lines.booked_on,
    lines.currency,
    lines.amount,
    case
        when lines.currency = companies.functional_currency then lines.amount
        when lines.amount < 1000000000 and rates.rate < 100000 then {{ round_money('lines.amount * rates.rate', 'companies.minor_units') }}
    end as base_amount,
    answers.answered_on,
    answers.answered_by,
    answers.answer
from lines
inner join {{ ref('int_ledger__companies') }} as companies on lines.company = companies.company
left join answers
    on
        lines.company = answers.company
        and lines.currency = answers.currency
        and lines.amount = answers.amount
        and lines.line_no = answers.line_no
left join named
    on
        lines.company = named.company
        and lines.bank_account = named.bank_account
        and lines.transaction_id = named.transaction_id
left join {{ ref('fx_rate_closing') }} as rates
    on
        lines.booked_on = rates.rate_date
        and lines.currency = rates.from_currency
        and companies.functional_currency = rates.to_currency
