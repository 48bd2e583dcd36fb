-- Who came to the product by a campaign.
--
-- grain    one row per campaign and person
-- returns  campaign_key integer  which campaign
--          user_key  integer     who was shown it at most a day after they joined, or joined inside its window;
--                                also those exposed before they signed up
select
    campaign_key,
    user_key,
from staging.campaign_exposed
where
    arm <> 'control'
    and fate <> 'in_two_arms'
    and acquired_on >= exposed_on - 1
    and acquired_on < exposed_on + window_days
