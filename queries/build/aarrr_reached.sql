-- Who reached which stage of AARRR, and how long after joining.
--
-- grain    one row per person and stage reached in its days; being acquired is no row
-- params   $data_until date      first day not covered
--          $activation_events varchar[]  events that activate; null: the product names none
--          $activation_times integer     activation events needed; null: the product names no activation
--          $activation_days integer      within how many days of joining; null likewise
--          $retained_first integer       the first day after joining on which being active counts as retained
--          $retained_last integer        the last one, itself included
--          $paid_events varchar[]  events that count as paid; null: a payment above 0
--          $paid_days integer    within how many days of joining
-- returns  user_key  integer     who
--          segment_id integer    the segment the person is in
--          acquired_on date      day of joining
--          stage     varchar     activated | retained | paid | referred
--          seconds   double      from joining to the deed that reached it, 0 where that came first on the same day;
--                                null for retained
with activations as (
    select
        events.user_key,
        events.occurred_at as done_at,
        row_number() over (partition by events.user_key order by events.occurred_at) as number,
    from events
    inner join staging.aarrr_people as people on people.user_key = events.user_key
    where
        list_contains($activation_events::varchar[], events.event)
        and events.day < $data_until::date
        and events.day >= people.acquired_on
        and events.day < people.acquired_on + $activation_days::integer
),
purchases as (
    select user_key, day, paid_at as done_at
    from payments
    where amount > 0 and $paid_events::varchar[] is null
    union all
    select user_key, day, occurred_at as done_at
    from events
    where list_contains($paid_events::varchar[], event)
),
reached as (
    select user_key, 'activated' as stage, done_at
    from activations
    where number = $activation_times::integer
    union all
    select distinct user_key, 'retained' as stage, cast(null as timestamp) as done_at
    from activity
    where age >= $retained_first::integer and age <= $retained_last::integer
    union all
    select
        purchases.user_key,
        'paid' as stage,
        min(purchases.done_at) as done_at,
    from purchases
    inner join staging.aarrr_people as people on people.user_key = purchases.user_key
    where
        purchases.day < $data_until::date
        and purchases.day >= people.acquired_on
        and purchases.day < people.acquired_on + $paid_days::integer
    group by purchases.user_key
    union all
    select
        user_key,
        'referred' as stage,
        min(joined_at) as done_at,
    from staging.aarrr_brought
    group by user_key
)
select
    reached.user_key,
    people.segment_id,
    people.acquired_on,
    reached.stage,
    case
        when reached.done_at < people.joined_at then 0
        else datediff('microsecond', people.joined_at, reached.done_at) / 1e6
    end as seconds,
from reached
inner join staging.aarrr_people as people on people.user_key = reached.user_key
