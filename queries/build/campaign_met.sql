-- Who was shown another campaign inside the window of one.
--
-- grain    one row per campaign, other campaign and person
-- returns  campaign_key integer  the one they are assigned to
--          other_key integer     the one that they were shown, and not held out of, on days 0 to window_days − 1
--          user_key  integer     who
select distinct
    exposed.campaign_key,
    shown.campaign_key as other_key,
    exposed.user_key,
from staging.campaign_exposed as exposed
inner join staging.campaign_shown as shown
    on shown.user_key = exposed.user_key and shown.campaign_key <> exposed.campaign_key
where
    exposed.fate = 'assigned'
    and shown.arm <> 'control'
    and cast(shown.exposed_at as date) >= exposed.exposed_on
    and cast(shown.exposed_at as date) < exposed.exposed_on + exposed.window_days
