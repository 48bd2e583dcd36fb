-- How long those who reached a stage of AARRR took for it, from joining on.
--
-- grain    one row per stage and span of time with anybody; spans are eight a doubling, the first is below one second
-- params   $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  stage     varchar     activated | paid | referred
--          shortest  double      bound of the span in seconds, itself included
--          longest   double      its other bound, not included
--          users     bigint      people whose time for the stage is over and who took so long
--          sum_seconds double    their seconds together
-- terms    README, "Words we use": AARRR
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
counted as (
    select
        aarrr_time.stage,
        aarrr_time.bucket,
        sum(aarrr_time.users) as users,
        sum(aarrr_time.sum_seconds) as sum_seconds,
    from aarrr_time
    inner join chosen on chosen.segment_id = aarrr_time.segment_id
    where
        ($from::date is null or aarrr_time.day >= $from::date)
        and ($until::date is null or aarrr_time.day < $until::date)
    group by aarrr_time.stage, aarrr_time.bucket
)
select
    stages.stage,
    case when counted.bucket = 0 then 0 else power(2, (counted.bucket - 1) / 8) end as shortest,
    power(2, counted.bucket / 8) as longest,
    cast(counted.users as bigint) as users,
    counted.sum_seconds,
from counted
inner join aarrr_stages as stages on stages.stage = counted.stage
order by stages.position, counted.bucket
