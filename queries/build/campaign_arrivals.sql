-- How many were assigned to each arm of a campaign on which day.
--
-- grain    one row per campaign, arm, day of first exposure and segment with anybody
-- returns  campaign_key integer  which campaign
--          arm       varchar     control, or the name of a treatment
--          exposed_on date       day of the first exposure
--          segment_id integer    which segment
--          assigned  bigint      people exposed to that arm alone, and not before a known sign-up
--          reached   bigint      those of them who reached the goal in the window so far
select
    campaign_key,
    arm,
    exposed_on,
    segment_id,
    count(*) as assigned,
    count(*) filter (where goal_day < window_days) as reached,
from staging.campaign_people
group by campaign_key, arm, exposed_on, segment_id
order by campaign_key, arm, exposed_on, segment_id
