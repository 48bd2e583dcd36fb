-- Paying rate: of the people active in the period, those who paid in it.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      those of the denominator with a payment above 0
--          denominator bigint    people active in the period
--          pending   bigint      null: nothing is open
with people as (
    select
        grain,
        period,
        segment_id,
        active_payers as paying,
        0 as active,
    from money
    union all
    select
        grain,
        period,
        segment_id,
        0 as paying,
        users as active,
    from lifecycle
    where state <> 'dormant'
)
select
    grain,
    period,
    segment_id,
    cast(sum(paying) as bigint) as numerator,
    cast(sum(active) as bigint) as denominator,
    cast(null as bigint) as pending,
from people
where exists (select 1 from money)
group by grain, period, segment_id
