-- If this fails, settling changed what customers owe: in one currency the two sides of an application cancel out.
select
    company,
    application_id,
    sum(amount) as left_over
from {{ ref('fct_receivable_entry') }}
where entry_type in ('application', 'application_end') and known_to is null
group by company, application_id
having count(distinct currency) = 1 and sum(amount) <> 0
