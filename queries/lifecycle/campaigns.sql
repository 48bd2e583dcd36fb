-- What was run to move people, as marks beside a curve.
--
-- grain    one row per campaign, those still ahead too
-- returns  campaign_id varchar   names the campaign
--          name      varchar     as the company calls it
--          starts_on date        first day of it
--          ends_on   date        last day of it
select
    campaign_id,
    name,
    starts_on,
    ends_on,
from campaigns
order by starts_on, campaign_id
