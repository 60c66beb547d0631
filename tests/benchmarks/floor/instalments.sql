-- How money falls on instalments, in each state of knowledge: what names an instalment (or is spread over all) stays
-- there, the rest fills what is left, oldest due first. Every document here has three, and one version while it is paid.
create temp table plan as
select
    d.version_no,
    max(i.amount) filter (where i.instalment_no = 1) as amount_1,
    max(i.amount) filter (where i.instalment_no = 2) as amount_2,
    max(i.amount) filter (where i.instalment_no = 3) as amount_3
from document as d
join instalments as i on d.company = i.company and d.document_id = i.document_id
group by d.version_no;

create temp table split_movement as
with applied as (
    select
        to_version as version_no, application_id, from_document, from_type, to_instalment_no, spread, to_units,
        'application' as entry_type, effective_on as entry_date, to_amount as reduction, known_from, known_to
    from effect
    where is_split
    union all
    select
        to_version, application_id, from_document, from_type, to_instalment_no, spread, to_units,
        'application_end', ended_on, -to_amount, known_from, known_to
    from effect
    where is_split and ended_on is not null
),

moments as (
    select version_no, known_from as moment from applied
    union
    select version_no, known_to from applied
    where known_to is not null
    union
    select version_no, d.known_from from document as d
    semi join applied using (version_no)
),

slices as (
    select
        version_no,
        moment as slice_from,
        lead(moment) over (partition by version_no order by moment) as slice_to
    from moments
),

events as (
    select
        s.slice_from,
        s.slice_to,
        a.*,
        p.* exclude (version_no),
        -- whole minor units divide exactly
        pow(10, a.to_units)::bigint as unit,
        a.spread = 'pro_rata' and a.to_instalment_no is null as is_spread
    from applied as a
    join slices as s
        on a.version_no = s.version_no and s.slice_from >= a.known_from and (a.known_to is null or s.slice_from < a.known_to)
    join plan as p on a.version_no = p.version_no
),

spread as (
    select
        *,
        sign(reduction) * (
            (2 * (abs(reduction) * unit)::hugeint * (amount_1 * unit)::hugeint + ((amount_1 + amount_2 + amount_3) * unit)::hugeint)
            // (2 * ((amount_1 + amount_2 + amount_3) * unit)::hugeint)
        ) as units_1,
        sign(reduction) * (
            (2 * (abs(reduction) * unit)::hugeint * (amount_2 * unit)::hugeint + ((amount_1 + amount_2 + amount_3) * unit)::hugeint)
            // (2 * ((amount_1 + amount_2 + amount_3) * unit)::hugeint)
        ) as units_2
    from events
),

shares as (
    select
        *,
        case
            when is_spread then units_1 * 1::decimal(18, 4) * case unit when 100 then 0.01 else 1 end
            when to_instalment_no = 1 then reduction else 0
        end::decimal(18, 4) as part_1,
        case
            when is_spread then units_2 * 1::decimal(18, 4) * case unit when 100 then 0.01 else 1 end
            when to_instalment_no = 2 then reduction else 0
        end::decimal(18, 4) as part_2
    from spread
),

cumulated as (
    select
        *,
        sum(part_1) over so_far as directed_1,
        sum(part_2) over so_far as directed_2,
        sum(case when is_spread then reduction - part_1 - part_2 when to_instalment_no = 3 then reduction else 0 end) over so_far
            as directed_3,
        sum(case when is_spread or to_instalment_no is not null then 0 else reduction end) over so_far as pool
    from shares
    window so_far as (partition by version_no, slice_from order by entry_date, entry_type, application_id)
),

states as (
    select
        *,
        directed_1 + least(pool, greatest(amount_1 - directed_1, 0)) as reduced_1,
        directed_2 + least(
            greatest(pool - greatest(amount_1 - directed_1, 0), 0), greatest(amount_2 - directed_2, 0)
        ) as reduced_2,
        directed_3 + greatest(pool - greatest(amount_1 - directed_1, 0) - greatest(amount_2 - directed_2, 0), 0) as reduced_3
    from cumulated
),

steps as (
    select
        *,
        reduced_1 - coalesce(lag(reduced_1) over before, 0) as step_1,
        reduced_2 - coalesce(lag(reduced_2) over before, 0) as step_2,
        reduced_3 - coalesce(lag(reduced_3) over before, 0) as step_3
    from states
    window before as (partition by version_no, slice_from order by entry_date, entry_type, application_id)
),

by_instalment as (
    select
        version_no, entry_date, entry_type, from_document, from_type, application_id, slice_from, slice_to,
        unnest([1, 2, 3]) as instalment_no,
        unnest([step_1, step_2, step_3]) as step
    from steps
)

select
    version_no, instalment_no, entry_date, entry_type, from_document as counter_document_id, from_type as counter_document_type,
    application_id, (-step)::decimal(18, 4) as amount, slice_from as known_from, slice_to as known_to
from by_instalment
where step <> 0
union all
select
    d.version_no, i.instalment_no, d.issue_date, d.document_type, null, null, null, d.sign * i.amount, d.known_from, d.known_to
from document as d
join instalments as i on d.company = i.company and d.document_id = i.document_id
union all
select
    d.version_no, i.instalment_no, greatest(d.ended_on, d.issue_date), 'cancellation', null, null, null, -d.sign * i.amount,
    d.known_from, d.known_to
from document as d
join instalments as i on d.company = i.company and d.document_id = i.document_id
where d.ended_on is not null;
