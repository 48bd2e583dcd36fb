-- Every headline figure, period by period.
--
-- grain    one row per figure and period; a period in which nothing happened is a row of 0
-- params   $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  metric    varchar     id of the figure
--          period    date        first day of the period
--          numerator double      the count, or what is divided; null: no data
--          denominator bigint    what it is divided by, of closed entrants where there is a window; null: a count
--          pending   bigint      entrants whose window is still open; null: nothing can be open
--          is_complete boolean   whether the data cover the period to its end
-- terms    README, "Words we use"; each figure is defined in queries/build/metrics
with shown as (
    select period, is_complete
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
),
chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
counted as (
    select
        metric_counts.metric,
        metric_counts.period,
        sum(metric_counts.numerator) as numerator,
        sum(metric_counts.denominator) as denominator,
        sum(metric_counts.pending) as pending,
    from metric_counts
    inner join chosen on chosen.segment_id = metric_counts.segment_id
    where
        metric_counts.grain = coalesce($grain::varchar, 'day')
        and ($from::date is null or metric_counts.period >= $from::date)
        and ($until::date is null or metric_counts.period < $until::date)
    group by metric_counts.metric, metric_counts.period
)
select
    metrics.metric,
    shown.period,
    cast(case
        when counted.metric is not null then counted.numerator
        when shown.is_complete or not metrics.needs_whole_period then metrics.zero
    end as double) as numerator,
    cast(case
        when counted.metric is not null then counted.denominator
        when shown.is_complete or not metrics.needs_whole_period then metrics.zero_denominator
    end as bigint) as denominator,
    cast(case when counted.metric is null then metrics.zero_pending else counted.pending end as bigint) as pending,
    shown.is_complete,
from metrics
cross join shown
left join counted on counted.metric = metrics.metric and counted.period = shown.period
order by metrics.position, shown.period
