select
    company,
    dispute_id,
    known_from,
    known_to,
    document_id,
    opened_on,
    resolved_on,
    reason,
    amount,
    owner,
    outcome
from {{ ref('stg_cartera__dispute_versions') }}
