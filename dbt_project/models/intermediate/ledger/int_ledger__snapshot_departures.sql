-- A document that a source's open-items list no longer shows is settled on the day of the list that lacks it.
with lists as (
    select distinct company, _source, _file_sha256, _batch_seq, _loaded_at
    from {{ source('lake', 'documents') }}
    where _load_mode = 'snapshot'
),

last_seen as (
    select company, document_id, _source, max(_batch_seq) as batch_seq
    from {{ source('lake', 'documents') }}
    where _load_mode = 'snapshot'
    group by company, document_id, _source
)

select
    last_seen.company,
    last_seen.document_id,
    cast(min(lists._loaded_at) as date) as gone_on,
    min(lists._loaded_at) as known_from
from last_seen
inner join lists
    on
        last_seen.company = lists.company
        and last_seen._source = lists._source
        and last_seen.batch_seq < lists._batch_seq
group by last_seen.company, last_seen.document_id
