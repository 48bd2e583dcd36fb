-- How many started in each period.
--
-- grain    one row per grain, cohort and segment with anybody
-- params   $definition varchar   a retention definition of product.yml
-- returns  definition varchar    the same
--          grain     varchar     day | week | month
--          cohort    date        first day of the period they started in
--          segment_id integer    which segment
--          users     bigint      everyone who started, active or not
select
    $definition::varchar as definition,
    calendar.grain,
    calendar.period as cohort,
    starts.segment_id,
    count(*) as users,
from staging.starts as starts
inner join calendar on calendar.day = starts.started_on
group by calendar.grain, calendar.period, starts.segment_id
order by calendar.grain, calendar.period, starts.segment_id
