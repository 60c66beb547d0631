-- Applications that move nothing, or not quite what they say. One row per application and kind.
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=["{{ forget_touched() }}", "{{ forget_changed_applications() }}"]
) }}

with all_applications as (
    select *, to_document_id as document_id
    from {{ ref('stg_cartera__application_versions') }}
    where is_current
),

applications as (
    select *
    from all_applications
    where {{ touched_only('all_applications') }}
),

documents as (
    select company, document_id, document_type, customer_id, currency, fx_rate, stands
    from {{ ref('int_ledger__document_states') }}
    where is_current
),

named as (
    select
        applications.company,
        applications.application_id,
        applications.document_id,
        applications.from_document_id,
        applications.to_document_id,
        applications.to_instalment_no,
        applications.applied_on,
        applications.amount,
        applications.from_amount,
        applications.known_from,
        applications.source,
        applications.batch_id,
        applications.source_line,
        coalesce(to_documents.customer_id, from_documents.customer_id) as customer_id,
        to_documents.currency,
        from_documents.currency as from_currency,
        from_documents.document_id is null as is_from_unknown,
        to_documents.document_id is null as is_to_unknown,
        not coalesce(from_documents.stands, true) as is_from_void,
        not coalesce(to_documents.stands, true) as is_to_void,
        coalesce(from_documents.document_type = 'revaluation', false) as is_from_base_only,
        coalesce(to_documents.document_type = 'revaluation', false) as is_to_base_only,
        from_documents.fx_rate is null or to_documents.fx_rate is null as is_a_rate_missing
    from applications
    left join documents as from_documents
        on
            applications.company = from_documents.company
            and applications.from_document_id = from_documents.document_id
    left join documents as to_documents
        on
            applications.company = to_documents.company
            and applications.to_document_id = to_documents.document_id
),

found as (
    select
        'application_unknown_document' as kind,
        concat_ws(
            ', ', case when is_from_unknown then from_document_id end, case when is_to_unknown then to_document_id end
        ) as other,
        *
    from named
    where is_from_unknown or is_to_unknown

    union all

    select
        'application_void_document' as kind,
        concat_ws(', ', case when is_from_void then from_document_id end, case when is_to_void then to_document_id end) as other,
        *
    from named
    where is_from_void or is_to_void

    union all

    select
        'application_base_only' as kind,
        concat_ws(
            ', ', case when is_from_base_only then from_document_id end, case when is_to_base_only then to_document_id end
        ) as other,
        *
    from named
    where is_from_base_only or is_to_base_only

    union all

    select
        'application_unvalued' as kind,
        concat(from_currency, ', ', currency) as other,
        *
    from named
    where
        from_amount is null and from_currency <> currency and is_a_rate_missing
        and not (is_from_base_only or is_to_base_only)

    union all

    select
        'application_amounts_differ' as kind,
        cast(from_amount as string) as other,
        *
    from named
    where from_currency = currency and from_amount <> amount

    union all

    select
        'application_to_itself' as kind,
        to_document_id as other,
        *
    from named
    where from_document_id = to_document_id

    union all

    select
        'application_unknown_instalment' as kind,
        cast(named.to_instalment_no as string) as other,
        named.*
    from named
    left join {{ ref('stg_cartera__instalment_versions') }} as instalments
        on
            named.company = instalments.company
            and named.to_document_id = instalments.document_id
            and named.to_instalment_no = instalments.instalment_no
            and instalments.is_current
    where named.to_instalment_no is not null and instalments.document_id is null and not named.is_to_unknown
)

select
    company,
    kind,
    application_id as subject,
    document_id,
    to_instalment_no as instalment_no,
    customer_id,
    other,
    applied_on as exception_date,
    amount,
    currency,
    known_from,
    source,
    batch_id,
    source_line
from found
