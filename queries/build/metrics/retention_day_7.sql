-- Day-7 retention: of the people who joined, those active on day 7 after it.
--
-- grain    one row per grain, period and segment with anybody
-- params   $data_until date      first day not covered
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      those of the denominator active on day 7
--          denominator bigint    people who joined in the period and whose day 7 is over
--          pending   bigint      people who joined in it and whose day 7 is not over
with entrants as (
    select
        acquired_on,
        segment_id,
        users,
        returned_7,
        acquired_on + 8 <= $data_until::date as is_closed,
    from newcomers
)
select
    calendar.grain,
    calendar.period,
    entrants.segment_id,
    cast(coalesce(sum(entrants.returned_7) filter (where entrants.is_closed), 0) as bigint) as numerator,
    cast(coalesce(sum(entrants.users) filter (where entrants.is_closed), 0) as bigint) as denominator,
    cast(coalesce(sum(entrants.users) filter (where not entrants.is_closed), 0) as bigint) as pending,
from entrants
inner join calendar on calendar.day = entrants.acquired_on
where exists (select 1 from activity)
group by calendar.grain, calendar.period, entrants.segment_id
