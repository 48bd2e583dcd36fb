-- How many rows of each day there are and what is in them, to tell what a later build finds added, gone or changed.
--
-- grain    one row per table, day and part that occurs
-- returns  source    varchar     name of the table
--          day       date        the day the rows are of
--          part      varchar     event, campaign, channel or figure; null: not told apart
--          rows      bigint      how many
--          amount    decimal(38,4)  what they add up to; null where the table has no amounts
--          digest    decimal(38,0)  the same for the same rows in any order, of what is not expected to change later:
--                                no reply or status of feedback, no audit, views or interactions of content
select
    'events' as source,
    events.day,
    events.event as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
    -- By user_id, as keys are numbered anew. A sum: in a bit_xor equal rows would cancel, and rows that swap a value.
    cast(sum(hash(people.user_id, events.occurred_at)) as decimal(38, 0)) as digest,
from events
inner join user_segment as people on people.user_key = events.user_key
group by events.day, events.event
union all
select
    'payments' as source,
    payments.day,
    cast(null as varchar) as part,
    count(*) as rows,
    sum(payments.amount) as amount,
    cast(sum(hash(people.user_id, payments.paid_at, payments.amount)) as decimal(38, 0)) as digest,
from payments
inner join user_segment as people on people.user_key = payments.user_key
group by payments.day
union all
select
    'exposures' as source,
    cast(exposed_at as date) as day,
    campaign_id as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
    cast(sum(hash(user_id, arm, exposed_at)) as decimal(38, 0)) as digest,
from exposures
group by cast(exposed_at as date), campaign_id
union all
select
    'feedback' as source,
    cast(received_at as date) as day,
    cast(null as varchar) as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
    cast(
        sum(hash(feedback_id, received_at, user_id, source, category, severity, department)) as decimal(38, 0)
    ) as digest,
from feedback
group by cast(received_at as date)
union all
select
    'content' as source,
    cast(published_at as date) as day,
    cast(null as varchar) as part,
    count(*) as rows,
    cast(null as decimal(38, 4)) as amount,
    cast(sum(hash(content_id, published_at, producer, section)) as decimal(38, 0)) as digest,
from content
group by cast(published_at as date)
union all
select
    'costs' as source,
    day,
    channel as part,
    count(*) as rows,
    sum(amount) as amount,
    cast(sum(hash(amount, reach, visits)) as decimal(38, 0)) as digest,
from costs
group by day, channel
union all
select
    'figures' as source,
    day,
    figure as part,
    count(*) as rows,
    sum(amount) as amount,
    cast(sum(hash(amount, dimension, value)) as decimal(38, 0)) as digest,
from figures
group by day, figure
