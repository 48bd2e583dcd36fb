-- One row a coupon redeemed, called after its campaign so that it is that campaign's goal and no other's.
-- Only the day is known.
select
    household_id as user_id,
    'redeem_' || campaign_id as event,
    redemption_date as occurred_at,
from read_csv('coupon_redemptions.csv.gz', header = true, all_varchar = true)
