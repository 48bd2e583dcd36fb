-- Revenue: what people paid, refunds taken off.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator decimal(38,4) amounts paid in the period, in the product's currency
--          denominator bigint    null: a count
--          pending   bigint      null: nothing is open
select
    grain,
    period,
    segment_id,
    revenue as numerator,
    cast(null as bigint) as denominator,
    cast(null as bigint) as pending,
from money
