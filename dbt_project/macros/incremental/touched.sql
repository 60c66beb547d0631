{#
  In the where clause of a query over one long table: rows whose key is among those of a short one. The last column is
  looked up by itself first: DuckDB applies a filter on one column while it reads, where `exists` alone would have it
  copy the whole table.
#}
{% macro key_is_among(relation, key, keys, condition="1 = 1") -%}
    {{ key[-1] }} in (select wanted.{{ key[-1] }} from {{ keys }} as wanted where {{ condition }})
    and exists (
        select 1
        from {{ keys }} as wanted
        where
            {{ condition }}
            {%- for column in key %}
            and {{ relation }}.{{ column }} = wanted.{{ column }}
            {%- endfor %}
    )
{%- endmacro %}

{#
  A build works out anew what its batches touch; a full build (`--full-refresh`) everything.
  In a where clause: only documents that this build works out anew.
#}
{% macro touched_only(relation) -%}
    {%- if not (execute and flags.FULL_REFRESH) -%}
        {{ key_is_among(relation, ['company', 'document_id'], ref('int_ledger__touched'), 'wanted.is_touched') }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# As touched_only, with the documents on the other side of an application. #}
{% macro touched_or_next_to_it(relation) -%}
    {%- if not (execute and flags.FULL_REFRESH) -%}
        {{ key_is_among(relation, ['company', 'document_id'], ref('int_ledger__touched')) }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# Before a model adds what it worked out anew: what it held of the same documents goes. #}
{% macro forget_touched() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as held
        where {{ key_is_among('held', ['company', 'document_id'], ref('int_ledger__touched'), 'wanted.is_touched') }}
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
