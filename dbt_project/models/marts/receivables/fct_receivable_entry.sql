-- Movements with their value in the company's currency.
-- The base value of an item is its open amount at its own rate, rounded to the minor unit; an entry's base is the
-- step of that value, so entries always sum to the balance and a settled item leaves no cent behind.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail', pre_hook="{{ forget_touched() }}") }}

-- depends_on: {{ ref('int_ledger__touched') }}
with movements as (
    select
        movements.*,
        items.customer_id,
        items.currency,
        items.base_currency,
        items.fx_rate,
        items.minor_units,
        items.receivable_account,
        md5(concat_ws(
            '|', movements.item_id, movements.entry_type, coalesce({{ id_part('movements.application_id') }}, ''),
            coalesce({{ id_part('movements.counter_document_id') }}, ''), cast(movements.entry_date as string),
            cast(movements.known_from as string), cast(movements.amount as string)
        )) as entry_id,
        -- on its first day a document counts with its value at its rate, whatever else moves it that day
        case
            when movements.entry_type = items.document_type then 1
            when movements.application_id is not null then 2
            else 3
        end as place_in_day
    from {{ ref('int_ledger__movements') }} as movements
    inner join {{ ref('int_ledger__item_states') }} as items
        on
            movements.item_id = items.item_id
            and movements.known_from >= items.known_from
            and (items.known_to is null or movements.known_from < items.known_to)
),

-- Most items are in the books' own currency and whole minor units: there an entry's base value is its amount.
stepped_items as (
    select distinct item_id
    from movements
    where fx_rate is null or fx_rate <> 1 or amount <> {{ round_money('amount', 'minor_units') }}
),

plain as (
    select movements.*, movements.amount as base_step
    from movements
    left join stepped_items on movements.item_id = stepped_items.item_id
    where stepped_items.item_id is null
),

cumulated as (
    select
        movements.*,
        sum(movements.amount) over (
            partition by movements.item_id, movements.known_to is null
            order by
                movements.entry_date,
                movements.place_in_day,
                movements.application_id,
                movements.entry_type,
                movements.entry_id
        ) as amount_so_far
    from movements
    inner join stepped_items on movements.item_id = stepped_items.item_id
),

valued as (
    select
        *,
        {{ round_money('cast(amount_so_far as decimal(18, 4)) * fx_rate', 'minor_units') }} as base_so_far
    from cumulated
),

entries as (
    select
        company, entry_id, item_id, document_id, customer_id, entry_date, entry_type, counter_document_id,
        counter_document_type, application_id, currency, amount, base_currency, base_only_amount, base_step,
        receivable_account, known_from, known_to
    from plain
    union all
    select
        company, entry_id, item_id, document_id, customer_id, entry_date, entry_type, counter_document_id,
        counter_document_type, application_id, currency, amount, base_currency, base_only_amount,
        case
            when known_to is null
                then base_so_far - coalesce(lag(base_so_far) over (
                    partition by item_id, known_to is null
                    order by entry_date, place_in_day, application_id, entry_type, entry_id
                ), 0)
            else {{ round_money('amount * fx_rate', 'minor_units') }}
        end as base_step,
        receivable_account, known_from, known_to
    from valued
)

select
    company,
    entry_id,
    item_id,
    document_id,
    customer_id,
    entry_date,
    entry_type,
    counter_document_id,
    counter_document_type,
    application_id,
    currency,
    amount,
    base_currency,
    cast(case
        when entry_type = 'revaluation' or base_only_amount is not null then base_only_amount
        else base_step
    end as decimal(18, 4)) as base_amount,
    receivable_account,
    known_from,
    known_to
from entries
