-- The days the state rules are reported for: month ends and the as-of day.
select distinct company, month_end as evaluated_on
from {{ ref('int_calendar__month_ends') }}
