-- Documents that were refused and never loaded since, with what they would have added to their account. Without a readable
-- type, day, amount or rate there is no base amount.
with refused as (
    select * from {{ ref('stg_cartera__rejected_documents') }}
),

loaded as (
    select distinct refused.company, refused.document_id
    from {{ ref('stg_cartera__document_versions') }} as versions
    inner join refused
        on
            versions.company = refused.company
            and versions.document_id = refused.document_id
),

missing as (
    select
        refused.*,
        case when refused.fx_rate > 0 and refused.fx_rate < 100000 then cast(refused.fx_rate as decimal(20, 12)) end as own_rate,
        case
            when refused.document_type in ('invoice', 'debit_note', 'refund', 'interest', 'journal', 'revaluation') then 1
            when refused.document_type in ('credit_note', 'receipt', 'write_off', 'discount', 'withholding') then -1
        end as sign
    from refused
    left join loaded
        on
            refused.company = loaded.company
            and refused.document_id = loaded.document_id
    where loaded.document_id is null
)

select
    missing.company,
    missing.document_id,
    coalesce(missing.receivable_account, companies.default_account) as account,
    missing.document_type,
    missing.number,
    missing.customer_id,
    case when missing.issue_date between date '1900-01-01' and date '2200-12-31' then missing.issue_date end as issue_date,
    -- no longer owed from here on; never owed where it is a draft or erased
    case
        when missing.status = 'cancelled' then coalesce(missing.cancelled_on, missing.issue_date)
        when missing.status <> 'posted' then missing.issue_date
    end as ended_on,
    missing.currency,
    missing.amount,
    case
        when missing.document_type = 'revaluation' then missing.base_amount
        when missing.currency = companies.functional_currency
            then {{ round_money('missing.sign * missing.amount', 'companies.minor_units') }}
        -- what nobody checked may be of any size: only what can be multiplied is
        when abs(missing.amount) < 1000000000 and missing.own_rate is not null
            then {{ round_money('cast(missing.sign * missing.amount as decimal(18, 4)) * missing.own_rate', 'companies.minor_units') }}
        when abs(missing.amount) < 1000000000 and missing.fx_rate is null and rates.rate < 100000
            then {{ round_money('cast(missing.sign * missing.amount as decimal(18, 4)) * rates.rate', 'companies.minor_units') }}
    end as base_amount,
    missing.is_file_refused,
    missing.source,
    missing.batch_id,
    missing.file_name,
    missing.source_line,
    missing.refused_at
from missing
inner join {{ ref('int_ledger__companies') }} as companies on missing.company = companies.company
left join {{ ref('fx_rate_closing') }} as rates
    on
        missing.issue_date = rates.rate_date
        and missing.currency = rates.from_currency
        and companies.functional_currency = rates.to_currency
