{{ newest_versions('contacts', key=['company', 'contact_id']) }}

select
    company,
    contact_id,
    customer_id,
    document_id,
    {{ adapter.quote('at') }},
    channel,
    direction,
    kind,
    outcome,
    nonpayment_reason,
    {{ adapter.quote('by') }},
    known_from,
    _source as source,
    _file_sha256 as batch_id,
    _row as source_line
from versions
where known_to is null
