-- How long those who reached a stage of AARRR took for it.
--
-- grain    one row per day of joining, segment, stage and span of time with anybody
-- params   $data_until date      first day not covered
-- returns  day       date        day of joining
--          segment_id integer    which segment
--          stage     varchar     activated | paid | referred; kept as an enum
--          bucket    integer     0: less than a second; from 1 on 2^((bucket - 1) / 8) seconds and more, 8 a doubling
--          users     bigint      people whose time for the stage is over and who took so long
--          sum_seconds double    their seconds together
with taken as (
    select
        reached.acquired_on,
        reached.segment_id,
        reached.stage,
        reached.seconds,
        case when reached.seconds < 1 then 0 else cast(floor(8 * log2(reached.seconds)) as integer) + 1 end as bucket,
    from staging.aarrr_reached as reached
    inner join aarrr_stages as stages on stages.stage = reached.stage
    where
        reached.seconds is not null
        and reached.acquired_on + stages.window_days <= $data_until::date
)
select
    acquired_on as day,
    segment_id,
    cast(stage as stage_id) as stage,
    bucket,
    count(*) as users,
    sum(seconds) as sum_seconds,
from taken
group by acquired_on, segment_id, stage, bucket
order by acquired_on, segment_id, stage, bucket
