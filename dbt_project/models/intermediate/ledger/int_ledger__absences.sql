-- Documents that a source's open-items list no longer shows are settled on the day of the list that lacks them; one that a
-- later list shows again is open again from that list's day. One row per absence.
with shown as (
    select distinct company, document_id, _source, _batch_seq
    from {{ source('lake', 'documents') }}
    where _load_mode = 'snapshot'
),

lists as (
    select
        company,
        _source,
        _batch_seq,
        min(_loaded_on) as list_day,
        min(_loaded_at) as loaded_at,
        row_number() over (partition by company, _source order by _batch_seq) as list_no
    from {{ source('lake', 'documents') }}
    where _load_mode = 'snapshot'
    group by company, _source, _batch_seq
),

presences as (
    select
        shown.company,
        shown.document_id,
        shown._source,
        lists.list_no,
        lead(lists.list_no) over (
            partition by shown.company, shown.document_id, shown._source
            order by lists.list_no
        ) as next_list_no
    from shown
    inner join lists
        on
            shown.company = lists.company
            and shown._source = lists._source
            and shown._batch_seq = lists._batch_seq
)

select
    presences.company,
    presences.document_id,
    gone.list_day as gone_on,
    gone.loaded_at as gone_known_from,
    back.list_day as back_on,
    back.loaded_at as back_known_from,
    coalesce(back._batch_seq, gone._batch_seq) as batch_seq
from presences
inner join lists as gone
    on
        presences.company = gone.company
        and presences._source = gone._source
        and presences.list_no + 1 = gone.list_no
left join lists as back
    on
        presences.company = back.company
        and presences._source = back._source
        and presences.next_list_no = back.list_no
where presences.next_list_no is null or presences.next_list_no > presences.list_no + 1
