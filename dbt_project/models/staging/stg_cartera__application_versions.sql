{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['company', 'application_id']) }}

{% set rows %}
    select
        company,
        application_id,
        from_document_id,
        to_document_id,
        to_instalment_no,
        coalesce(spread, 'fifo') as spread,
        applied_on,
        amount,
        from_amount,
        recorded_at,
        coalesce(recorded_at, _loaded_at) as known_from,
        _loaded_at as loaded_at,
        _source as source,
        _file_sha256 as batch_id,
        _batch_seq as batch_seq,
        _row as source_line
    from {{ source('lake', 'applications') }}
{% endset %}

with {{ versions_of(rows, key=['company', 'application_id'], content=[
    'from_document_id', 'to_document_id', 'to_instalment_no', 'spread', 'applied_on', 'amount', 'from_amount',
], besides=['recorded_at']) }}

select
    company,
    application_id,
    from_document_id,
    to_document_id,
    to_instalment_no,
    spread,
    applied_on,
    amount,
    from_amount,
    recorded_at,
    known_from,
    source,
    batch_id,
    batch_seq,
    source_line,
    changed_seq,
    seen_until,
    known_to,
    known_to is null as is_current
from versions
