-- Who was active when: the one fact at the level of people from which the cubes are counted.
--
-- grain    one row per person and active day before data_until
-- params   $active_events varchar[]  events that make a person active; null: any event, or a payment above 0
--          $data_until date      first day not covered
-- returns  day       date        the active day
--          user_key  integer     who
--          segment_id integer    the segment the person is in
--          age       integer     days since they joined; negative before it, null where that day is not known
--          gap       integer     days since their previous active day; 0 on the first ever
--          week_state varchar    new | retained | resurrected; null where the week has counted them already
--          month_state varchar   new | retained | resurrected; null where the month has counted them already
--          events    bigint      things done that day that make a person active
-- terms    README, "Words we use": lifecycle states
with deeds as (
    select user_key, day
    from events
    where
        day < $data_until::date
        and ($active_events::varchar[] is null or list_contains($active_events::varchar[], event))
    union all
    select user_key, day
    from payments
    where day < $data_until::date and amount > 0 and $active_events::varchar[] is null
),
active_days as (
    select
        user_key,
        day,
        count(*) as events,
    from deeds
    group by user_key, day
),
followed as (
    select
        user_key,
        day,
        events,
        cast(lag(day) over (partition by user_key order by day) as date) as previous_day,
    from active_days
)
select
    followed.day,
    followed.user_key,
    user_segment.segment_id,
    cast(followed.day - user_segment.acquired_on as integer) as age,
    cast(coalesce(followed.day - followed.previous_day, 0) as integer) as gap,
    case
        when followed.previous_day is null then 'new'
        when previous_week.position = week.position then null
        when previous_week.position = week.position - 1 then 'retained'
        else 'resurrected'
    end as week_state,
    case
        when followed.previous_day is null then 'new'
        when previous_month.position = month.position then null
        when previous_month.position = month.position - 1 then 'retained'
        else 'resurrected'
    end as month_state,
    followed.events,
from followed
inner join user_segment on user_segment.user_key = followed.user_key
inner join calendar as week on week.day = followed.day and week.grain = 'week'
inner join calendar as month on month.day = followed.day and month.grain = 'month'
left join calendar as previous_week
    on previous_week.day = followed.previous_day and previous_week.grain = 'week'
left join calendar as previous_month
    on previous_month.day = followed.previous_day and previous_month.grain = 'month'
order by followed.day, user_segment.segment_id, followed.user_key
