-- What people did, ready for funnels and lists made up on the spot.
--
-- grain    one row a time somebody did something; identical rows all count
-- returns  event     varchar     what they did
--          occurred_at timestamp local time of the product
--          day       date        local day
--          user_key  integer     who
select
    events.event,
    events.occurred_at,
    cast(events.occurred_at as date) as day,
    people.user_key,
from staging.events as events
inner join staging.people as people on people.user_id = events.user_id
order by events.event, events.occurred_at, people.user_key
