-- On how many days of the period people were active.
--
-- grain    one row per grain, period, number of days and segment that occurs
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          days      integer     days of it on which they were active, from 1
--          segment_id integer    which segment
--          users     bigint      people active on exactly that many days
with people as (
    select
        calendar.grain,
        calendar.period,
        activity.user_key,
        activity.segment_id,
        cast(count(*) as integer) as days,
    from activity
    inner join calendar on calendar.day = activity.day
    group by calendar.grain, calendar.period, activity.user_key, activity.segment_id
)
select
    grain,
    period,
    people.days,
    segment_id,
    count(*) as users,
from people
group by grain, period, days, segment_id
order by grain, period, days, segment_id
