-- Every headline figure of everybody, day by day, to tell what a later build restates.
--
-- grain    one row per figure and day that is over; a day on which nothing happened is a row of 0
-- returns  metric    varchar     id of the figure
--          position  integer     its place, from 1
--          day       date        the day
--          numerator decimal(38,4)  the count, or what is divided; null: no data
--          denominator bigint    what it is divided by; null: a count
--          is_settled boolean    whether nobody's window is open
with counted as (
    select
        cast(metric as varchar) as metric,
        period,
        sum(numerator) as numerator,
        cast(sum(denominator) as bigint) as denominator,
        sum(pending) as pending,
    from metric_counts
    where grain = 'day'
    group by metric, period
)
select
    metrics.metric,
    metrics.position,
    periods.period as day,
    cast(case when counted.metric is null then metrics.zero else counted.numerator end as decimal(38, 4)) as numerator,
    case when counted.metric is null then metrics.zero_denominator else counted.denominator end as denominator,
    coalesce(counted.pending, 0) = 0 as is_settled,
from metrics
inner join periods on periods.grain = 'day' and periods.position > 0
left join counted on counted.metric = metrics.metric and counted.period = periods.period
