-- How many were assigned to one campaign day by day, and how many of them reached its goal.
--
-- grain    one row per day with anybody assigned, and arm with anybody that day
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  day       date        day of the first exposure
--          arm       varchar     control first, then the treatments by name
--          assigned  bigint      people exposed to that arm alone, and not before a known sign-up
--          reached   bigint      those of them who reached the goal in the window so far; null: the campaign names none
--          closes_on date        their window is over when the data are covered until this day
--          is_closed boolean     whether it is
with chosen as (
    select campaign_key, window_days, goal
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
)
select
    arrivals.exposed_on as day,
    arrivals.arm,
    cast(sum(arrivals.assigned) as bigint) as assigned,
    cast(sum(case when chosen.goal is not null then arrivals.reached end) as bigint) as reached,
    arrivals.exposed_on + chosen.window_days as closes_on,
    arrivals.exposed_on + chosen.window_days <= build.data_until as is_closed,
from campaign_arrivals as arrivals
inner join chosen on chosen.campaign_key = arrivals.campaign_key
cross join build
where $segments::integer[] is null or arrivals.segment_id in (select unnest($segments::integer[]))
group by arrivals.exposed_on, arrivals.arm, chosen.window_days, build.data_until
order by arrivals.exposed_on, arrivals.arm <> 'control', arrivals.arm
