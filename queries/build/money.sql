-- Who paid in each period, how often and how much.
--
-- grain    one row per grain, period and segment with any payment or refund
-- params   $data_until date      first day not covered
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          payers    bigint      people with a payment above 0
--          active_payers bigint  those of them who were active in the period
--          orders    bigint      payments above 0
--          revenue   decimal(38,4)  amounts paid, refunds taken off
with people as (
    select
        calendar.grain,
        calendar.period,
        payments.user_key,
        count(*) filter (where payments.amount > 0) as orders,
        sum(payments.amount) as revenue,
    from payments
    inner join calendar on calendar.day = payments.day
    where payments.day < $data_until::date
    group by calendar.grain, calendar.period, payments.user_key
),
active as (
    select distinct
        calendar.grain,
        calendar.period,
        activity.user_key,
    from activity
    inner join calendar on calendar.day = activity.day
    where activity.user_key in (select user_key from payments)
)
select
    people.grain,
    people.period,
    user_segment.segment_id,
    count(*) filter (where people.orders > 0) as payers,
    count(active.user_key) filter (where people.orders > 0) as active_payers,
    cast(sum(people.orders) as bigint) as orders,
    sum(people.revenue) as revenue,
from people
inner join user_segment on user_segment.user_key = people.user_key
left join active
    on active.grain = people.grain and active.period = people.period and active.user_key = people.user_key
group by people.grain, people.period, user_segment.segment_id
order by people.grain, people.period, user_segment.segment_id
