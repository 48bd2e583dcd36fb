-- Every headline figure, counted once per segment; the definitions are in queries/build/metrics.
--
-- grain    one row per figure, grain, period and segment with anybody
-- returns  metric    varchar     id of the figure; kept as an enum, which makes sums by figure twice as fast
--          grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator decimal(38,4)  the count, or what is divided
--          denominator bigint    what it is divided by, of closed entrants where there is a window; null: a count
--          pending   bigint      entrants whose window is still open; null: nothing can be open
select cast(metric as metric_id) as metric, grain, period, segment_id, numerator, denominator, pending
from staging.metric_counts
order by grain, period, metric, segment_id
