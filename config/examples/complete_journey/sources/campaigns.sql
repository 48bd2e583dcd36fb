-- One row a coupon mailing, both of its days included; what it cost is not known.
-- The kind is a person's choice: a mailing neither tells anything (content) nor brings people together (community), it
-- changes the price of goods on the shelf, which is the product. Type A, B and C is the chain's own word; it has no
-- column of its own in the contract, and stands in the name.
select
    campaign_id,
    campaign_type || ', campaign ' || campaign_id as name,
    'product' as kind,
    start_date as starts_on,
    end_date as ends_on,
    'redeem_' || campaign_id as goal,
    date_diff('day', cast(start_date as date), cast(end_date as date)) + 1 as window_days,
from read_csv('campaign_descriptions.csv.gz', header = true, all_varchar = true)
