-- What was run, or will be, to move people: the marketing plan, one row a campaign.
--
-- cost is in the product's currency. expected is the effect hoped for on the share of people who
-- reach the goal within window_days, as a proportion: 0.05 is five points. control_share is the share of
-- those chosen who are held out by plan; empty where nobody is.
select
    campaign_id,
    name,
    kind,
    starts_on,
    ends_on,
    cost,
    goal,
    window_days,
    expected,
    control_share,
from read_csv('campaigns.csv', all_varchar = true)
