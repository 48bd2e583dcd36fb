-- How many fewer reached each stage of AARRR than the one before it.
--
-- grain    one row per stage after acquired that the data tell of, in their order
-- params   $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  stage     varchar     activated | retained | paid | referred
--          before    varchar     the stage before it that the data tell of
--          entrants  bigint      people who joined and whose time is over for both
--          reached_before bigint those of them who reached the stage before, whether they reached this one or not
--          reached   bigint      those of them who reached this one, whether they reached the one before or not
-- terms    README, "Words we use": AARRR, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
pairs as (
    select
        stage,
        position,
        lag(stage, 1, null) over (order by position) as before,
        greatest(window_days, lag(window_days, 1, 0) over (order by position)) as window_days,
    from aarrr_stages
    where is_counted
),
-- Both times are over for the same days of joining, so that the counts of a day are of the same people.
days_counted as (
    select
        aarrr.day,
        aarrr.stage,
        sum(aarrr.entrants) as entrants,
        sum(aarrr.reached) as reached,
    from aarrr
    inner join chosen on chosen.segment_id = aarrr.segment_id
    where
        ($from::date is null or aarrr.day >= $from::date)
        and ($until::date is null or aarrr.day < $until::date)
    group by aarrr.day, aarrr.stage
),
counted as (
    select
        pairs.stage,
        sum(days_counted.entrants) filter (where days_counted.stage = pairs.stage) as entrants,
        sum(days_counted.reached) filter (where days_counted.stage = pairs.before) as reached_before,
        sum(days_counted.reached) filter (where days_counted.stage = pairs.stage) as reached,
    from pairs
    inner join days_counted on days_counted.stage in (pairs.stage, pairs.before)
    cross join build
    where days_counted.day + pairs.window_days <= build.data_until
    group by pairs.stage
)
select
    pairs.stage,
    pairs.before,
    cast(coalesce(counted.entrants, 0) as bigint) as entrants,
    cast(coalesce(counted.reached_before, 0) as bigint) as reached_before,
    cast(coalesce(counted.reached, 0) as bigint) as reached,
from pairs
left join counted on counted.stage = pairs.stage
where pairs.before is not null
order by pairs.position
