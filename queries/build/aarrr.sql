-- How many of those who joined reached each stage of AARRR.
--
-- grain    one row per day of joining, segment with anybody, and stage that the data tell of
-- params   $data_until date      first day not covered
-- returns  day       date        day of joining
--          segment_id integer    which segment
--          stage     varchar     acquired | activated | retained | paid | referred; kept as an enum
--          entrants  bigint      people who joined and whose time for the stage is over
--          reached   bigint      those of them who reached it
--          pending   bigint      people who joined and whose time is not over
--          pending_reached bigint  those of them who have reached it so far
-- terms    README, "Words we use": within N days, pending
with reached as (
    select
        acquired_on,
        segment_id,
        stage,
        count(*) as users,
    from staging.aarrr_reached
    group by acquired_on, segment_id, stage
),
joined as (
    select
        newcomers.acquired_on,
        newcomers.segment_id,
        stages.position,
        stages.stage,
        newcomers.users,
        case when stages.stage = 'acquired' then newcomers.users else coalesce(reached.users, 0) end as reached,
        newcomers.acquired_on + stages.window_days <= $data_until::date as is_closed,
    from newcomers
    inner join aarrr_stages as stages on stages.is_counted
    left join reached
        on
            reached.acquired_on = newcomers.acquired_on
            and reached.segment_id = newcomers.segment_id
            and reached.stage = stages.stage
)
select
    acquired_on as day,
    segment_id,
    cast(stage as stage_id) as stage,
    case when is_closed then users else 0 end as entrants,
    case when is_closed then reached else 0 end as reached,
    case when is_closed then 0 else users end as pending,
    case when is_closed then 0 else reached end as pending_reached,
from joined
order by day, position, segment_id
