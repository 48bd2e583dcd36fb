-- The amount above which payments count as no more than it, so that one purchase does not decide a campaign.
--
-- grain    one row per campaign with anybody whose window is over
-- params   $data_until date      first day not covered
-- returns  campaign_key integer  which campaign
--          cap       decimal(38,4)  999 in 1,000 of all its people, whichever their arm, paid no more in the window;
--                                where not even 1 in 1,000 paid, the most that anybody did
--          cap_before decimal(38,4)  likewise on the 28 days before
with amounts as (
    select
        campaign_key,
        quantile_disc(paid, 0.999) as high,
        max(paid) as highest,
        quantile_disc(paid_before, 0.999) as high_before,
        max(paid_before) as highest_before,
    from staging.campaign_people
    where exposed_on + window_days <= $data_until::date
    group by campaign_key
)
select
    campaign_key,
    case when high > 0 then high else highest end as cap,
    case when high_before > 0 then high_before else highest_before end as cap_before,
from amounts
