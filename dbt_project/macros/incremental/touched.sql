{#
  A build works out anew what its batches touch; a full build (`--full-refresh`) everything.
  In a where clause: only documents that this build works out anew.
#}
{% macro touched_only(relation) -%}
    {%- if not (execute and flags.FULL_REFRESH) -%}
        exists (
            select 1
            from {{ ref('int_ledger__touched') }} as touched
            where
                touched.is_touched
                and {{ relation }}.company = touched.company
                and {{ relation }}.document_id = touched.document_id
        )
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# As touched_only, with the documents on the other side of an application. #}
{% macro touched_or_next_to_it(relation) -%}
    {%- if not (execute and flags.FULL_REFRESH) -%}
        exists (
            select 1
            from {{ ref('int_ledger__touched') }} as touched
            where {{ relation }}.company = touched.company and {{ relation }}.document_id = touched.document_id
        )
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# Before a model adds what it worked out anew: what it held of the same documents goes. #}
{% macro forget_touched() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where (company, document_id) in (select company, document_id from {{ ref('int_ledger__touched') }} where is_touched)
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# The same for rows about applications, one of which may name another document than it did. #}
{% macro forget_changed_applications() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where (company, subject) in (
            select company, application_id
            from {{ ref('stg_cartera__application_versions') }}
            where changed_seq > (select applied_seq from {{ source('settings', 'build') }})
        )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}
