-- If this fails, a card shows nothing and nobody can say why.
{% set metrics = [
    'dso_balance_90', 'dso_balance_90_gross', 'dso_countback', 'dso_countback_gross', 'dso_rolling_365',
    'dso_best_possible', 'dso_best_possible_countback', 'average_days_delinquent', 'overdue_ratio', 'share_current',
    'share_over_90'
] %}

select company, month_end, notes
from {{ ref('fct_collection_metrics') }}
where
    false
    {% for metric in metrics -%}
        or ({{ metric }} is null) <> (notes like '%"{{ metric }}":%')
    {% endfor %}
