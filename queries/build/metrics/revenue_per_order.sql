-- Revenue per order: what a payment brought, refunds taken off.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator decimal(38,4) amounts paid in the period, in the product's currency
--          denominator bigint    payments above 0
--          pending   bigint      null: nothing is open
select
    grain,
    period,
    segment_id,
    revenue as numerator,
    orders as denominator,
    cast(null as bigint) as pending,
from money
