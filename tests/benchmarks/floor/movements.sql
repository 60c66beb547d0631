-- Each application under each state of knowledge of its two documents, with all that an entry needs of either, so that
-- no later join looks for it again.
create temp table effect as
select
    a.company,
    a.application_id,
    a.to_instalment_no,
    a.spread,
    a.amount as to_amount,
    coalesce(a.from_amount, a.amount) as from_amount,
    t.version_no as to_version,
    f.version_no as from_version,
    t.document_id as to_document,
    f.document_id as from_document,
    t.document_type as to_type,
    f.document_type as from_type,
    t.customer_id as to_customer,
    f.customer_id as from_customer,
    t.currency as to_currency,
    f.currency as from_currency,
    t.receivable_account as to_account,
    f.receivable_account as from_account,
    t.is_split,
    t.is_foreign as to_foreign,
    f.is_foreign as from_foreign,
    t.fx_rate as to_rate,
    f.fx_rate as from_rate,
    t.base_currency,
    t.minor_units,
    t.currency_minor_units as to_units,
    greatest(a.applied_on, f.issue_date, t.issue_date) as effective_on,
    least(coalesce(f.ended_on, t.ended_on), coalesce(t.ended_on, f.ended_on)) as ended_on,
    greatest(a.recorded_at, f.known_from, t.known_from) as known_from,
    least(coalesce(f.known_to, t.known_to), coalesce(t.known_to, f.known_to)) as known_to
from applications as a
join document as t on a.company = t.company and a.to_document_id = t.document_id
join document as f on a.company = f.company and a.from_document_id = f.document_id
where
    -- the three were known together at some moment
    (f.known_to is null or (f.known_to > a.recorded_at and f.known_to > t.known_from))
    and (t.known_to is null or (t.known_to > a.recorded_at and t.known_to > f.known_from))
    -- what ends before it takes effect moves nothing
    and (f.ended_on is null or f.ended_on > greatest(a.applied_on, t.issue_date, f.issue_date))
    and (t.ended_on is null or t.ended_on > greatest(a.applied_on, t.issue_date, f.issue_date));

-- Movements of documents without instalments: `amount` is signed, debit positive.
create temp view movement as
select
    company, to_version as version_no, to_document as document_id, to_customer as customer_id, effective_on as entry_date,
    'application' as entry_type, from_document as counter_document_id, from_type as counter_document_type, application_id,
    to_currency as currency, -to_amount as amount, to_foreign as is_foreign, to_rate as fx_rate, base_currency, minor_units,
    to_account as receivable_account, known_from, known_to
from effect
where not is_split
union all
select
    company, from_version, from_document, from_customer, effective_on, 'application', to_document, to_type, application_id,
    from_currency, from_amount, from_foreign, from_rate, base_currency, minor_units, from_account, known_from, known_to
from effect
union all
-- a receipt that came back gives up what it had paid
select
    company, to_version, to_document, to_customer, ended_on, 'application_end', from_document, from_type, application_id,
    to_currency, to_amount, to_foreign, to_rate, base_currency, minor_units, to_account, known_from, known_to
from effect
where ended_on is not null and not is_split
union all
select
    company, from_version, from_document, from_customer, ended_on, 'application_end', to_document, to_type, application_id,
    from_currency, -from_amount, from_foreign, from_rate, base_currency, minor_units, from_account, known_from, known_to
from effect
where ended_on is not null
union all
select
    company, version_no, document_id, customer_id, issue_date, document_type, null, null, null,
    currency, sign * amount, is_foreign, fx_rate, base_currency, minor_units, receivable_account, known_from, known_to
from document
where not is_split
union all
select
    company, version_no, document_id, customer_id, greatest(ended_on, issue_date), 'cancellation', null, null, null,
    currency, -sign * amount, is_foreign, fx_rate, base_currency, minor_units, receivable_account, known_from, known_to
from document
where ended_on is not null and not is_split;
