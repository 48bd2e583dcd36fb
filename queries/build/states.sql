-- People active in each period, by what the period before makes of them.
--
-- grain    one row per grain, period, segment and state that somebody is in
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          state     varchar     new | retained | resurrected
--          users     bigint      people in it
-- terms    README, "Words we use": lifecycle states
with states as (
    select
        'day' as grain,
        day as period,
        segment_id,
        case gap when 0 then 'new' when 1 then 'retained' else 'resurrected' end as state,
    from activity
    union all
    select
        'week' as grain,
        calendar.period,
        activity.segment_id,
        activity.week_state as state,
    from activity
    inner join calendar on calendar.day = activity.day and calendar.grain = 'week'
    where activity.week_state is not null
    union all
    select
        'month' as grain,
        calendar.period,
        activity.segment_id,
        activity.month_state as state,
    from activity
    inner join calendar on calendar.day = activity.day and calendar.grain = 'month'
    where activity.month_state is not null
)
select
    grain,
    period,
    segment_id,
    state,
    count(*) as users,
from states
group by grain, period, segment_id, state
