-- Entries in the company's currency. In its own currency that is the amount itself; in another, the step of the rounded
-- balance, which needs the movements of an item in their order.
create temp table valued_entry as
with foreign_movement as (
    select
        concat(company, '|', document_id) as item_id, version_no, null::integer as instalment_no, company, document_id, customer_id, entry_date, entry_type,
        counter_document_id, counter_document_type, application_id, currency, amount, base_currency, receivable_account,
        known_from, known_to, fx_rate, minor_units
    from movement
    where is_foreign
    union all
    select
        concat(d.company, '|', d.document_id, '|', m.instalment_no), m.version_no, m.instalment_no, d.company, d.document_id, d.customer_id, m.entry_date,
        m.entry_type, m.counter_document_id, m.counter_document_type, m.application_id, d.currency, m.amount, d.base_currency,
        d.receivable_account, m.known_from, m.known_to, d.fx_rate, d.minor_units
    from split_movement as m
    join document as d on m.version_no = d.version_no
    where d.is_foreign
),

valued as (
    select
        *,
        case minor_units
            when 0 then round(sum(amount) over so_far * fx_rate, 0)::decimal(18, 4)
            else round(sum(amount) over so_far * fx_rate, 2)::decimal(18, 4)
        end as base_so_far
    from foreign_movement
    window so_far as (
        partition by item_id, known_to is null
        order by entry_date, entry_type, application_id, known_from
        rows unbounded preceding
    )
)

select
    version_no, instalment_no, company, item_id, document_id, customer_id, entry_date, entry_type, counter_document_id, counter_document_type,
    application_id, currency, amount, base_currency,
    case
        when known_to is null
            then base_so_far - coalesce(lag(base_so_far) over (
                partition by item_id, known_to is null order by entry_date, entry_type, application_id, known_from
            ), 0)
        when minor_units = 0 then round(amount * fx_rate, 0)::decimal(18, 4)
        else round(amount * fx_rate, 2)::decimal(18, 4)
    end as base_amount,
    receivable_account, known_from, known_to
from valued;

create table fct_receivable_entry as
with entry as (
    select
        version_no, null as instalment_no, company, concat(company, '|', document_id) as item_id, document_id, customer_id, entry_date, entry_type,
        counter_document_id, counter_document_type, application_id, currency, amount, base_currency, amount as base_amount,
        receivable_account, known_from, known_to
    from movement
    where not is_foreign
    union all
    select
        m.version_no, m.instalment_no, d.company, concat(d.company, '|', d.document_id, '|', m.instalment_no), d.document_id, d.customer_id,
        m.entry_date, m.entry_type, m.counter_document_id, m.counter_document_type, m.application_id, d.currency, m.amount,
        d.base_currency, m.amount, d.receivable_account, m.known_from, m.known_to
    from split_movement as m
    join document as d on m.version_no = d.version_no
    where not d.is_foreign
    union all
    select * from valued_entry
)

select
    company,
    md5(concat_ws('|', item_id, entry_type, application_id, known_from)) as entry_id,
    item_id,
    document_id,
    customer_id,
    entry_date,
    entry_type,
    counter_document_id,
    counter_document_type,
    application_id,
    currency,
    amount::decimal(18, 4) as amount,
    base_currency,
    base_amount::decimal(18, 4) as base_amount,
    receivable_account,
    known_from,
    known_to
from entry;
