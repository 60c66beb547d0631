-- If this fails, settling changed what customers owe: in one currency the two sides of an application cancel out.
with moved as (
    select distinct company, application_id
    from {{ ref('fct_receivable_entry') }} as entries
    where application_id is not null and {{ touched_only('entries') }}
)

select
    entries.company,
    entries.application_id,
    sum(entries.amount) as left_over
from {{ ref('fct_receivable_entry') }} as entries
inner join moved
    on entries.company = moved.company and entries.application_id = moved.application_id
where entries.known_to is null
group by entries.company, entries.application_id
having count(distinct entries.currency) = 1 and sum(entries.amount) <> 0
