-- How the applications of a document with instalments fall on its instalments.
-- By state, not by path: money directed at an instalment (or spread over all) stays where it was directed; the
-- rest fills what is left, oldest due first; what is over goes to the last one. So the order in which
-- applications arrive or are loaded can't change the result. Each state of knowledge is worked out on its own.
with parts as (
    select
        *,
        row_number() over (partition by company, document_id, known_from order by due_date, instalment_no) as due_order,
        count(*) over (partition by company, document_id, known_from) as n_parts,
        sum(amount) over (partition by company, document_id, known_from) as document_amount
    from {{ ref('int_ledger__instalment_plans') }}
),

split_documents as (
    select distinct company, document_id from parts
),

reductions as (
    select reductions.*
    from {{ ref('int_ledger__reductions') }} as reductions
    inner join split_documents
        on
            reductions.company = split_documents.company
            and reductions.document_id = split_documents.document_id
),

moments as (
    select company, document_id, known_from as moment from reductions
    union
    select company, document_id, known_to as moment from reductions
    where known_to is not null
    union
    select company, document_id, known_from as moment from parts
),

slices as (
    select
        company,
        document_id,
        moment as slice_from,
        lead(moment) over (partition by company, document_id order by moment) as slice_to
    from moments
),

events as (
    select
        slices.slice_from,
        slices.slice_to,
        reductions.*,
        row_number() over (
            partition by slices.company, slices.document_id, slices.slice_from
            order by
                reductions.entry_date, reductions.entry_type, reductions.application_id, reductions.counter_document_id,
                reductions.side
        ) as event_no
    from slices
    inner join reductions
        on
            slices.company = reductions.company
            and slices.document_id = reductions.document_id
            and slices.slice_from >= reductions.known_from
            and (reductions.known_to is null or slices.slice_from < reductions.known_to)
),

shares as (
    select
        events.company,
        events.document_id,
        events.slice_from,
        events.slice_to,
        events.event_no,
        events.application_id,
        events.counter_document_id,
        events.counter_document_type,
        events.entry_date,
        events.entry_type,
        events.side,
        events.sign,
        events.reduction,
        parts.instalment_no,
        parts.amount,
        parts.due_order,
        parts.n_parts,
        directed.instalment_no is not null as is_directed,
        events.spread = 'pro_rata' and directed.instalment_no is null as is_spread,
        case
            when directed.instalment_no is not null
                then case when directed.instalment_no = parts.instalment_no then events.reduction else 0 end
            when events.spread = 'pro_rata'
                then {{ share_of('events.reduction', 'parts.amount', 'parts.document_amount', 'events.minor_units') }}
            else 0
        end as own_share
    from events
    inner join parts
        on
            events.company = parts.company
            and events.document_id = parts.document_id
            and events.slice_from >= parts.known_from
            and (parts.known_to is null or events.slice_from < parts.known_to)
    left join parts as directed
        on
            events.company = directed.company
            and events.document_id = directed.document_id
            and events.instalment_no = directed.instalment_no
            and events.slice_from >= directed.known_from
            and events.slice_from < coalesce(directed.known_to, timestamp '9999-12-31 00:00:00')
),

-- the cent left by spreading goes to the last instalment
rounded as (
    select
        *,
        cast(own_share + case
            when is_spread and due_order = n_parts
                then reduction - sum(case when is_spread then own_share else 0 end) over (
                    partition by company, document_id, slice_from, event_no
                )
            else 0
        end as decimal(18, 4)) as directed_share,
        case when is_directed or is_spread then 0 else reduction end as pooled
    from shares
),

cumulated as (
    select
        *,
        cast(sum(directed_share) over (
            partition by company, document_id, slice_from, instalment_no
            order by event_no
        ) as decimal(18, 4)) as directed_so_far,
        cast(sum(pooled) over (
            partition by company, document_id, slice_from, instalment_no
            order by event_no
        ) as decimal(18, 4)) as pool_so_far
    from rounded
),

capacities as (
    select
        *,
        greatest(amount - directed_so_far, 0) as capacity,
        sum(greatest(amount - directed_so_far, 0)) over (
            partition by company, document_id, slice_from, event_no
            order by due_order
        ) as capacity_up_to_here
    from cumulated
),

states as (
    select
        *,
        directed_so_far + case
            when pool_so_far < 0 then case when due_order = 1 then pool_so_far else 0 end
            when due_order = n_parts then greatest(pool_so_far - (capacity_up_to_here - capacity), 0)
            else least(greatest(pool_so_far - (capacity_up_to_here - capacity), 0), capacity)
        end as reduced_so_far
    from capacities
)

select
    company,
    document_id,
    instalment_no,
    application_id,
    counter_document_id,
    counter_document_type,
    entry_date,
    entry_type,
    side,
    sign,
    cast(
        reduced_so_far - coalesce(lag(reduced_so_far) over (
            partition by company, document_id, slice_from, instalment_no
            order by event_no
        ), 0) as decimal(18, 4)
    ) as reduction,
    slice_from as known_from,
    slice_to as known_to
from states
