-- R07: since when each breach lasts. Breaches that follow on one another without a day between are one: it began with the first.
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=["{{ forget_within_reach('valid_from') }}", "{{ end_where_reach_begins() }}"]
) }}

-- depends_on: {{ ref('int_policy__reach') }}
with breaches as (
    select states.company, states.customer_id, states.valid_from, states.valid_to
    from {{ ref('int_policy__r07_exposure_over_limit') }} as states
    {{ within_reach('states', 'valid_from') }}
    where states.verdict = 'breach'
),

-- few breaches begin or end something: looking for a neighbour costs less than putting all in order
beginnings as (
    select
        breaches.company,
        breaches.customer_id,
        breaches.valid_from,
        row_number() over (partition by breaches.company, breaches.customer_id order by breaches.valid_from) as stretch_no
    from breaches
    left join breaches as earlier
        on
            breaches.company = earlier.company
            and breaches.customer_id = earlier.customer_id
            and breaches.valid_from = earlier.valid_to
    where earlier.company is null
),

endings as (
    select
        breaches.company,
        breaches.customer_id,
        breaches.valid_to,
        row_number() over (partition by breaches.company, breaches.customer_id order by breaches.valid_to) as stretch_no
    from breaches
    left join breaches as later
        on
            breaches.company = later.company
            and breaches.customer_id = later.customer_id
            and breaches.valid_to = later.valid_from
    where later.company is null
)

select
    beginnings.company,
    beginnings.customer_id,
    beginnings.valid_from,
    endings.valid_to,
    {% if is_incremental() -%}
        coalesce(held.breached_since, beginnings.valid_from) as breached_since
    {%- else -%}
        beginnings.valid_from as breached_since
    {%- endif %}
from beginnings
inner join endings
    on
        beginnings.company = endings.company
        and beginnings.customer_id = endings.customer_id
        and beginnings.stretch_no = endings.stretch_no
{%- if is_incremental() %}
-- what was a breach already when the days began that are worked out anew
left join {{ this }} as held
    on
        beginnings.company = held.company
        and beginnings.customer_id = held.customer_id
        and beginnings.valid_from = held.valid_to
{%- endif %}
