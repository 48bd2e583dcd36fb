-- Whether the people whom a campaign brought stayed, and whether others who joined in the same weeks did.
--
-- grain    one row per campaign that brought anybody, kind of people and segment with anybody
-- params   $data_until date      first day not covered
-- returns  campaign_key integer  which campaign
--          who       varchar     campaign: it brought them; organic: joined in the same weeks, brought by none
--          segment_id integer    which segment
--          joined    bigint      people
--          entrants_7 bigint     those whose day 7 after joining is over
--          returned_7 bigint     those of them who were active on it
--          entrants_30 bigint    those whose day 30 is over
--          returned_30 bigint    those of them who were active on it
with returned as (
    select
        user_key,
        max(case when age = 7 then 1 else 0 end) as on_7,
        max(case when age = 30 then 1 else 0 end) as on_30,
    from activity
    where age in (7, 30)
    group by user_key
),
newcomers as (
    select
        people.user_key,
        people.segment_id,
        week.period as week,
        case when people.acquired_on + 8 <= $data_until::date then 1 else 0 end as is_past_7,
        case when people.acquired_on + 31 <= $data_until::date then 1 else 0 end as is_past_30,
        coalesce(returned.on_7, 0) as on_7,
        coalesce(returned.on_30, 0) as on_30,
    from user_segment as people
    inner join calendar as week on week.day = people.acquired_on and week.grain = 'week'
    left join returned on returned.user_key = people.user_key
),
organic as (
    select
        week,
        segment_id,
        count(*) as joined,
        sum(is_past_7) as entrants_7,
        sum(on_7) as returned_7,
        sum(is_past_30) as entrants_30,
        sum(on_30) as returned_30,
    from newcomers
    where user_key not in (select user_key from staging.campaign_joined)
    group by week, segment_id
),
weeks as (
    select distinct
        brought.campaign_key,
        newcomers.week,
    from staging.campaign_joined as brought
    inner join newcomers on newcomers.user_key = brought.user_key
),
counted as (
    select
        brought.campaign_key,
        'campaign' as who,
        newcomers.segment_id,
        count(*) as joined,
        sum(newcomers.is_past_7) as entrants_7,
        sum(newcomers.on_7) as returned_7,
        sum(newcomers.is_past_30) as entrants_30,
        sum(newcomers.on_30) as returned_30,
    from staging.campaign_joined as brought
    inner join newcomers on newcomers.user_key = brought.user_key
    group by brought.campaign_key, newcomers.segment_id
    union all
    select
        weeks.campaign_key,
        'organic' as who,
        organic.segment_id,
        sum(organic.joined) as joined,
        sum(organic.entrants_7) as entrants_7,
        sum(organic.returned_7) as returned_7,
        sum(organic.entrants_30) as entrants_30,
        sum(organic.returned_30) as returned_30,
    from weeks
    inner join organic on organic.week = weeks.week
    group by weeks.campaign_key, organic.segment_id
)
select
    campaign_key,
    who,
    segment_id,
    cast(joined as bigint) as joined,
    cast(entrants_7 as bigint) as entrants_7,
    cast(returned_7 as bigint) as returned_7,
    cast(entrants_30 as bigint) as entrants_30,
    cast(returned_30 as bigint) as returned_30,
from counted
order by campaign_key, who, segment_id
