-- Who paid on each day, by the day on which they had paid before: from it the payers of any span are plain sums.
--
-- grain    one row per day with a payment above 0, the paying day before, and segment
-- params   $data_until date      first day not covered
-- returns  day       date        the paying day
--          previous_day date     the day on which the same people had paid last; null: never before
--          segment_id integer    which segment
--          payers    bigint      people; in a span of days each counts on the day whose previous one lies before it
with days_paid as (
    select distinct user_key, day
    from payments
    where amount > 0 and day < $data_until::date
),
followed as (
    select
        user_key,
        day,
        cast(lag(day) over (partition by user_key order by day) as date) as previous_day,
    from days_paid
)
select
    followed.day,
    followed.previous_day,
    user_segment.segment_id,
    count(*) as payers,
from followed
inner join user_segment on user_segment.user_key = followed.user_key
group by followed.day, followed.previous_day, user_segment.segment_id
order by followed.day, user_segment.segment_id, followed.previous_day
