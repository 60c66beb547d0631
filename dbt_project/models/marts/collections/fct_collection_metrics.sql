with positions as (
    select * from {{ ref('int_collections__positions') }}
),

activity as (
    select
        positions.company,
        positions.month_end,
        coalesce(sum(case when activity.activity_date >= positions.month_start then activity.billed_base end), 0) as billings_base,
        coalesce(sum(case when activity.activity_date >= positions.month_start then activity.collected_base end), 0) as collections_base,
        coalesce(sum(case when activity.activity_date > {{ add_days('positions.month_end', '-90') }} then activity.billed_base end), 0)
            as billings_90,
        coalesce(sum(case when activity.activity_date > {{ add_days('positions.month_end', '-365') }} then activity.billed_base end), 0)
            as billings_365
    from positions
    left join {{ ref('int_collections__daily_activity') }} as activity
        on
            positions.company = activity.company
            and positions.month_end >= activity.activity_date
    group by positions.company, positions.month_end
),

countback as (
    select
        company,
        month_end,
        max(case when basis = 'net' then days end) as dso_countback,
        max(case when basis = 'gross' then days end) as dso_countback_gross,
        max(case when basis = 'current' then days end) as dso_best_possible_countback,
        max(case when basis = 'net' then reason end) as net_reason,
        max(case when basis = 'gross' then reason end) as gross_reason,
        max(case when basis = 'current' then reason end) as current_reason
    from {{ ref('int_collections__countback') }}
    group by company, month_end
),

windows as (
    select
        positions.*,
        activity.billings_base,
        activity.collections_base,
        case when positions.first_day <= {{ add_days('positions.month_end', '-89') }} then activity.billings_90 end as billings_90,
        case when positions.first_day <= {{ add_days('positions.month_end', '-364') }} then activity.billings_365 end as billings_365
    from positions
    inner join activity
        on
            positions.company = activity.company
            and positions.month_end = activity.month_end
),

measured as (
    select
        windows.*,
        {{ ratio('windows.receivables_base', 'windows.billings_90', factor=90) }} as dso_balance_90,
        {{ ratio('windows.gross_base', 'windows.billings_90', factor=90) }} as dso_balance_90_gross,
        {{ ratio('windows.receivables_base', 'windows.billings_365', factor=365) }} as dso_rolling_365,
        {{ ratio('windows.current_base', 'windows.billings_90', factor=90) }} as dso_best_possible,
        {{ ratio('windows.overdue_base', 'windows.gross_base') }} as overdue_ratio,
        {{ ratio('windows.current_base', 'windows.gross_base') }} as share_current,
        {{ ratio('windows.over_90_base', 'windows.gross_base') }} as share_over_90
    from windows
)

select
    measured.company,
    measured.month_end,
    measured.is_month_to_date,
    measured.receivables_base,
    measured.gross_base,
    measured.unapplied_base,
    measured.current_base,
    measured.overdue_base,
    measured.over_90_base,
    cast(measured.billings_base as decimal(38, 4)) as billings_base,
    cast(measured.collections_base as decimal(38, 4)) as collections_base,
    cast(measured.billings_90 as decimal(38, 4)) as billings_90_base,
    measured.dso_balance_90,
    measured.dso_balance_90_gross,
    countback.dso_countback,
    countback.dso_countback_gross,
    measured.dso_rolling_365,
    measured.dso_best_possible,
    countback.dso_best_possible_countback,
    cast(measured.dso_balance_90 - measured.dso_best_possible as decimal(18, 6)) as average_days_delinquent,
    measured.overdue_ratio,
    measured.share_current,
    measured.share_over_90,
    '{' || concat_ws(
        ',',
        {% for metric in ['dso_balance_90', 'dso_balance_90_gross', 'dso_best_possible', 'average_days_delinquent'] -%}
            case
                when measured.dso_balance_90 is null then
                    '"{{ metric }}":"'
                    || case when measured.billings_90 is null then 'history_shorter_than_90_days' else 'no_billings_in_window' end || '"'
            end,
        {% endfor -%}
        case
            when measured.dso_rolling_365 is null then
                '"dso_rolling_365":"'
                || case when measured.billings_365 is null then 'history_shorter_than_365_days' else 'no_billings_in_window' end || '"'
        end,
        case when countback.dso_countback is null then '"dso_countback":"' || countback.net_reason || '"' end,
        case when countback.dso_countback_gross is null then '"dso_countback_gross":"' || countback.gross_reason || '"' end,
        case
            when countback.dso_best_possible_countback is null
                then '"dso_best_possible_countback":"' || countback.current_reason || '"'
        end,
        {% for metric in ['overdue_ratio', 'share_current', 'share_over_90'] -%}
            case when measured.{{ metric }} is null then '"{{ metric }}":"no_open_items"' end{{ "," if not loop.last }}
        {% endfor -%}
    ) || '}' as notes
from measured
inner join countback
    on
        measured.company = countback.company
        and measured.month_end = countback.month_end
