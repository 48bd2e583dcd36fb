-- The stages of AARRR: whether the product's data tell of them, and when the time for them is over.
--
-- grain    one row per stage
-- params   $data_until date      first day not covered
--          $activation_events varchar[]  events that activate; null: the product names none
--          $activation_days integer      within how many days of joining
--          $retained_last integer        the last day after joining on which being active counts as retained
--          $paid_events varchar[]  events that count as paid; null: a payment above 0
--          $paid_days integer    within how many days of joining
--          $referred_days integer  within how many days of joining somebody invited must have joined
-- returns  position  integer     order of the stages, from 1
--          stage     varchar     acquired | activated | retained | paid | referred
--          window_days integer   days after joining at whose end the stage can be judged; 0: at once
--          is_counted boolean    whether anybody at all ever did it: otherwise there is no data on it
-- terms    README, "Words we use": within N days, pending
with done as (
    select
        count(*) filter (where list_contains($activation_events::varchar[], event)) > 0 as has_activations,
        count(*) filter (where list_contains($paid_events::varchar[], event)) > 0 as has_paid_events,
    from events
    where day < $data_until::date
),
bought as (
    select count(*) > 0 as has_payments
    from payments
    where amount > 0 and day < $data_until::date and $paid_events::varchar[] is null
),
active as (
    select count(*) > 0 as is_anybody
    from activity
),
invited as (
    select count(*) > 0 as is_anybody
    from user_segment
    where inviter_key <> user_key
),
stages as (
    select 1 as position, 'acquired' as stage, 0 as window_days, true as is_counted
    union all
    select 2 as position, 'activated' as stage, $activation_days::integer as window_days, has_activations as is_counted
    from done
    union all
    select 3 as position, 'retained' as stage, $retained_last::integer + 1 as window_days, is_anybody as is_counted
    from active
    union all
    select
        4 as position,
        'paid' as stage,
        $paid_days::integer as window_days,
        done.has_paid_events or bought.has_payments as is_counted,
    from done
    cross join bought
    union all
    select 5 as position, 'referred' as stage, $referred_days::integer as window_days, is_anybody as is_counted
    from invited
)
select
    position,
    stage,
    window_days,
    is_counted,
from stages
order by position
