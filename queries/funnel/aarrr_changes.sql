-- A stage of AARRR in two spans of joining, for each value of every dimension at once.
--
-- grain    one row per dimension and value with entrants in one of the spans
-- params   $stage    varchar     acquired | activated | retained | paid | referred; null: activated
--          $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $before_from date     the same of the span compared with
--          $before_until date    likewise
--          $segments integer[]   segments counted; null keeps all
-- returns  dimension varchar     a dimension or group of product.yml, or standing
--          value     varchar     a value of it that a counted segment has
--          entrants  bigint      people who joined in the span and whose time for the stage is over
--          reached   bigint      those of them who reached it
--          entrants_before bigint  the same of the span compared with
--          reached_before bigint likewise
-- terms    README, "Words we use": AARRR, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
days_counted as (
    select
        aarrr.segment_id,
        aarrr.entrants,
        aarrr.reached,
        ($from::date is null or aarrr.day >= $from::date)
        and ($until::date is null or aarrr.day < $until::date) as is_now,
        ($before_from::date is null or aarrr.day >= $before_from::date)
        and ($before_until::date is null or aarrr.day < $before_until::date) as is_before,
    from aarrr
    inner join chosen on chosen.segment_id = aarrr.segment_id
    where aarrr.stage = coalesce($stage::varchar, 'activated')
),
-- Once a segment: a segment has a value of every dimension.
counted as (
    select
        segment_id,
        coalesce(sum(entrants) filter (where is_now), 0) as entrants,
        coalesce(sum(reached) filter (where is_now), 0) as reached,
        coalesce(sum(entrants) filter (where is_before), 0) as entrants_before,
        coalesce(sum(reached) filter (where is_before), 0) as reached_before,
    from days_counted
    group by segment_id
)
select
    segment_values.dimension,
    segment_values.value,
    cast(sum(counted.entrants) as bigint) as entrants,
    cast(sum(counted.reached) as bigint) as reached,
    cast(sum(counted.entrants_before) as bigint) as entrants_before,
    cast(sum(counted.reached_before) as bigint) as reached_before,
from counted
inner join segment_values on segment_values.segment_id = counted.segment_id
group by segment_values.dimension, segment_values.value
having sum(counted.entrants) + sum(counted.entrants_before) > 0
order by segment_values.dimension, segment_values.value
