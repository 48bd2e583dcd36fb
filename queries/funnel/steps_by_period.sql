-- How many of those who start a funnel in a period reach each step, period by period.
--
-- grain    one row per period and step; a period in which nobody starts is rows of 0
-- params   $funnel   varchar     a funnel of product.yml; null: the first
--          $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  period    date        first day of the period
--          step      integer     from 1; in any order: so many of the steps
--          entrants  bigint      starts in the period whose window is over
--          reached   bigint      those of them that reached the step
--          pending   bigint      starts whose window is not over yet, whatever they reached; the same for every step
--          is_complete boolean   whether the data cover the period to its end
-- terms    README, "Words we use": entrant, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
wanted as (
    select funnel
    from funnels
    where $funnel::varchar is null or funnel = $funnel::varchar
    order by position
    limit 1
),
shown as (
    select period, period_end, is_complete
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
),
by_day as (
    select
        funnel.day,
        funnel.step,
        sum(funnel.entrants) as entrants,
        sum(funnel.reached) as reached,
        sum(funnel.pending) as pending,
    from funnel
    inner join wanted on wanted.funnel = funnel.funnel
    inner join chosen on chosen.segment_id = funnel.segment_id
    where $from::date is null or funnel.day >= $from::date
    group by funnel.day, funnel.step
),
counted as (
    select
        shown.period,
        by_day.step,
        sum(by_day.entrants) as entrants,
        sum(by_day.reached) as reached,
        sum(by_day.pending) as pending,
    from by_day
    inner join shown on by_day.day >= shown.period and by_day.day < shown.period_end
    group by shown.period, by_day.step
)
select
    shown.period,
    funnel_steps.step,
    cast(coalesce(counted.entrants, 0) as bigint) as entrants,
    cast(coalesce(counted.reached, 0) as bigint) as reached,
    cast(coalesce(counted.pending, 0) as bigint) as pending,
    shown.is_complete,
from shown
cross join funnel_steps
inner join wanted on wanted.funnel = funnel_steps.funnel
left join counted on counted.period = shown.period and counted.step = funnel_steps.step
order by shown.period, funnel_steps.step
