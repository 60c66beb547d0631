-- What each version of a document means for the receivable: its sign, its rate, and from when to when it stands.
-- Drafts and erased documents never stand; they keep their versions so that applications can end with them.
with versions as (
    select *
    from {{ ref('stg_cartera__document_versions') }} as documents
    where {{ touched_or_next_to_it('documents') }}
),

signed as (
    select
        *,
        case
            when document_type in ('invoice', 'debit_note', 'refund', 'interest') then 1
            when document_type in ('journal', 'revaluation') then case when amount < 0 then -1 else 1 end
            else -1
        end as sign,
        -- a key of its own, so that only what has no rate is looked up
        case when fx_rate is null then currency end as unrated_currency
    from versions
),

-- a value that no column of ours holds is no value: the document has no rate that could be used
valued as (
    select
        signed.*,
        companies.functional_currency,
        companies.minor_units,
        companies.default_account,
        coalesce(cast(signed.fx_rate as decimal(20, 12)), fx_rates.rate) as rate
    from signed
    inner join {{ ref('int_ledger__companies') }} as companies
        on signed.company = companies.company
    left join {{ ref('int_ledger__fx_rates') }} as fx_rates
        on
            signed.unrated_currency = fx_rates.from_currency
            and companies.functional_currency = fx_rates.to_currency
            and signed.issue_date >= fx_rates.valid_from
            and signed.issue_date < coalesce(fx_rates.valid_to, date '9999-12-31')
)

select
    valued.company,
    valued.document_id,
    valued.document_type,
    valued.number,
    coalesce(valued.customer_id, 'unidentified') as customer_id,
    valued.issue_date,
    coalesce(valued.due_date, valued.issue_date) as due_date,
    valued.due_date is null as is_due_date_missing,
    valued.currency,
    valued.sign,
    abs(valued.amount) as amount,
    case when valued.document_type = 'revaluation' then valued.base_amount end as base_only_amount,
    valued.functional_currency as base_currency,
    valued.minor_units,
    coalesce(currencies.minor_units, 2) as currency_minor_units,
    case
        when valued.currency = valued.functional_currency then cast(1 as decimal(20, 12))
        when abs(valued.amount) * valued.rate < 10000000000000 then valued.rate
    end as fx_rate,
    valued.status <> 'draft'
    and not (valued.status = 'cancelled' and (valued.cancel_mode = 'erase' or valued.cancelled_on is null)) as stands,
    case when valued.status = 'cancelled' and valued.cancel_mode = 'reverse' then valued.cancelled_on end as ended_on,
    coalesce(valued.receivable_account, valued.default_account) as receivable_account,
    valued.is_ceded,
    valued.linked_document_id,
    valued.clearing_group,
    valued.cleared_on,
    valued.order_ref,
    valued.recorded_at,
    valued.source,
    valued.batch_id,
    valued.source_line,
    valued.known_from,
    valued.known_to,
    valued.is_current
from valued
left join {{ ref('stg_settings__currencies') }} as currencies
    on valued.currency = currencies.currency
