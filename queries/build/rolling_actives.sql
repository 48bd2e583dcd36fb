-- People active on the day or on one of the 27 days before it.
--
-- grain    one row per day and segment with anybody
-- params   $data_until date      first day not covered
-- returns  day       date        last of the 28 days
--          segment_id integer    which segment
--          users     bigint      people active on at least one of them
--
-- A person is counted from an active day until 28 days after it. Where the next active day comes later than
-- that, or never, they leave once and perhaps come back: only those steps are added up.
with steps as (
    select day, segment_id, 1 as step
    from activity
    where gap = 0 or gap >= 28
    union all
    select day - gap + 28 as day, segment_id, -1 as step
    from activity
    where gap >= 28
    union all
    select last_active + 28 as day, segment_id, -1 as step
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
select day, segment_id, users
from totals
where users > 0 and day < $data_until::date
order by day, segment_id
