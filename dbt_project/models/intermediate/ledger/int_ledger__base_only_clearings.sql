-- Base-only rows in a clearing group, such as the exchange difference of a settlement, end with it: the difference left the
-- receivable with the items it belongs to.
with states as (
    select
        *,
        count(*) over (partition by company, clearing_group, slice_from) as n_members
    from {{ ref('int_ledger__clearing_states') }}
)

select
    company,
    document_id,
    'clearing ' || clearing_group as application_id,
    cleared_on,
    base_only_amount,
    slice_from as known_from,
    slice_to as known_to
from states
where document_type = 'revaluation' and base_only_amount <> 0 and n_members > 1 and ended_on is null
