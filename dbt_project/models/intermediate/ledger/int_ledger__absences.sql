-- Documents that a source's open-items list no longer shows are settled on the day of the list that lacks them; one that a
-- later list shows again is open again from that list's day. One row per absence.
-- A row that was rejected shows its document all the same; a list with a row nobody can tell the document of lacks nothing.
with listed as (
    select company, document_id, _source, _batch_seq, _loaded_on, _loaded_at
    from {{ source('lake', 'documents') }}
    where _load_mode = 'snapshot'
),

rejected as (
    select company, document_id, _source, _batch_seq
    from {{ source('lake', '_rejected_documents') }}
    where _load_mode = 'snapshot'
),

shown as (
    select company, document_id, _source, _batch_seq from listed
    union
    select company, document_id, _source, _batch_seq from rejected
    where company is not null and document_id is not null
),

lists as (
    select
        company,
        _source,
        _batch_seq,
        min(_loaded_on) as list_day,
        min(_loaded_at) as loaded_at,
        row_number() over (partition by company, _source order by _batch_seq) as list_no
    from listed
    group by company, _source, _batch_seq
),

unreadable as (
    select distinct lists.company, lists._source, lists._batch_seq
    from lists
    inner join rejected
        on
            lists._source = rejected._source
            and lists._batch_seq = rejected._batch_seq
            and lists.company = coalesce(rejected.company, lists.company)
    where rejected.company is null or rejected.document_id is null
),

-- the first list from each on that can say what is gone
telling as (
    select
        lists.*,
        min(case when unreadable.company is null then lists.list_no end) over (
            partition by lists.company, lists._source
            order by lists.list_no
            rows between 1 following and unbounded following
        ) as next_telling_no
    from lists
    left join unreadable
        on
            lists.company = unreadable.company
            and lists._source = unreadable._source
            and lists._batch_seq = unreadable._batch_seq
),

presences as (
    select
        shown.company,
        shown.document_id,
        shown._source,
        telling.next_telling_no,
        lead(telling.list_no) over (
            partition by shown.company, shown.document_id, shown._source
            order by telling.list_no
        ) as next_list_no
    from shown
    inner join telling
        on
            shown.company = telling.company
            and shown._source = telling._source
            and shown._batch_seq = telling._batch_seq
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
        and presences.next_telling_no = gone.list_no
left join lists as back
    on
        presences.company = back.company
        and presences._source = back._source
        and presences.next_list_no = back.list_no
where presences.next_list_no is null or presences.next_telling_no < presences.next_list_no
