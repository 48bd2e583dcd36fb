-- Hollow share: of the people who joined, those who only came for a reward.
--
-- grain    one row per grain, period and segment with anybody
-- params   $data_until date      first day not covered
--          $reward_events varchar[]  events done for a reward
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      those of the denominator who are hollow
--          denominator bigint    people who joined in the period 7 days ago or longer
--          pending   bigint      people who joined in it less than 7 days ago
with entrants as (
    select
        acquired_on,
        segment_id,
        users,
        hollow,
        acquired_on + 7 <= $data_until::date as is_closed,
    from newcomers
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
    or (exists (select 1 from user_segment where incentive) and exists (select 1 from events))
group by calendar.grain, calendar.period, entrants.segment_id
