{#
  Every version of the rows that the select `rows` gives: `known_to` is when the next version replaced it, null for what
  is known now. Of rows known from the same moment the one loaded last wins; a row that says nothing new makes no version.
  A row that corrects another and says that it was recorded when that one was, is known since it was loaded: what was
  known before stays. It never was where by then something recorded later stood. No correction is what differs in the
  columns `since_recorded` only, nor what follows on a row that `states` nothing yet.
  `rows` has the key, the content, what is kept `besides`, `known_from`, `loaded_at` and where the row came from; the model
  has these and `changed_seq`, `seen_until`, `known_to` and `is_current`. `seen_until` is the last moment any row of the key
  was known from; `changed_seq` is the batch that made the versions of the key what they are.

  An incremental build takes up the versions it had of the keys that arrived. Where a row comes late, from before what
  is there already, what said nothing new may do so now: of these keys all rows of the lake are read.
#}
{% macro versions_of(rows, key, content, besides=[], since_recorded=[], states='true') -%}
{%- set keys = key | join(', ') -%}
{%- set statement = content | reject('in', since_recorded) | list -%}
{%- set columns = key + content + besides + ['known_from', 'source', 'batch_id', 'batch_seq', 'source_line'] -%}
{%- if is_incremental() -%}
arrived as (
    select {{ columns | join(', ') }}, loaded_at from ({{ rows }}) as arriving
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
        arrived.loaded_at,
        arrived.batch_seq as changed_seq,
        arrived.known_from as seen_until
    from arrived
    left join late
        on {{ same_key('arrived', 'late', key) }}
    where late.{{ key[0] }} is null
    union all
    select
        {% for column in columns %}earlier.{{ column }}, {% endfor %}
        earlier.known_from as loaded_at,
        earlier.changed_seq,
        earlier.seen_until
    from earlier
    left join late
        on {{ same_key('earlier', 'late', key) }}
    where late.{{ key[0] }} is null
    union all
    select
        {% for column in columns %}all_rows.{{ column }}, {% endfor %}
        all_rows.loaded_at,
        late.batch_seq as changed_seq,
        all_rows.known_from as seen_until
    from (
        select * from ({{ rows }}) as lake_rows
        where {{ key_is_among('lake_rows', key, 'late') }}
    ) as all_rows
    inner join late
        on {{ same_key('all_rows', 'late', key) }}
),
{%- else -%}
candidates as (
    select {{ columns | join(', ') }}, all_rows.loaded_at, all_rows.batch_seq as changed_seq, all_rows.known_from as seen_until
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

stated as (
    select
        candidates.*,
        ({{ states }}) as says_something,
        {{ fingerprint(statement) }} as statement
    from candidates
    where exists (select 1 from repeated where {{ same_key('candidates', 'repeated', key) }})
),

followed as (
    select
        *,
        lag(batch_seq) over in_order as seq_before,
        lag(says_something) over in_order as said_something,
        lag(statement) over in_order as statement_before,
        lead(known_from) over (partition by {{ keys }} order by known_from, batch_seq, source_line) as next_from
    from stated
    window in_order as (partition by {{ keys }}, known_from order by batch_seq, source_line)
),

corrected as (
    select
        *,
        max(case when batch_seq > seq_before and said_something and statement <> statement_before then loaded_at end) over (
            partition by {{ keys }}, known_from
            order by batch_seq, source_line
            rows between unbounded preceding and current row
        ) as corrected_at,
        max(case when next_from > known_from then next_from end) over (partition by {{ keys }}, known_from) as replaced_from
    from followed
),

dated as (
    select
        {% for column in columns if column != 'known_from' %}{{ column }}, {% endfor %}
        changed_seq,
        seen_until,
        greatest(known_from, coalesce(corrected_at, known_from)) as known_from
    from corrected
    where corrected_at is null or replaced_from is null or corrected_at < replaced_from
),

latest_at_each_time as (
    select
        {{ columns | join(', ') }},
        changed_seq,
        max(greatest(seen_until, known_from)) over (partition by {{ keys }}) as seen_until,
        row_number() over (partition by {{ keys }}, known_from order by batch_seq desc, source_line desc) as preference
    from dated
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
