-- One row a campaign and household that was mailed. On which day it was mailed is not known: the campaign's first.
-- Households that were not mailed are no control, since nobody drew them by chance.
select
    mailed.campaign_id,
    mailed.household_id as user_id,
    'mailed' as arm,
    descriptions.start_date as exposed_at,
from read_csv('campaigns.csv.gz', header = true, all_varchar = true) as mailed
left join read_csv('campaign_descriptions.csv.gz', header = true, all_varchar = true) as descriptions
    on descriptions.campaign_id = mailed.campaign_id
