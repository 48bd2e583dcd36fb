-- How many of those who joined reached each stage of AARRR.
--
-- grain    one row per stage, in their order
-- params   $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  stage     varchar     acquired | activated | retained | paid | referred
--          entrants  bigint      people who joined and whose time for the stage is over; null: no data on the stage
--          reached   bigint      those of them who reached it; null likewise
--          pending   bigint      people who joined and whose time is not over; null likewise
--          pending_reached bigint  those of them who have reached it so far; null likewise
-- terms    README, "Words we use": AARRR, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
counted as (
    select
        aarrr.stage,
        sum(aarrr.entrants) as entrants,
        sum(aarrr.reached) as reached,
        sum(aarrr.pending) as pending,
        sum(aarrr.pending_reached) as pending_reached,
    from aarrr
    inner join chosen on chosen.segment_id = aarrr.segment_id
    where
        ($from::date is null or aarrr.day >= $from::date)
        and ($until::date is null or aarrr.day < $until::date)
    group by aarrr.stage
)
select
    stages.stage,
    cast(case when stages.is_counted then coalesce(counted.entrants, 0) end as bigint) as entrants,
    cast(case when stages.is_counted then coalesce(counted.reached, 0) end as bigint) as reached,
    cast(case when stages.is_counted then coalesce(counted.pending, 0) end as bigint) as pending,
    cast(case when stages.is_counted then coalesce(counted.pending_reached, 0) end as bigint) as pending_reached,
from aarrr_stages as stages
left join counted on counted.stage = stages.stage
order by stages.position
