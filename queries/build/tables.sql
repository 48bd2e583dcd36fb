-- What was read of each table of the contract.
--
-- grain    one row per table
-- returns  position  integer     order of the contract
--          source    varchar     name of the table
--          is_present boolean    whether the product has a source for it
--          read      bigint      rows the source returned
--          accepted  bigint      rows that count
--          rejected  bigint      rows set aside
--          first_day date        first day of an accepted row; null: it has no day
--          last_day  date        last day of an accepted row
with spans as (
    select 'users' as source, min(signed_up_at) as first_at, max(signed_up_at) as last_at
    from staging.users
    where reason is null
    union all
    select 'events' as source, min(occurred_at) as first_at, max(occurred_at) as last_at
    from staging.events
    where reason is null
    union all
    select 'payments' as source, min(paid_at) as first_at, max(paid_at) as last_at
    from staging.payments
    where reason is null
    union all
    select 'campaigns' as source, min(starts_on) as first_at, max(ends_on) as last_at
    from staging.campaigns
    where reason is null
    union all
    select 'exposures' as source, min(exposed_at) as first_at, max(exposed_at) as last_at
    from staging.exposures
    where reason is null
    union all
    select 'feedback' as source, min(received_at) as first_at, max(received_at) as last_at
    from staging.feedback
    where reason is null
    union all
    select 'content' as source, min(published_at) as first_at, max(published_at) as last_at
    from staging.content
    where reason is null
    union all
    select 'costs' as source, min(day) as first_at, max(day) as last_at
    from staging.costs
    where reason is null
    union all
    select 'figures' as source, min(day) as first_at, max(day) as last_at
    from staging.figures
    where reason is null
)
select
    counts.position,
    counts.source,
    counts.is_present,
    counts.read,
    counts.accepted,
    counts.rejected,
    cast(spans.first_at as date) as first_day,
    cast(spans.last_at as date) as last_day,
from staging.source_counts as counts
left join spans on spans.source = counts.source
order by counts.position
