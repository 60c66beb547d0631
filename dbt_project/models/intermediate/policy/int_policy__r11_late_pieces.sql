-- R11: the pieces of items' balances that call for a hold, with their days: at least as many days past due as the customer may
-- be, and not under the floor. A small part of all balances. Days to come have theirs, too: an item not late yet will be.
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_within_reach('date_to') }}"
) }}

-- depends_on: {{ ref('int_policy__reach') }}
with thresholds as (
    select * from {{ ref('int_policy__r11_thresholds') }}
),

pieces as (
    select
        thresholds.company,
        thresholds.customer_id,
        thresholds.rule_version,
        balances.item_id,
        balances.due_date,
        greatest(
            balances.valid_from,
            thresholds.valid_from,
            {{ add_days('balances.due_date', 'thresholds.hold_days') }}
        ) as date_from,
        least(coalesce(balances.valid_to, date '9999-12-31'), thresholds.valid_to) as date_to,
        balances.open_base
    from {{ ref('fct_open_balance') }} as balances
    inner join thresholds
        on balances.company = thresholds.company and balances.customer_id = thresholds.customer_id
    where not balances.is_credit and balances.open_base > 0 and balances.open_base >= thresholds.floor_base
)

select
    pieces.*,
    coalesce(items.number, items.document_id) as number
from pieces
inner join {{ ref('dim_receivable_item') }} as items
    on pieces.item_id = items.item_id and items.is_current
{{ within_reach('pieces', 'date_to') }}
where pieces.date_from < pieces.date_to
