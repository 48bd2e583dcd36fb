-- What each campaign is to be judged by, with a number for it.
--
-- grain    one row per campaign
-- returns  campaign_key integer  1, 2, 3 … in order of their first day
--          campaign_id varchar   names the campaign
--          starts_on date        first day of it; where the two days were mixed up, the earlier one
--          ends_on   date        last day of it; likewise the later one
--          goal      varchar     an event, or payment; null: none was named
--          window_days integer   days, that of the exposure included, in which the goal counts; 7 where none is named
select
    cast(row_number() over (order by starts_on, campaign_id) as integer) as campaign_key,
    campaign_id,
    least(starts_on, ends_on) as starts_on,
    greatest(starts_on, ends_on) as ends_on,
    goal,
    coalesce(window_days, 7) as window_days,
from staging.campaigns
