-- People active on any day of a window of 7 or 28 days, by its last day.
--
-- grain    one row per day and segment with anybody
-- params   $data_until date      first day not covered
--          $window_days integer  7 | 28: days in the window
-- returns  window_days integer   the same
--          day       date        last day of the window
--          segment_id integer    which segment
--          users     bigint      people active on at least one of them
--
-- A person is counted from an active day until as many days after it as the window has. Where the next active
-- day comes later than that, or never, they leave once and perhaps come back: only those steps are added up.
with steps as (
    select day, segment_id, 1 as step
    from activity
    where gap = 0 or gap >= $window_days::integer
    union all
    select day - gap + $window_days::integer as day, segment_id, -1 as step
    from activity
    where gap >= $window_days::integer
    union all
    select last_active + $window_days::integer as day, segment_id, -1 as step
    from user_state
    where last_active is not null
),
changes as (
    select
        day,
        segment_id,
        sum(step) as change,
    from steps
    group by day, segment_id
),
present as (
    select
        segment_id,
        min(day) as first_day,
    from activity
    group by segment_id
),
grid as (
    select
        calendar.day,
        present.segment_id,
        coalesce(changes.change, 0) as change,
    from calendar
    inner join present on present.first_day <= calendar.day
    left join changes on changes.day = calendar.day and changes.segment_id = present.segment_id
    where calendar.grain = 'day'
),
totals as (
    select
        day,
        segment_id,
        cast(sum(change) over (
            partition by segment_id order by day rows between unbounded preceding and current row
        ) as bigint) as users,
    from grid
)
select
    $window_days::integer as window_days,
    day,
    segment_id,
    users,
from totals
where users > 0 and day < $data_until::date
order by day, segment_id
