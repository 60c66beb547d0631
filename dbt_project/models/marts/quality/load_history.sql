with loads as (
    select * from {{ source('lake', '_batch') }}
    union all by name
    select * from {{ source('quality', 'refused') }}
)

select
    batch_id,
    batch_seq,
    source,
    profile_version,
    company,
    file_name,
    file_bytes,
    load_mode,
    status,
    reason,
    rows_in_file,
    rows_accepted,
    rows_rejected,
    amount_in_file,
    amount_accepted,
    amount_rejected,
    entities,
    loaded_at
from loads
