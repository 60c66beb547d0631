{% set sources = [
    'int_quality__application_exceptions', 'int_quality__document_exceptions', 'int_quality__document_changes',
    'int_quality__instalment_exceptions', 'int_quality__balance_exceptions', 'int_quality__clearing_residues',
    'int_quality__linked_circles'
] -%}

with exceptions as (
    {% for name in sources -%}
        select
            company, kind, subject, document_id, instalment_no, customer_id, other, exception_date, amount, currency,
            known_from, source, batch_id, source_line
        from {{ ref(name) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

files as (
    select batch_id, max(file_name) as file_name
    from {{ ref('load_history') }}
    where status = 'accepted'
    group by batch_id
)

select
    exceptions.company,
    exceptions.kind,
    exceptions.subject,
    kinds.severity,
    exceptions.document_id,
    exceptions.instalment_no,
    coalesce(exceptions.customer_id, 'unidentified') as customer_id,
    exceptions.exception_date,
    exceptions.amount,
    exceptions.currency,
    kinds.title_en,
    kinds.title_es,
    replace(replace(kinds.words_en, '{subject}', exceptions.subject), '{other}', coalesce(exceptions.other, '')) as words_en,
    replace(replace(kinds.words_es, '{subject}', exceptions.subject), '{other}', coalesce(exceptions.other, '')) as words_es,
    exceptions.known_from,
    exceptions.source,
    files.file_name,
    exceptions.source_line,
    exceptions.batch_id
from exceptions
inner join {{ ref('int_quality__exception_kinds') }} as kinds on exceptions.kind = kinds.kind
left join files on exceptions.batch_id = files.batch_id
