-- What each version of a document means for the receivable: its sign, its rate, and from when to when it stands.
-- Drafts and erased documents never stand; they keep their versions so that applications can end with them.
with versions as (
    select *
    from {{ ref('stg_cartera__document_versions') }} as documents
    where {{ touched_or_next_to_it('documents') }}
),

absences as (
    select
        company,
        document_id,
        gone_on,
        gone_known_from,
        coalesce(back_known_from, timestamp '9999-12-31 00:00:00') as back_known_from
    from {{ ref('int_ledger__absences') }}
),

-- Being absent from a list is knowledge like any other: it cuts the versions known meanwhile.
presence_moments as (
    select company, document_id, timestamp '0001-01-01 00:00:00' as moment, cast(null as date) as gone_on from absences
    union
    select company, document_id, gone_known_from as moment, gone_on from absences
    union
    select company, document_id, back_known_from as moment, cast(null as date) as gone_on from absences
),

presences as (
    select
        company,
        document_id,
        moment as known_from,
        lead(moment) over (partition by company, document_id order by moment) as known_to,
        gone_on
    from presence_moments
),

present as (
    select
        versions.*,
        presences.gone_on,
        greatest(versions.known_from, coalesce(presences.known_from, versions.known_from)) as state_known_from,
        least(
            coalesce(versions.known_to, timestamp '9999-12-31 00:00:00'),
            coalesce(presences.known_to, timestamp '9999-12-31 00:00:00')
        ) as state_known_to
    from versions
    left join presences
        on
            versions.company = presences.company
            and versions.document_id = presences.document_id
            and presences.known_from < coalesce(versions.known_to, timestamp '9999-12-31 00:00:00')
            and versions.known_from < coalesce(presences.known_to, timestamp '9999-12-31 00:00:00')
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
    from present
    where state_known_from < state_known_to
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
    coalesce(
        case when valued.status = 'cancelled' and valued.cancel_mode = 'reverse' then valued.cancelled_on end,
        valued.gone_on
    ) as ended_on,
    case when valued.gone_on is not null then 'left_snapshot' else 'cancellation' end as end_reason,
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
    valued.state_known_from as known_from,
    case when valued.state_known_to < timestamp '9999-12-31 00:00:00' then valued.state_known_to end as known_to,
    valued.state_known_to = timestamp '9999-12-31 00:00:00' as is_current
from valued
left join {{ ref('stg_settings__currencies') }} as currencies
    on valued.currency = currencies.currency
