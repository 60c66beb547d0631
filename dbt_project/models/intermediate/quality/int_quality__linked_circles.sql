-- Documents whose links lead back to themselves. One row per document of a circle.
-- Where every link leads to an earlier day there is no circle, so each circle has a link that does not: from those the
-- links are followed, 64 steps at most.
with recursive links as (
    select company, document_id, linked_document_id, issue_date
    from {{ ref('stg_cartera__document_versions') }}
    where is_current and linked_document_id is not null
),

walks as (
    select links.company, links.document_id as began_at, links.linked_document_id as now_at, 1 as steps
    from links
    inner join links as next_links
        on links.company = next_links.company and links.linked_document_id = next_links.document_id
    where links.issue_date <= next_links.issue_date

    union all

    select walks.company, walks.began_at, links.linked_document_id as now_at, walks.steps + 1 as steps
    from walks
    inner join links
        on walks.company = links.company and walks.now_at = links.document_id
    where walks.now_at <> walks.began_at and walks.steps < 64
),

circles as (
    select distinct walks.company, walks.now_at as document_id
    from walks
    inner join walks as ends
        on walks.company = ends.company and walks.began_at = ends.began_at and ends.now_at = ends.began_at
)

select
    documents.company,
    'linked_in_a_circle' as kind,
    documents.document_id as subject,
    documents.document_id,
    cast(null as bigint) as instalment_no,
    documents.customer_id,
    documents.linked_document_id as other,
    documents.issue_date as exception_date,
    documents.amount,
    documents.currency,
    documents.known_from,
    documents.source,
    documents.batch_id,
    documents.source_line
from circles
inner join {{ ref('stg_cartera__document_versions') }} as documents
    on
        circles.company = documents.company
        and circles.document_id = documents.document_id
        and documents.is_current
