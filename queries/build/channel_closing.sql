-- Before which day people must have joined for each measure of a channel to be settled.
--
-- grain    one row; none where the product has no channel
-- params   $data_until date      first day not covered
--          $channel_place integer  place of the channel among the dimensions of product.yml; null: it has none
--          $activation_events varchar[]  events that activate; null: the product names none
--          $activation_days integer      within how many days of joining
--          $paid_events varchar[]  events that count as paid; null: a payment above 0
--          $paid_days integer    within how many days of joining
--          $reward_events varchar[]  events done for a reward
-- returns  activated_before date null: nobody ever did the activation event
--          returned_7_before date  null: nobody was ever active
--          returned_30_before date likewise
--          paid_before date      null: nobody ever paid
--          standing_before date  null: neither rewards nor incentives tell who is hollow
--          costs_from date       first day with costs; null: there are none
--          costs_until date      day after the last one that is covered; null likewise
-- terms    first days: 7, or those for activation where people came for an incentive and these are more
with activated as (
    select $data_until::date - $activation_days::integer + 1 as before
    where
        exists (
            select 1 from events
            where list_contains($activation_events::varchar[], event) and day < $data_until::date
        )
),
returned as (
    select
        $data_until::date - 7 as before_7,
        $data_until::date - 30 as before_30,
    where exists (select 1 from activity)
),
paid as (
    select $data_until::date - $paid_days::integer + 1 as before
    where
        exists (
            select 1 from payments
            where amount > 0 and day < $data_until::date and $paid_events::varchar[] is null
        )
        or exists (
            select 1 from events
            where list_contains($paid_events::varchar[], event) and day < $data_until::date
        )
),
incentives as (
    select count(*) > 0 as has_any
    from user_state
    inner join user_segment on user_segment.user_key = user_state.user_key
    where user_segment.incentive and user_state.is_activated is not null
),
judged as (
    select
        $data_until::date + 1 - case
            when has_any then greatest(7, coalesce($activation_days::integer, 7))
            else 7
        end as before,
    from incentives
    where has_any or exists (select 1 from events where list_contains($reward_events::varchar[], event))
),
spent as (
    select
        min(day) as first_day,
        max(day) + 1 as end_day,
    from costs
    where day < $data_until::date
)
select
    activated.before as activated_before,
    returned.before_7 as returned_7_before,
    returned.before_30 as returned_30_before,
    paid.before as paid_before,
    judged.before as standing_before,
    spent.first_day as costs_from,
    spent.end_day as costs_until,
from spent
left join activated on true
left join returned on true
left join paid on true
left join judged on true
where $channel_place::integer is not null
