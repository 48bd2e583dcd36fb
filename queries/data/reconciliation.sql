-- Figures that somebody else counts too, day by day: ours beside theirs.
--
-- grain    one row per figure of that kind and day on which either of the two exists
-- params   $from     date        first day shown is on or after this; null: the first
--          $until    date        … and before this; null: to data_until
-- returns  figure    varchar     id of our figure, and name of theirs
--          day       date        the day
--          numerator double      ours, of everybody: the count, or what is divided; null: no data
--          denominator bigint    what ours is divided by; null: a count
--          amount    double      theirs, in all; null: no row that day
--          is_complete boolean   whether ours is settled: nobody's window is open
-- terms    README, "Words we use"; each figure is defined in queries/build/metrics
with theirs as (
    select figure, day, amount
    from figures
    where dimension is null and value is null and figure in (select metric from metrics)
),
compared as (
    select distinct figure
    from theirs
),
ours as (
    select
        cast(metric as varchar) as figure,
        period as day,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(pending) as pending,
    from metric_counts
    where grain = 'day' and cast(metric as varchar) in (select figure from compared)
    group by metric, period
)
select
    metrics.metric as figure,
    periods.period as day,
    cast(case when ours.figure is null then metrics.zero else ours.numerator end as double) as numerator,
    cast(case when ours.figure is null then metrics.zero_denominator else ours.denominator end as bigint)
        as denominator,
    cast(theirs.amount as double) as amount,
    periods.is_complete and coalesce(ours.pending, 0) = 0 as is_complete,
from metrics
inner join compared on compared.figure = metrics.metric
inner join periods on periods.grain = 'day'
left join ours on ours.figure = metrics.metric and ours.day = periods.period
left join theirs on theirs.figure = metrics.metric and theirs.day = periods.period
where
    (periods.period >= $from::date or $from::date is null)
    and ($until::date is null or periods.period < $until::date)
    and (theirs.amount is not null or (periods.position > 0 and metrics.zero is not null))
order by metrics.position, periods.period
