-- The core tables as one would write them by hand, for one engine and these books: whole numbers as keys, windows only
-- where a document has several versions, another currency or instalments. It reads views over the lake's Parquet:
-- documents, applications, instalments, disputes, fx_rates, companies.

-- Documents with several versions are few; only they have to be put in order.
create temp table changed as
select company, document_id
from documents
group by company, document_id
having count(*) > 1;

create temp table split as
select distinct company, document_id
from instalments;

create temp table document as
with versions as (
    select d.*, cast(null as timestamp) as known_to
    from documents as d
    anti join changed using (company, document_id)
    union all
    select d.*, lead(d.recorded_at) over (partition by d.company, d.document_id order by d.recorded_at) as known_to
    from documents as d
    semi join changed using (company, document_id)
)

select
    row_number() over () as version_no,
    v.company,
    v.document_id,
    v.document_type,
    v.number,
    coalesce(v.customer_id, 'unidentified') as customer_id,
    v.issue_date,
    coalesce(v.due_date, v.issue_date) as due_date,
    v.due_date is null as is_due_date_missing,
    v.currency,
    cast(case when v.document_type = 'invoice' then 1 else -1 end as tinyint) as sign,
    v.amount,
    case when v.status = 'cancelled' then v.cancelled_on end as ended_on,
    v.receivable_account,
    coalesce(v.is_ceded, false) as is_ceded,
    c.functional_currency as base_currency,
    cast(case c.functional_currency when 'CLP' then 0 else 2 end as integer) as minor_units,
    cast(case v.currency when 'CLP' then 0 else 2 end as integer) as currency_minor_units,
    v.currency <> c.functional_currency as is_foreign,
    cast(
        case when v.currency = c.functional_currency then 1 else coalesce(v.fx_rate, r.rate) end as decimal(20, 12)
    ) as fx_rate,
    s.document_id is not null as is_split,
    v._source as source,
    v._file_sha256 as batch_id,
    v._row as source_line,
    v.recorded_at as known_from,
    v.known_to
from versions as v
join companies as c on v.company = c.company
left join fx_rates as r
    on v.currency = r.from_currency and c.functional_currency = r.to_currency and v.issue_date = r.rate_date
left join split as s on v.company = s.company and v.document_id = s.document_id
-- an erased document never was
where v.status <> 'cancelled' or v.cancel_mode <> 'erase';

create table dim_receivable_item as
select
    concat(d.company, '|', d.document_id, '|' || i.instalment_no) as item_id,
    d.known_from,
    d.known_to,
    d.known_to is null as is_current,
    d.company,
    d.document_id,
    i.instalment_no,
    d.document_type,
    d.number,
    d.customer_id,
    d.issue_date,
    coalesce(i.due_date, d.due_date) as due_date,
    d.is_due_date_missing,
    d.currency,
    cast(d.sign * coalesce(i.amount, d.amount) as decimal(18, 4)) as amount,
    d.base_currency,
    d.fx_rate,
    d.minor_units,
    d.receivable_account,
    d.is_ceded,
    d.sign = -1 as is_credit,
    d.source,
    d.batch_id,
    d.source_line
from document as d
left join instalments as i on d.company = i.company and d.document_id = i.document_id;
