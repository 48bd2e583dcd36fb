-- Hollow share: of the people who joined, those who only came for a reward.
--
-- grain    one row per grain, period and segment with anybody
-- params   $data_until date      first day not covered
--          $activation_days integer      within how many days of joining to be activated
--          $reward_events varchar[]  events done for a reward
-- terms    first days: 7, or those for activation where people came for an incentive and these are more
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      those of the denominator who are hollow
--          denominator bigint    people who joined in the period and whose first days are over
--          pending   bigint      people who joined in it and whose first days are not over
with judged as (
    select
        count(*) > 0 as has_incentives,
        case when count(*) > 0 then greatest(7, coalesce($activation_days::integer, 7)) else 7 end as days,
    from user_state
    inner join user_segment on user_segment.user_key = user_state.user_key
    where user_segment.incentive and user_state.is_activated is not null
),
entrants as (
    select
        acquired_on,
        segment_id,
        users,
        hollow,
        acquired_on + judged.days <= $data_until::date as is_closed,
    from newcomers
    cross join judged
)
select
    calendar.grain,
    calendar.period,
    entrants.segment_id,
    cast(coalesce(sum(entrants.hollow) filter (where entrants.is_closed), 0) as bigint) as numerator,
    cast(coalesce(sum(entrants.users) filter (where entrants.is_closed), 0) as bigint) as denominator,
    cast(coalesce(sum(entrants.users) filter (where not entrants.is_closed), 0) as bigint) as pending,
from entrants
inner join calendar on calendar.day = entrants.acquired_on
where
    exists (select 1 from events where list_contains($reward_events::varchar[], event))
    or (select has_incentives from judged)
group by calendar.grain, calendar.period, entrants.segment_id
