-- How many had reached the goal of one campaign by each day since they were exposed, up to two windows past its end.
--
-- grain    one row per arm and day; nobody seen that long is a row of 0
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  arm       varchar     control first, then the treatments by name
--          day       integer     days since the first exposure, from 0
--          n         bigint      people assigned for whom that day is over
--          reached   bigint      those of them who reached the goal on that day or before, since they were exposed
with chosen as (
    select campaign_key, window_days
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
),
seen as (
    select
        counted.arm,
        counted.days_seen,
        counted.goal_day,
        sum(counted.users) filter (
            where $segments::integer[] is null or counted.segment_id in (select unnest($segments::integer[]))
        ) as users,
    from campaign_days as counted
    inner join chosen on chosen.campaign_key = counted.campaign_key
    group by counted.arm, counted.days_seen, counted.goal_day
),
since as (
    select cast(unnest(range(0, 3 * window_days)) as integer) as day
    from chosen
),
arms as (
    select distinct arm
    from seen
)
select
    arms.arm,
    since.day,
    cast(coalesce(sum(seen.users) filter (where seen.days_seen > since.day), 0) as bigint) as n,
    cast(
        coalesce(sum(seen.users) filter (where seen.days_seen > since.day and seen.goal_day <= since.day), 0) as bigint
    ) as reached,
from arms
cross join since
inner join seen on seen.arm = arms.arm
group by arms.arm, since.day
order by arms.arm <> 'control', arms.arm, since.day
