-- Each time somebody was shown a campaign, or was held out of it.
--
-- grain    one row per exposure; repeated ones all count
-- returns  campaign_key integer  which campaign
--          user_key  integer     who
--          arm       varchar     control, however it is capitalised, or the name of a treatment
--          exposed_at timestamp  when
select
    plans.campaign_key,
    people.user_key,
    case when lower(exposures.arm) = 'control' then 'control' else exposures.arm end as arm,
    exposures.exposed_at,
from staging.exposures as exposures
inner join staging.campaign_plans as plans on plans.campaign_id = exposures.campaign_id
inner join staging.people as people on people.user_id = exposures.user_id
