-- How many rows of each day there are, to tell what a later build finds added or gone.
--
-- grain    one row per table, day and part that occurs
-- returns  source    varchar     name of the table
--          day       date        the day the rows are of
--          part      varchar     event, campaign, channel or figure; null: not told apart
--          rows      bigint      how many
--          amount    decimal(38,4)  what they add up to; null where the table has no amounts
select
    'events' as source,
    day,
    event as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
from events
group by day, event
union all
select
    'payments' as source,
    day,
    cast(null as varchar) as part,
    count(*) as rows,
    sum(amount) as amount,
from payments
group by day
union all
select
    'exposures' as source,
    cast(exposed_at as date) as day,
    campaign_id as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
from exposures
group by cast(exposed_at as date), campaign_id
union all
select
    'feedback' as source,
    cast(received_at as date) as day,
    cast(null as varchar) as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
from feedback
group by cast(received_at as date)
union all
select
    'content' as source,
    cast(published_at as date) as day,
    cast(null as varchar) as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
from content
group by cast(published_at as date)
union all
select
    'costs' as source,
    day,
    channel as part,
    count(*) as rows,
    sum(amount) as amount,
from costs
group by day, channel
union all
select
    'figures' as source,
    day,
    figure as part,
    count(*) as rows,
    sum(amount) as amount,
from figures
group by day, figure
