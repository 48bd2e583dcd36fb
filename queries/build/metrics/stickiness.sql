-- Stickiness: how much of a month's users come on a day.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      active users of each day of the period, added up
--          denominator bigint    people active in the 28 days to each day of the period, added up
--          pending   bigint      null: nothing is open
with days_counted as (
    select
        period as day,
        segment_id,
        users as active,
        0 as rolling,
    from lifecycle
    where grain = 'day' and state <> 'dormant'
    union all
    select
        day,
        segment_id,
        0 as active,
        users as rolling,
    from rolling_actives
    where window_days = 28
)
select
    calendar.grain,
    calendar.period,
    days_counted.segment_id,
    cast(sum(days_counted.active) as bigint) as numerator,
    cast(sum(days_counted.rolling) as bigint) as denominator,
    cast(null as bigint) as pending,
from days_counted
inner join calendar on calendar.day = days_counted.day
group by calendar.grain, calendar.period, days_counted.segment_id
