-- If this fails, settling changed what customers owe: in one currency the two sides of an application cancel out.
select
    entries.company,
    entries.application_id,
    entries.known_from,
    sum(entries.amount) as left_over
from {{ ref('fct_receivable_entry') }} as entries
where entries.entry_type in ('application', 'application_end') and entries.known_to is null
group by entries.company, entries.application_id, entries.known_from
having count(distinct entries.currency) = 1 and sum(entries.amount) <> 0
