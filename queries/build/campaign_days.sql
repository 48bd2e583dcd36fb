-- On which day since their exposure people reached the goal of a campaign.
--
-- grain    one row per campaign with a goal, arm, segment, days seen and day of the goal with anybody
-- params   $data_until date      first day not covered
-- returns  campaign_key integer  which campaign
--          arm       varchar     control, or the name of a treatment
--          segment_id integer    which segment
--          days_seen integer     days since the exposure that the data cover, up to three windows
--          goal_day  integer     day of the first goal at or after the exposure; null: none on these days
--          users     bigint      people assigned
select
    people.campaign_key,
    people.arm,
    people.segment_id,
    cast(
        greatest(least($data_until::date - people.exposed_on, 3 * people.window_days), 0) as integer
    ) as days_seen,
    cast(people.goal_day as integer) as goal_day,
    count(*) as users,
from staging.campaign_people as people
inner join staging.campaign_plans as plans on plans.campaign_key = people.campaign_key
where plans.goal is not null
group by
    people.campaign_key,
    people.arm,
    people.segment_id,
    greatest(least($data_until::date - people.exposed_on, 3 * people.window_days), 0),
    people.goal_day
order by people.campaign_key, people.arm, people.segment_id
