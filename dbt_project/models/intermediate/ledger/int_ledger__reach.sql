-- The customers whose ledger a build can change, and the first day on which anything of it can differ from the build
-- before: whoever a touched document ever belonged to. Empty in a full build, which works out everything.
with touched as (
    select company, document_id, from_date
    from {{ ref('int_ledger__touched') }}
    where is_touched
),

owners as (
    select company, document_id, coalesce(customer_id, 'unidentified') as customer_id
    from {{ ref('stg_cartera__document_versions') }} as versions
    where {{ key_is_among('versions', ['company', 'document_id'], 'touched') }}
    union
    select company, document_id, customer_id from {{ ref('int_ledger__restated') }}
)

select owners.company, owners.customer_id, min(touched.from_date) as from_date
from owners
inner join touched
    on owners.company = touched.company and owners.document_id = touched.document_id
group by owners.company, owners.customer_id
