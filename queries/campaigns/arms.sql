-- How many were assigned to each arm of one campaign, and how far they are.
--
-- grain    one row per arm; nobody in the segments is a row of 0
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  arm       varchar     control first, then the treatments by name
--          assigned  bigint      people exposed to that arm alone, and not before a known sign-up
--          closed    bigint      those of them whose window is over
--          pending   bigint      those of them whose window is still open
--          reached   bigint      those closed who reached the goal in the window; null: the campaign names none
--          reached_so_far bigint those assigned who did, open windows too; null: the campaign names none
--          first_exposed_on date day of the first exposure
--          last_exposed_on date  day of the last person's first exposure
with chosen as (
    select campaign_key, window_days, goal
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
),
counted as (
    select
        arrivals.arm,
        arrivals.exposed_on,
        arrivals.assigned,
        case when chosen.goal is not null then arrivals.reached end as reached,
        arrivals.exposed_on + chosen.window_days <= build.data_until as is_closed,
        $segments::integer[] is null or arrivals.segment_id in (select unnest($segments::integer[])) as is_in,
    from campaign_arrivals as arrivals
    inner join chosen on chosen.campaign_key = arrivals.campaign_key
    cross join build
)
select
    arm,
    cast(coalesce(sum(assigned) filter (where is_in), 0) as bigint) as assigned,
    cast(coalesce(sum(assigned) filter (where is_in and is_closed), 0) as bigint) as closed,
    cast(coalesce(sum(assigned) filter (where is_in and not is_closed), 0) as bigint) as pending,
    cast(case
        when count(reached) > 0 then coalesce(sum(reached) filter (where is_in and is_closed), 0)
    end as bigint) as reached,
    cast(case when count(reached) > 0 then coalesce(sum(reached) filter (where is_in), 0) end as bigint)
        as reached_so_far,
    min(exposed_on) filter (where is_in) as first_exposed_on,
    max(exposed_on) filter (where is_in) as last_exposed_on,
from counted
group by arm
order by arm <> 'control', arm
