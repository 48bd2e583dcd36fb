-- Orders per payer: how often those who paid did so.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      payments above 0 in the period
--          denominator bigint    people with a payment above 0
--          pending   bigint      null: nothing is open
select
    grain,
    period,
    segment_id,
    orders as numerator,
    payers as denominator,
    cast(null as bigint) as pending,
from money
