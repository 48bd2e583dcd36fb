-- How many of everybody reached a campaign's goal on each day.
--
-- grain    one row per goal of any campaign, day and segment with anybody
-- params   $data_until date      first day not covered
-- returns  goal      varchar     an event, or payment
--          day       date        the day
--          segment_id integer    which segment
--          users     bigint      people
with goals as (
    select distinct goal
    from staging.campaign_plans
),
deeds as (
    select distinct events.event as goal, events.day, events.user_key
    from events
    inner join goals on goals.goal = events.event
    where events.event <> 'payment' and events.day < $data_until::date
    union all
    select distinct goals.goal, payments.day, payments.user_key
    from payments
    inner join goals on goals.goal = 'payment'
    where payments.amount > 0 and payments.day < $data_until::date
)
select
    deeds.goal,
    deeds.day,
    user_segment.segment_id,
    count(*) as users,
from deeds
inner join user_segment on user_segment.user_key = deeds.user_key
group by deeds.goal, deeds.day, user_segment.segment_id
order by deeds.goal, deeds.day, user_segment.segment_id
