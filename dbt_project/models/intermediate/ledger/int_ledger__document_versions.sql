-- What each version of a document means for the receivable: its sign, its rate, and from when to when it stands.
-- Drafts and erased documents never stand; they keep their versions so that applications can end with them.
with versions as (
    select * from {{ ref('stg_cartera__document_versions') }}
),

departures as (
    select * from {{ ref('int_ledger__snapshot_departures') }}
),

-- A departure from a snapshot is knowledge like any other: the current version ends, and one that is gone begins.
with_departures as (
    select
        versions.* replace (
            case when departures.document_id is null then versions.known_to else departures.known_from end as known_to,
            versions.is_current and departures.document_id is null as is_current
        ),
        cast(null as date) as gone_on
    from versions
    left join departures
        on
            versions.company = departures.company
            and versions.document_id = departures.document_id
            and versions.is_current

    union all

    select
        versions.* replace (departures.known_from as known_from),
        departures.gone_on
    from versions
    inner join departures
        on
            versions.company = departures.company
            and versions.document_id = departures.document_id
            and versions.is_current
),

signed as (
    select
        *,
        case
            when document_type in ('invoice', 'debit_note', 'refund', 'interest') then 1
            when document_type in ('journal', 'revaluation') then case when amount < 0 then -1 else 1 end
            else -1
        end as sign
    from with_departures
)

select
    signed.company,
    signed.document_id,
    signed.document_type,
    signed.number,
    coalesce(signed.customer_id, 'unidentified') as customer_id,
    signed.issue_date,
    coalesce(signed.due_date, signed.issue_date) as due_date,
    signed.due_date is null as is_due_date_missing,
    signed.currency,
    signed.sign,
    abs(signed.amount) as amount,
    case when signed.document_type = 'revaluation' then signed.base_amount end as base_only_amount,
    companies.functional_currency as base_currency,
    companies.minor_units,
    coalesce(currencies.minor_units, 2) as currency_minor_units,
    case
        when signed.currency = companies.functional_currency then cast(1 as decimal(20, 12))
        else coalesce(cast(signed.fx_rate as decimal(20, 12)), fx_rates.rate)
    end as fx_rate,
    signed.status <> 'draft'
    and not (signed.status = 'cancelled' and (signed.cancel_mode = 'erase' or signed.cancelled_on is null)) as stands,
    coalesce(
        case when signed.status = 'cancelled' and signed.cancel_mode = 'reverse' then signed.cancelled_on end,
        signed.gone_on
    ) as ended_on,
    case when signed.gone_on is not null then 'left_snapshot' else 'cancellation' end as end_reason,
    coalesce(signed.receivable_account, companies.default_account) as receivable_account,
    signed.is_ceded,
    signed.linked_document_id,
    signed.order_ref,
    signed.source,
    signed.batch_id,
    signed.source_line,
    signed.known_from,
    signed.known_to,
    signed.is_current
from signed
inner join {{ ref('int_ledger__companies') }} as companies
    on signed.company = companies.company
left join {{ ref('stg_settings__currencies') }} as currencies
    on signed.currency = currencies.currency
left join {{ ref('int_ledger__fx_rates') }} as fx_rates
    on
        signed.fx_rate is null
        and signed.currency = fx_rates.from_currency
        and companies.functional_currency = fx_rates.to_currency
        and signed.issue_date >= fx_rates.valid_from
        and (fx_rates.valid_to is null or signed.issue_date < fx_rates.valid_to)
