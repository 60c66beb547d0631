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
    signed.clearing_group,
    signed.cleared_on,
    signed.order_ref,
    signed.recorded_at,
    signed.source,
    signed.batch_id,
    signed.source_line,
    signed.state_known_from as known_from,
    case when signed.state_known_to < timestamp '9999-12-31 00:00:00' then signed.state_known_to end as known_to,
    signed.state_known_to = timestamp '9999-12-31 00:00:00' as is_current
from signed
inner join {{ ref('int_ledger__companies') }} as companies
    on signed.company = companies.company
left join {{ ref('stg_settings__currencies') }} as currencies
    on signed.currency = currencies.currency
left join {{ ref('int_ledger__fx_rates') }} as fx_rates
    on
        signed.unrated_currency = fx_rates.from_currency
        and companies.functional_currency = fx_rates.to_currency
        and signed.issue_date >= fx_rates.valid_from
        and signed.issue_date < coalesce(fx_rates.valid_to, date '9999-12-31')
