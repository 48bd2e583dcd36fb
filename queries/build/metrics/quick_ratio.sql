-- Quick ratio: people gained for each person lost.
--
-- grain    one row per grain, period and segment with anybody
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      people new and resurrected in the period; null while it runs
--          denominator bigint    people gone quiet in it; null while it runs
--          pending   bigint      null: nothing is open
select
    lifecycle.grain,
    lifecycle.period,
    lifecycle.segment_id,
    cast(
        coalesce(sum(lifecycle.users) filter (where lifecycle.state <> 'dormant'), 0)
        + case when periods.is_complete then 0 end as bigint
    ) as numerator,
    cast(
        coalesce(sum(lifecycle.users) filter (where lifecycle.state = 'dormant'), 0)
        + case when periods.is_complete then 0 end as bigint
    ) as denominator,
    cast(null as bigint) as pending,
from lifecycle
inner join periods on periods.grain = lifecycle.grain and periods.period = lifecycle.period
where lifecycle.state <> 'retained'
group by lifecycle.grain, lifecycle.period, lifecycle.segment_id, periods.is_complete
