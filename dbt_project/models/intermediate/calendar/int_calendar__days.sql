-- Every day of the history, from the first movement to the as-of day.
with first_day as (
    select coalesce(min(entry_date), {{ as_of_date() }}) as first_day
    from {{ ref('fct_receivable_entry') }}
    where known_to is null
)

{{ date_spine('(select first_day.first_day from first_day)', as_of_date()) }}
