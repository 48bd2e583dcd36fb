-- How many did the deeds of named funnels in each week, by the week in which they had joined.
--
-- grain    one row per deed, week, week of joining and segment with anybody
-- params   $data_until date      first day not covered
-- returns  deed      integer     0: being active; from 1 on what a step of a funnel asks for (adoption_steps)
--          week      date        first day of the week
--          joined_week date      first day of the week in which they joined; the last one for who has yet to join
--          segment_id integer    which segment
--          users     bigint      people active in the week who did it
with active as (
    select
        activity.user_key,
        calendar.period as week,
    from activity
    inner join calendar on calendar.day = activity.day and calendar.grain = 'week'
    where activity.week_state is not null
),
deeds as (
    select
        asked.deed,
        events.user_key,
        events.day,
    from events
    inner join staging.adoption_events as asked on asked.event = events.event
    where asked.event <> 'payment'
    union all
    select
        asked.deed,
        payments.user_key,
        payments.day,
    from payments
    inner join staging.adoption_events as asked on asked.event = 'payment'
    where payments.amount > 0
),
done as (
    select distinct
        deeds.deed,
        deeds.user_key,
        calendar.period as week,
    from deeds
    inner join calendar on calendar.day = deeds.day and calendar.grain = 'week'
),
counted as (
    select 0 as deed, user_key, week
    from active
    union all
    select done.deed, done.user_key, done.week
    from done
    inner join active on active.user_key = done.user_key and active.week = done.week
)
select
    counted.deed,
    counted.week,
    joined.period as joined_week,
    user_segment.segment_id,
    count(*) as users,
from counted
inner join user_segment on user_segment.user_key = counted.user_key
inner join calendar as joined
    on joined.day = least(user_segment.acquired_on, $data_until::date - 1) and joined.grain = 'week'
group by counted.deed, counted.week, joined.period, user_segment.segment_id
order by counted.deed, counted.week, joined.period, user_segment.segment_id
