-- Where each person stands today, for lists and for questions made up on the spot.
--
-- grain    one row per person
-- params   $data_until date      first day not covered
-- returns  user_key  integer     who
--          segment_id integer    the segment the person is in
--          acquired_on date      day of joining; null where it is not known
--          is_activated boolean  activated in time; null where the product names no activation
--          inviter_key integer   who invited them
--          active_days bigint    days active so far
--          first_active date     first active day
--          last_active date      last active day
--          orders    bigint      payments above 0
--          revenue   decimal(38,4)  amounts paid, refunds taken off
--          first_paid date       day of the first payment above 0
--          last_paid date        day of the last payment above 0
with seen as (
    select
        user_key,
        count(*) as active_days,
        min(day) as first_active,
        max(day) as last_active,
    from activity
    group by user_key
),
paid as (
    select
        user_key,
        count(*) filter (where amount > 0) as orders,
        sum(amount) as revenue,
        min(day) filter (where amount > 0) as first_paid,
        max(day) filter (where amount > 0) as last_paid,
    from payments
    where day < $data_until::date
    group by user_key
)
select
    user_segment.user_key,
    user_segment.segment_id,
    user_segment.acquired_on,
    standings.is_activated,
    user_segment.inviter_key,
    coalesce(seen.active_days, 0) as active_days,
    seen.first_active,
    seen.last_active,
    coalesce(paid.orders, 0) as orders,
    coalesce(paid.revenue, 0) as revenue,
    paid.first_paid,
    paid.last_paid,
from user_segment
inner join staging.standings as standings on standings.user_key = user_segment.user_key
left join seen on seen.user_key = user_segment.user_key
left join paid on paid.user_key = user_segment.user_key
order by user_segment.user_key
