-- A file that brings its whole history anew says little that is new: the row that made a rate what it is stands for it.
with typed as (
    select
        rate_date,
        from_currency,
        to_currency,
        rate,
        coalesce(rate_type, 'closing') as rate_type,
        _loaded_at as known_from,
        _source as source,
        _file_sha256 as batch_id,
        _batch_seq as changed_seq,
        _row as source_line
    from {{ source('lake', 'fx_rates') }}
),

compared as (
    select
        *,
        lag(rate) over (
            partition by rate_date, from_currency, to_currency, rate_type
            order by known_from, changed_seq, source_line
        ) as rate_before
    from typed
),

ranked as (
    select
        *,
        row_number() over (
            partition by rate_date, from_currency, to_currency, rate_type
            order by known_from desc, changed_seq desc, source_line desc
        ) as preference
    from compared
    where rate_before is null or rate <> rate_before
)

select
    rate_date,
    from_currency,
    to_currency,
    rate,
    rate_type,
    known_from,
    source,
    batch_id,
    changed_seq,
    source_line
from ranked
where preference = 1
