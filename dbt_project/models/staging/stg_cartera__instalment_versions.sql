{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key=['company', 'document_id', 'instalment_no']
) }}

{% set rows %}
    select
        company,
        document_id,
        instalment_no,
        due_date,
        amount,
        _loaded_at as known_from,
        _loaded_at as loaded_at,
        _source as source,
        _file_sha256 as batch_id,
        _batch_seq as batch_seq,
        _row as source_line
    from {{ source('lake', 'instalments') }}
{% endset %}

with {{ versions_of(rows, key=['company', 'document_id', 'instalment_no'], content=['due_date', 'amount']) }}

select
    company,
    document_id,
    instalment_no,
    due_date,
    amount,
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
