-- Whether each person is a real user, a hollow one, or too new to tell.
--
-- grain    one row per person
-- params   $data_until date      first day not covered
--          $activation_events varchar[]  events that activate; null: the product names none
--          $activation_times integer  activation events needed; null: the product names no activation
--          $activation_days integer   within how many days of joining; null likewise
-- returns  user_key  integer     who
--          standing  varchar     hollow | new | real
--          is_activated boolean  did enough activation events in time; null where the product names none, or nobody
--                                ever did one
-- terms    README, "Words we use": standing, activation
with judged as (
    select
        $activation_times::integer as times,
        count(*) > 0 as is_possible,
    from events
    where list_contains($activation_events::varchar[], event) and day < $data_until::date
),
first_days as (
    select
        people.user_key,
        people.acquired_on,
        people.incentive,
        coalesce(first_days.rewards, 0) as rewards,
        coalesce(first_days.uses, 0) as uses,
        case when judged.is_possible then coalesce(first_days.activations, 0) >= judged.times end as is_activated,
    from staging.people as people
    cross join judged
    left join staging.first_days as first_days on first_days.user_key = people.user_key
)
select
    user_key,
    case
        when acquired_on + 7 > $data_until::date then 'new'
        when rewards > 0 and uses = 0 then 'hollow'
        when incentive and not is_activated and acquired_on + $activation_days::integer <= $data_until::date
            then 'hollow'
        else 'real'
    end as standing,
    is_activated,
from first_days
