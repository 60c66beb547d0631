-- Whom a build that takes up the one before judges on which evaluation days: everybody on the days on which nobody was judged for
-- good yet (`evaluate_from`: as the master's flag speaks for the as-of day only, that day is judged again when it is past), and whom the
-- build reaches from the first day on that can differ. Empty in a full build, which judges everybody on all of them.
{% if execute and flags.FULL_REFRESH -%}
    select
        cast(null as string) as company,
        cast(null as string) as customer_id,
        cast(null as date) as evaluated_on
    where 1 = 0
{%- else -%}
    with days as (
        select company, evaluated_on from {{ ref('int_calendar__evaluation_days') }}
    ),

    reach as (
        select company, customer_id, from_date from {{ ref('int_policy__reach') }}
    ),

    -- where the ledger can differ as early as this, a company's history may have become longer
    lengthened as (
        select distinct first_days.company
        from (
            select company, min(evaluated_on) as first_day from days
            group by company
        ) as first_days
        inner join {{ ref('int_ledger__reach') }} as ledger_reach
            on first_days.company = ledger_reach.company and first_days.first_day >= ledger_reach.from_date
    ),

    sorted_days as (
        select
            days.company,
            days.evaluated_on,
            lengthened.company is not null or days.evaluated_on >= build.evaluate_from as is_for_everybody
        from days
        cross join {{ source('settings', 'build') }} as build
        left join lengthened on days.company = lengthened.company
    ),

    -- with those who are gone, of whom evaluations may be held
    everybody as (
        select company, customer_id from {{ ref('dim_customer') }}
        union
        select company, customer_id from reach
    )

    select everybody.company, everybody.customer_id, sorted_days.evaluated_on
    from everybody
    inner join sorted_days on everybody.company = sorted_days.company
    where sorted_days.is_for_everybody
    union all
    select reach.company, reach.customer_id, sorted_days.evaluated_on
    from reach
    inner join sorted_days on reach.company = sorted_days.company and reach.from_date <= sorted_days.evaluated_on
    where not sorted_days.is_for_everybody
{%- endif %}
