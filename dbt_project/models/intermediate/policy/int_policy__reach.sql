-- The customers whose policy evaluation a build can change, and the first day on which anything of it can differ from the build
-- before: whose ledger it reaches, and whom an order, a limit, a hold, a waiver, the master or a rate names that arrived. All rows
-- that ever said the same thing count, as one that is replaced may have named another customer or an earlier day.
-- Empty in a full build, which works out everything.
{% if execute and flags.FULL_REFRESH -%}
    select
        cast(null as string) as company,
        cast(null as string) as customer_id,
        cast(null as date) as from_date
    where 1 = 0
{%- else -%}
    {{ policy_reached() }}
{%- endif %}
