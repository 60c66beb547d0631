select
    batch_id,
    source,
    file_name,
    line,
    entity,
    {{ adapter.quote('column') }} as column_name,
    value as value_found,
    code,
    reason,
    reason_es,
    rejected_at,
    false as is_file_refused
from {{ source('lake', '_rejected') }}
union all
select
    batch_id,
    source,
    file_name,
    line,
    entity,
    {{ adapter.quote('column') }} as column_name,
    value as value_found,
    code,
    reason,
    reason_es,
    rejected_at,
    true as is_file_refused
from {{ source('quality', 'refused_rows') }}
