-- Active users: different people active in the period.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      people active in the period
--          denominator bigint    null: a count
--          pending   bigint      null: nothing is open
select
    grain,
    period,
    segment_id,
    cast(sum(users) as bigint) as numerator,
    cast(null as bigint) as denominator,
    cast(null as bigint) as pending,
from lifecycle
where state <> 'dormant'
group by grain, period, segment_id
