-- How many of those who joined reached each stage of AARRR, for each value of a dimension.
--
-- grain    one row per stage, in their order, and value
-- params   $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
--          $dimension varchar    a dimension of product.yml, or standing; null: the first by name
-- returns  stage     varchar     acquired | activated | retained | paid | referred
--          value     varchar     a value of the dimension that a counted segment has
--          entrants  bigint      people who joined and whose time for the stage is over; null: no data on the stage
--          reached   bigint      those of them who reached it; null likewise
--          pending   bigint      people who joined and whose time is not over; null likewise
--          pending_reached bigint  those of them who have reached it so far; null likewise
-- terms    README, "Words we use": AARRR, pending
with first_dimension as (
    select min(dimension) as dimension
    from segment_values
),
valued as (
    select segment_id, value
    from segment_values
    where
        dimension = coalesce($dimension::varchar, (select dimension from first_dimension))
        and ($segments::integer[] is null or segment_id in (select unnest($segments::integer[])))
),
counted as (
    select
        aarrr.stage,
        valued.value,
        sum(aarrr.entrants) as entrants,
        sum(aarrr.reached) as reached,
        sum(aarrr.pending) as pending,
        sum(aarrr.pending_reached) as pending_reached,
    from aarrr
    inner join valued on valued.segment_id = aarrr.segment_id
    where
        ($from::date is null or aarrr.day >= $from::date)
        and ($until::date is null or aarrr.day < $until::date)
    group by aarrr.stage, valued.value
),
present as (
    select distinct value
    from valued
)
select
    stages.stage,
    present.value,
    cast(case when stages.is_counted then coalesce(counted.entrants, 0) end as bigint) as entrants,
    cast(case when stages.is_counted then coalesce(counted.reached, 0) end as bigint) as reached,
    cast(case when stages.is_counted then coalesce(counted.pending, 0) end as bigint) as pending,
    cast(case when stages.is_counted then coalesce(counted.pending_reached, 0) end as bigint) as pending_reached,
from aarrr_stages as stages
cross join present
left join counted on counted.stage = stages.stage and counted.value = present.value
order by stages.position, present.value
