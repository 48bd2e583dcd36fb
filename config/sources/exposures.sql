-- Who was assigned to which campaign, one row a person and campaign.
--
-- arm is control for those held out, else the name of what they were shown. Rows of a campaign that
-- is not in campaigns are rejected by the build.
select
    campaign_id,
    uid as user_id,
    arm,
    exposed_at,
from read_parquet('exposures.parquet')
