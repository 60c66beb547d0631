-- Everything that may keep an account from its ledger on a day, with what it would explain of the difference
-- (sub-ledger less ledger), in the order in which reasons are named.
with positions as (
    select * from {{ ref('int_tie_out__positions') }}
    where difference <> 0
),

rejected as (
    select
        positions.company,
        positions.account,
        positions.as_of,
        'rejected_rows' as reason,
        -sum(documents.base_amount) as amount,
        count(*) as n_rows
    from positions
    inner join {{ ref('rejected_documents') }} as documents
        on
            positions.company = documents.company
            and positions.account = documents.account
            and positions.as_of >= documents.issue_date
            and (documents.ended_on is null or positions.as_of < documents.ended_on)
    where documents.base_amount is not null
    group by positions.company, positions.account, positions.as_of
),

-- lines that were open when the two last agreed did not keep them apart
unposted as (
    select
        positions.company,
        positions.account,
        positions.as_of,
        'unposted_bank_receipts' as reason,
        sum(lines.base_amount) as amount,
        count(*) as n_rows
    from positions
    inner join {{ ref('fct_bank_posting') }} as lines
        on
            positions.company = lines.company
            and positions.account = lines.account
            and positions.as_of >= lines.booked_on
            and (positions.tied_on is null or positions.tied_on < lines.booked_on)
            and (lines.answered_on is null or positions.as_of < lines.answered_on)
    where lines.base_amount is not null
    group by positions.company, positions.account, positions.as_of
),

candidates as (
    select company, account, as_of, reason, amount, n_rows from {{ ref('int_tie_out__movement_candidates') }}
    union all
    select company, account, as_of, reason, amount, n_rows from {{ ref('int_tie_out__revaluation_candidates') }}
    union all
    select company, account, as_of, reason, amount, n_rows from rejected
    union all
    select company, account, as_of, reason, amount, n_rows from unposted
)

select
    company,
    account,
    as_of,
    reason,
    case reason
        when 'cut_off' then 1
        when 'cut_off_recorded_later' then 2
        when 'rejected_rows' then 3
        when 'unposted_bank_receipts' then 4
        when 'revaluation_subledger' then 5
        when 'revaluation_ledger' then 6
        when 'manual_journals' then 7
    end as reason_order,
    cast(amount as decimal(38, 4)) as amount,
    cast(n_rows as bigint) as n_rows
from candidates
where amount <> 0
