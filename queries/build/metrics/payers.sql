-- Payers: different people who paid in the period.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      people with a payment above 0
--          denominator bigint    null: a count
--          pending   bigint      null: nothing is open
select
    grain,
    period,
    segment_id,
    payers as numerator,
    cast(null as bigint) as denominator,
    cast(null as bigint) as pending,
from money
