-- The headline figures there are, and what a period without a row of theirs means.
--
-- grain    one row per figure
-- params   $metrics  varchar[]   ids in the order of metrics.yml
-- returns  metric    varchar     id
--          position  integer     its place, from 1
--          zero      integer     0; null where the product has no data for it at all
--          zero_denominator integer 0 where it is divided; null where it is a count
--          zero_pending integer  0 where entrants can be open; null where not
with places as (
    select unnest(range(1, len($metrics::varchar[]) + 1)) as place
),
listed as (
    select
        ($metrics::varchar[])[place] as metric,
        cast(place as integer) as position,
    from places
)
select
    listed.metric,
    listed.position,
    cast(case when count(metric_counts.metric) > 0 then 0 end as integer) as zero,
    cast(case when count(metric_counts.denominator) > 0 then 0 end as integer) as zero_denominator,
    cast(case when count(metric_counts.pending) > 0 then 0 end as integer) as zero_pending,
from listed
left join metric_counts on metric_counts.metric = listed.metric
group by listed.metric, listed.position
order by listed.position
