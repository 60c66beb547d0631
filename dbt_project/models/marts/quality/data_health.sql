with loads as (
    select * from {{ ref('load_history') }}
),

newest as (
    select
        *,
        row_number() over (partition by source order by loaded_at desc, batch_seq desc) as newness
    from loads
),

totals as (
    select
        source,
        count(*) as files,
        sum(case when status = 'refused' then 1 else 0 end) as files_refused,
        sum(rows_accepted) as rows_loaded,
        sum(rows_rejected) as rows_rejected
    from loads
    group by source
),

checks as (
    select
        source,
        sum(case when not passed and severity = 'blocking' then 1 else 0 end) as checks_failed,
        sum(case when not passed and severity = 'warning' then 1 else 0 end) as checks_warned,
        count(*) as checks_run
    from {{ source('quality', 'checks') }}
    group by source
),

latest_data as (
    select source, max(data_on) as latest_data_on
    from (
        select source, issue_date as data_on from {{ ref('stg_cartera__document_versions') }}
        union all
        select source, applied_on as data_on from {{ ref('stg_cartera__application_versions') }}
        union all
        select source, booked_on as data_on from {{ ref('stg_cartera__bank_transactions') }}
        union all
        select source, as_of as data_on from {{ ref('stg_cartera__gl_balances') }}
    ) as dated
    group by source
)

select
    totals.source,
    newest.loaded_at as last_loaded_at,
    newest.file_name as last_file,
    newest.status as last_status,
    newest.reason as last_reason,
    totals.files,
    cast(totals.files_refused as bigint) as files_refused,
    cast(totals.rows_loaded as bigint) as rows_loaded,
    cast(totals.rows_rejected as bigint) as rows_rejected,
    latest_data.latest_data_on,
    cast(coalesce(checks.checks_run, 0) as bigint) as checks_run,
    cast(coalesce(checks.checks_failed, 0) as bigint) as checks_failed,
    cast(coalesce(checks.checks_warned, 0) as bigint) as checks_warned,
    case
        when newest.status = 'refused' then 'refused'
        when coalesce(checks.checks_failed, 0) > 0 then 'failed'
        when totals.rows_rejected > 0 or coalesce(checks.checks_warned, 0) > 0 then 'warning'
        else 'ok'
    end as status
from totals
inner join newest on totals.source = newest.source and newest.newness = 1
left join checks on totals.source = checks.source
left join latest_data on totals.source = latest_data.source
