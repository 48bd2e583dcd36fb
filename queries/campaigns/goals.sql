-- What the goal of a next campaign can be.
--
-- grain    one row per event, and one for payments where there are any, the most frequent first
-- returns  goal      varchar     an event, or payment
--          times     bigint      how often it was done
select
    goal,
    times,
from campaign_goals
order by times desc, goal
