-- What newcomers did in their first days, as far as activation and standing ask.
--
-- grain    one row per person who did something in them
-- params   $activation_events varchar[]  events that activate; null: the product names none
--          $activation_days integer      within how many days of joining; null likewise
--          $reward_events varchar[]      events done for a reward
-- returns  user_key  integer     who
--          activations bigint    times they did an activation event within its days
--          rewards   bigint      reward events on days 0 to 6
--          uses      bigint      other events, and payments above 0, on days 0 to 6
with deeds as (
    select
        people.user_key,
        events.day - people.acquired_on as age,
        coalesce(list_contains($activation_events::varchar[], events.event), false) as is_activation,
        coalesce(list_contains($reward_events::varchar[], events.event), false) as is_reward,
    from events
    inner join staging.people as people on people.user_key = events.user_key
    where
        events.day >= people.acquired_on
        and events.day < people.acquired_on + greatest(7, coalesce($activation_days::integer, 0))
    union all
    select
        people.user_key,
        payments.day - people.acquired_on as age,
        false as is_activation,
        false as is_reward,
    from payments
    inner join staging.people as people on people.user_key = payments.user_key
    where
        payments.amount > 0
        and payments.day >= people.acquired_on
        and payments.day < people.acquired_on + 7
)
select
    user_key,
    count(*) filter (where is_activation and age < $activation_days::integer) as activations,
    count(*) filter (where is_reward and age < 7) as rewards,
    count(*) filter (where not is_reward and age < 7) as uses,
from deeds
group by user_key
