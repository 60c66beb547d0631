-- If this fails, a table too long for a key holds a row twice, and every sum over it is wrong. A build asks of what it added.
select 'dim_receivable_item' as table_name, item_id as what, cast(known_from as string) as which, count(*) as n_rows
from {{ ref('dim_receivable_item') }} as items
where {{ touched_only('items') }}
group by item_id, known_from
having count(*) > 1

union all

select 'fct_receivable_entry' as table_name, item_id as what, entry_id as which, count(*) as n_rows
from {{ ref('fct_receivable_entry') }} as entries
where {{ touched_only('entries') }}
group by item_id, entry_id
having count(*) > 1

union all

select 'fct_open_balance' as table_name, item_id as what, cast(valid_from as string) as which, count(*) as n_rows
from {{ ref('fct_open_balance') }} as balances
where {{ touched_only('balances') }}
group by item_id, valid_from
having count(*) > 1
