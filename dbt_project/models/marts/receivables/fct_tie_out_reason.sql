-- Of all combinations of candidates the one that leaves least of the difference; of equals the one with fewer reasons, then
-- the one whose reasons come first. So every reason that explains is needed: without it, and what rests on it, more would be
-- left.
with positions as (
    select company, account, as_of, difference
    from {{ ref('int_tie_out__positions') }}
    where difference <> 0
),

candidates as (
    select * from {{ ref('int_tie_out__candidates') }}
),

-- one column for each reason; what is not there adds nothing and is never needed
side_by_side as (
    select
        positions.company,
        positions.account,
        positions.as_of,
        positions.difference,
        coalesce(max(case when candidates.reason_order = 1 then candidates.amount end), 0) as amount_1,
        coalesce(max(case when candidates.reason_order = 2 then candidates.amount end), 0) as amount_2,
        coalesce(max(case when candidates.reason_order = 3 then candidates.amount end), 0) as amount_3,
        coalesce(max(case when candidates.reason_order = 4 then candidates.amount end), 0) as amount_4,
        coalesce(max(case when candidates.reason_order = 5 then candidates.amount end), 0) as amount_5,
        coalesce(max(case when candidates.reason_order = 6 then candidates.amount end), 0) as amount_6,
        coalesce(max(case when candidates.reason_order = 7 then candidates.amount end), 0) as amount_7
    from positions
    inner join candidates
        on
            positions.company = candidates.company
            and positions.account = candidates.account
            and positions.as_of = candidates.as_of
    group by positions.company, positions.account, positions.as_of, positions.difference
),

in_or_out as (
    select 0 as chosen
    union all
    select 1 as chosen
),

combinations as (
    select
        {% for order in range(1, 8) -%}
            choice_{{ order }}.chosen as chosen_{{ order }},
        {% endfor -%}
        {% for order in range(1, 8) -%}
            choice_{{ order }}.chosen{{ " + " if not loop.last }}
        {%- endfor %} as n_chosen,
        {% for order in range(1, 8) -%}
            (1 - choice_{{ order }}.chosen) * {{ 2 ** (7 - order) }}{{ " + " if not loop.last }}
        {%- endfor %} as behind
    from in_or_out as choice_1
    {% for order in range(2, 8) -%}
        cross join in_or_out as choice_{{ order }}
    {% endfor %}
),

tried as (
    select
        side_by_side.*,
        combinations.*,
        side_by_side.difference
        {%- for order in range(1, 8) %}
            - case when combinations.chosen_{{ order }} = 1 then side_by_side.amount_{{ order }} else 0 end
        {%- endfor %} as left_over
    from side_by_side
    cross join combinations
    -- a balance that lacks what was recorded later also lacks what was recorded after it was taken
    where not (combinations.chosen_2 = 1 and combinations.chosen_1 = 0 and side_by_side.amount_1 <> 0)
),

ranked as (
    select
        *,
        row_number() over (
            partition by company, account, as_of
            order by abs(left_over), n_chosen, behind
        ) as preference
    from tried
),

best as (
    select * from ranked
    where preference = 1
)

select
    candidates.company,
    candidates.account,
    candidates.as_of,
    candidates.reason,
    cast(candidates.reason_order as integer) as reason_order,
    candidates.amount,
    candidates.n_rows,
    coalesce(case candidates.reason_order
        {% for order in range(1, 8) -%}
            when {{ order }} then best.chosen_{{ order }}
        {% endfor -%}
    end, 0) = 1 as explains
from candidates
inner join best
    on
        candidates.company = best.company
        and candidates.account = best.account
        and candidates.as_of = best.as_of
