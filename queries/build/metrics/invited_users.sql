-- Invited users: people who joined on somebody's invitation.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      people who joined in the period and have a known inviter
--          denominator bigint    null: a count
--          pending   bigint      null: nothing is open
select
    calendar.grain,
    calendar.period,
    newcomers.segment_id,
    cast(sum(newcomers.invited) as bigint) as numerator,
    cast(null as bigint) as denominator,
    cast(null as bigint) as pending,
from newcomers
inner join calendar on calendar.day = newcomers.acquired_on
where newcomers.invited > 0
group by calendar.grain, calendar.period, newcomers.segment_id
