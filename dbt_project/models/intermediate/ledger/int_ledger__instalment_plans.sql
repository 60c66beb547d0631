-- How a document that has instalments is split, in each state of knowledge: one row per instalment, or a single row
-- without a number while the instalments known do not sum to the document, which is then one item due on its own date.
-- The first plan counts from the document's beginning; one that is loaded later replaces it from then.
with documents as (
    select *
    from {{ ref('int_ledger__document_states') }} as versions
    where stands and document_type <> 'revaluation' and {{ touched_only('versions') }}
),

instalments as (
    select company, document_id, instalment_no, due_date, abs(amount) as amount, seen_until, known_from, known_to
    from {{ ref('stg_cartera__instalment_versions') }} as versions
    where {{ touched_only('versions') }}
),

moments as (
    select distinct company, document_id, known_from as moment from instalments
),

plans as (
    select
        company,
        document_id,
        moment,
        case
            when row_number() over (partition by company, document_id order by moment) = 1 then timestamp '0001-01-01 00:00:00'
            else moment
        end as known_from,
        lead(moment) over (partition by company, document_id order by moment) as known_to
    from moments
),

states as (
    select
        documents.company,
        documents.document_id,
        documents.due_date,
        documents.amount,
        documents.currency_minor_units,
        plans.moment,
        greatest(documents.known_from, plans.known_from) as known_from,
        least(
            coalesce(documents.known_to, timestamp '9999-12-31 00:00:00'),
            coalesce(plans.known_to, timestamp '9999-12-31 00:00:00')
        ) as known_to
    from documents
    inner join plans
        on
            documents.company = plans.company
            and documents.document_id = plans.document_id
            and (documents.known_to is null or documents.known_to > plans.known_from)
            and (plans.known_to is null or documents.known_from < plans.known_to)
),

parts as (
    select
        states.company,
        states.document_id,
        states.known_from,
        states.known_to,
        states.amount as document_amount,
        -- what a rounded plan may miss; its last instalment takes it
        case states.currency_minor_units
            when 0 then cast(0.5 as decimal(5, 4))
            when 3 then cast(0.0005 as decimal(5, 4))
            else cast(0.005 as decimal(5, 4))
        end as half_a_unit,
        instalments.instalment_no,
        instalments.due_date,
        instalments.amount,
        -- given with the plan of that moment, whether it said anything new or not
        instalments.seen_until >= states.moment as is_newest,
        sum(instalments.amount) over (partition by states.company, states.document_id, states.known_from) as sum_of_all,
        sum(case when instalments.seen_until >= states.moment then instalments.amount else 0 end) over (
            partition by states.company, states.document_id, states.known_from
        ) as sum_of_newest
    from states
    inner join instalments
        on
            states.company = instalments.company
            and states.document_id = instalments.document_id
            and states.moment >= instalments.known_from
            and (instalments.known_to is null or states.moment < instalments.known_to)
),

-- a plan given anew with fewer instalments says nothing of those it drops: if its own sum to the document, they are the plan
chosen as (
    select
        *,
        sum(amount) over (partition by company, document_id, known_from) as sum_of_plan,
        row_number() over (
            partition by company, document_id, known_from
            order by due_date desc, instalment_no desc
        ) as from_the_last
    from parts
    where
        abs(sum_of_all - document_amount) < half_a_unit
        or (abs(sum_of_newest - document_amount) < half_a_unit and is_newest)
)

select
    company,
    document_id,
    instalment_no,
    due_date,
    cast(case when from_the_last = 1 then amount + document_amount - sum_of_plan else amount end as decimal(18, 4)) as amount,
    known_from,
    case when known_to < timestamp '9999-12-31 00:00:00' then known_to end as known_to
from chosen

union all

select
    states.company,
    states.document_id,
    cast(null as bigint) as instalment_no,
    states.due_date,
    cast(states.amount as decimal(18, 4)) as amount,
    states.known_from,
    case when states.known_to < timestamp '9999-12-31 00:00:00' then states.known_to end as known_to
from states
left join chosen
    on
        states.company = chosen.company
        and states.document_id = chosen.document_id
        and states.known_from = chosen.known_from
where chosen.document_id is null
