{#
  Every version of the rows that the select `rows` gives: `known_to` is when the next version replaced it, null for what
  is known now. Of rows known from the same moment the one loaded last wins; a row that says nothing new makes no version.
  `rows` has the key, the content, what is kept `besides`, `known_from` and where the row came from; the model has these
  and `changed_seq`, `seen_until`, `known_to` and `is_current`. `seen_until` is the last moment any row of the key was
  known from; `changed_seq` is the batch that made the versions of the key what they are.

  An incremental build takes up the versions it had of the keys that arrived. Where a row comes late, from before what
  is there already, what said nothing new may do so now: of these keys all rows of the lake are read.
#}
{% macro versions_of(rows, key, content, besides=[]) -%}
{%- set keys = key | join(', ') -%}
{%- set columns = key + content + besides + ['known_from', 'source', 'batch_id', 'batch_seq', 'source_line'] -%}
{%- if is_incremental() -%}
arrived as (
    select {{ columns | join(', ') }} from ({{ rows }}) as arriving
    where batch_seq > (select applied_seq from {{ source('settings', 'build') }})
),

earlier as (
    select {{ columns | join(', ') }}, changed_seq, seen_until
    from {{ this }} as held
    where {{ key_is_among('held', key, 'arrived') }}
),

late as (
    select {% for column in key %}arrived.{{ column }}, {% endfor %}max(arrived.batch_seq) as batch_seq
    from arrived
    inner join earlier
        on {{ same_key('arrived', 'earlier', key) }}
    where arrived.known_from <= earlier.seen_until
    group by {% for column in key %}arrived.{{ column }}{{ ", " if not loop.last }}{% endfor %}
),

candidates as (
    select
        {% for column in columns %}arrived.{{ column }}, {% endfor %}
        arrived.batch_seq as changed_seq,
        arrived.known_from as seen_until
    from arrived
    left join late
        on {{ same_key('arrived', 'late', key) }}
    where late.{{ key[0] }} is null
    union all
    select {% for column in columns %}earlier.{{ column }}, {% endfor %}earlier.changed_seq, earlier.seen_until
    from earlier
    left join late
        on {{ same_key('earlier', 'late', key) }}
    where late.{{ key[0] }} is null
    union all
    select
        {% for column in columns %}all_rows.{{ column }}, {% endfor %}
        late.batch_seq as changed_seq,
        all_rows.known_from as seen_until
    from ({{ rows }}) as all_rows
    inner join late
        on {{ same_key('all_rows', 'late', key) }}
),
{%- else -%}
candidates as (
    select {{ columns | join(', ') }}, all_rows.batch_seq as changed_seq, all_rows.known_from as seen_until
    from ({{ rows }}) as all_rows
),
{%- endif %}

-- most rows have one version: only the others are put in order
repeated as (
    select {{ keys }}
    from candidates
    group by {{ keys }}
    having count(*) > 1
),

single as (
    select candidates.*, cast(null as timestamp) as known_to
    from candidates
    left join repeated
        on {{ same_key('candidates', 'repeated', key) }}
    where repeated.{{ key[0] }} is null
),

latest_at_each_time as (
    select
        {% for column in columns %}candidates.{{ column }}, {% endfor %}
        candidates.changed_seq,
        max(candidates.seen_until) over (partition by {% for column in key %}candidates.{{ column }}{{ ", " if not loop.last }}{% endfor %}) as seen_until,
        row_number() over (
            partition by {% for column in key %}candidates.{{ column }}, {% endfor %}candidates.known_from
            order by candidates.batch_seq desc, candidates.source_line desc
        ) as preference
    from candidates
    inner join repeated
        on {{ same_key('candidates', 'repeated', key) }}
),

states as (
    select
        *,
        {{ fingerprint(content) }} as content,
        lag({{ fingerprint(content) }}) over (partition by {{ keys }} order by known_from) as content_before
    from latest_at_each_time
    where preference = 1
),

changed_states as (
    select
        *,
        lead(known_from) over (partition by {{ keys }} order by known_from) as known_to
    from states
    where content_before is null or content <> content_before
),

versions as (
    select {{ columns | join(', ') }}, changed_seq, seen_until, known_to from single
    union all
    select {{ columns | join(', ') }}, changed_seq, seen_until, known_to from changed_states
)
{%- endmacro %}

{# In a join: the same key on both sides. #}
{% macro same_key(left, right, key) -%}
    {% for column in key %}{{ left }}.{{ column }} = {{ right }}.{{ column }}{{ " and " if not loop.last }}{% endfor %}
{%- endmacro %}
