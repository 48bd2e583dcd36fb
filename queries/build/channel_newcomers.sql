-- What became of the people whom each channel brought.
--
-- grain    one row per day of joining, channel and segment with anybody; none where the product has no channel
-- params   $data_until date      first day not covered
--          $channel_place integer  place of the channel among the dimensions of product.yml; null: it has none
--          $paid_events varchar[]  events that count as paid; null: a payment above 0
--          $paid_days integer    within how many days of joining
-- returns  acquired_on date      day of joining
--          channel   varchar     as the source writes it: rare ones are not folded here; unknown where it does not say
--          segment_id integer    which segment
--          users     bigint      people who joined
--          activated bigint      those activated in time; null where the product names no activation
--          returned_7 bigint     those active on day 7 after it
--          returned_30 bigint    those active on day 30
--          paid      bigint      those who paid in time
with returned as (
    select
        user_key,
        count(*) filter (where age = 7) as returned_7,
        count(*) filter (where age = 30) as returned_30,
    from activity
    where age in (7, 30)
    group by user_key
),
paying_days as (
    select user_key, day
    from payments
    where amount > 0 and day < $data_until::date and $paid_events::varchar[] is null
    union all
    select user_key, day
    from events
    where list_contains($paid_events::varchar[], event) and day < $data_until::date
),
payers as (
    select distinct user_state.user_key
    from user_state
    inner join paying_days on paying_days.user_key = user_state.user_key
    where
        paying_days.day >= user_state.acquired_on
        and paying_days.day < user_state.acquired_on + $paid_days::integer
)
select
    user_state.acquired_on,
    people.dimension_values[$channel_place::integer] as channel,
    user_state.segment_id,
    count(*) as users,
    cast(sum(cast(user_state.is_activated as integer)) as bigint) as activated,
    cast(coalesce(sum(returned.returned_7), 0) as bigint) as returned_7,
    cast(coalesce(sum(returned.returned_30), 0) as bigint) as returned_30,
    count(payers.user_key) as paid,
from user_state
inner join staging.people as people on people.user_key = user_state.user_key
left join returned on returned.user_key = user_state.user_key
left join payers on payers.user_key = user_state.user_key
where user_state.acquired_on < $data_until::date and $channel_place::integer is not null
group by user_state.acquired_on, people.dimension_values[$channel_place::integer], user_state.segment_id
order by user_state.acquired_on, user_state.segment_id, channel
