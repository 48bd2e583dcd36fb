-- The headline figures there are, and what a period without a row of theirs means.
--
-- grain    one row per figure
-- params   $metrics  varchar[]   ids in the order of metrics.yml
-- returns  metric    varchar     id
--          position  integer     its place, from 1
--          zero      integer     0; null where the product has no data for it at all
--          zero_denominator integer 0 where it is divided; null where it is a count
--          zero_pending integer  0 where entrants can be open; null where not
--          needs_whole_period boolean  whether it is missing while a period runs
with places as (
    select unnest(range(1, len($metrics::varchar[]) + 1)) as place
),
listed as (
    select
        ($metrics::varchar[])[place] as metric,
        cast(place as integer) as position,
    from places
),
running as (
    select
        metric_counts.metric,
        count(metric_counts.numerator) = 0 as is_missing,
    from metric_counts
    inner join periods on periods.grain = metric_counts.grain and periods.period = metric_counts.period
    where not periods.is_complete
    group by metric_counts.metric
)
select
    listed.metric,
    listed.position,
    cast(case when count(metric_counts.metric) > 0 then 0 end as integer) as zero,
    cast(case when count(metric_counts.denominator) > 0 then 0 end as integer) as zero_denominator,
    cast(case when count(metric_counts.pending) > 0 then 0 end as integer) as zero_pending,
    coalesce(running.is_missing, false) as needs_whole_period,
from listed
left join metric_counts on metric_counts.metric = listed.metric
left join running on running.metric = listed.metric
group by listed.metric, listed.position, running.is_missing
order by listed.position
