-- The people of whom AARRR tells, and the moment they joined.
--
-- grain    one row per person who joined before data_until
-- params   $data_until date      first day not covered
-- returns  user_key  integer     who
--          segment_id integer    the segment the person is in
--          acquired_on date      day of joining
--          joined_at timestamp   the sign-up, or where that is missing the first event or payment
with met as (
    select user_key, occurred_at as met_at
    from events
    where user_key in (select user_key from user_segment where signed_up_at is null)
    union all
    select user_key, paid_at as met_at
    from payments
    where user_key in (select user_key from user_segment where signed_up_at is null)
),
first_met as (
    select
        user_key,
        min(met_at) as met_at,
    from met
    group by user_key
)
select
    user_segment.user_key,
    user_segment.segment_id,
    user_segment.acquired_on,
    coalesce(user_segment.signed_up_at, first_met.met_at) as joined_at,
from user_segment
left join first_met on first_met.user_key = user_segment.user_key
where user_segment.acquired_on < $data_until::date
