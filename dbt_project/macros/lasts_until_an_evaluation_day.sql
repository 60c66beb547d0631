{#
  Whether days from `valid_from` on and before `valid_to` can hold an evaluation day: a month end or the as-of day. Most states of
  customers who buy every day last for less; leaving these out first spares a join most of its pairs.
#}
{% macro lasts_until_an_evaluation_day(valid_from, valid_to) -%}
    ({{ month_end(valid_from) }} < {{ valid_to }} or ({{ valid_from }} <= {{ as_of_date() }} and {{ valid_to }} > {{ as_of_date() }}))
{%- endmacro %}
