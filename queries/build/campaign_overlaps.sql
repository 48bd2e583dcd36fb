-- Which campaigns reached for the same people at the same time.
--
-- grain    one row per campaign and other campaign with anybody in both
-- returns  campaign_key integer  the one they are assigned to
--          other_key integer     the one that they were shown inside the window of the first
--          users     bigint      people
select
    campaign_key,
    other_key,
    count(*) as users,
from staging.campaign_met
group by campaign_key, other_key
order by campaign_key, users desc, other_key
