-- Activation: of the people who joined, those who reached the activation event in time.
--
-- grain    one row per grain, period and segment with anybody
-- params   $data_until date      first day not covered
--          $activation_events varchar[]  events that activate; null: the product names none
--          $activation_days integer      within how many days of joining
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      those of the denominator who did it
--          denominator bigint    people who joined in the period and whose days for it are over
--          pending   bigint      people who joined in it and whose days are not over
with entrants as (
    select
        acquired_on,
        segment_id,
        users,
        activated,
        acquired_on + $activation_days::integer <= $data_until::date as is_closed,
    from newcomers
)
select
    calendar.grain,
    calendar.period,
    entrants.segment_id,
    cast(coalesce(sum(entrants.activated) filter (where entrants.is_closed), 0) as bigint) as numerator,
    cast(coalesce(sum(entrants.users) filter (where entrants.is_closed), 0) as bigint) as denominator,
    cast(coalesce(sum(entrants.users) filter (where not entrants.is_closed), 0) as bigint) as pending,
from entrants
inner join calendar on calendar.day = entrants.acquired_on
where
    exists (
        select 1
        from events
        where list_contains($activation_events::varchar[], event) and day < $data_until::date
    )
group by calendar.grain, calendar.period, entrants.segment_id
