-- How long those who start a funnel take from one step to the next.
--
-- grain    one row per step and span of time with anybody; spans are eight a doubling, the first is below one second
-- params   $funnel   varchar     a funnel of product.yml; null: the first
--          $from     date        first day of start; null: the first
--          $until    date        end of the days of start, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  step      integer     from 2: the time since the step before; in any order: since one step less was done
--          shortest  double      bound of the span in seconds, itself included
--          longest   double      its other bound, not included
--          users     bigint      starts whose window is over and that took so long
--          sum_seconds double    their seconds together
-- terms    README, "Words we use": entrant
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
counted as (
    select
        funnel_time.step,
        funnel_time.bucket,
        sum(funnel_time.users) as users,
        sum(funnel_time.sum_seconds) as sum_seconds,
    from funnel_time
    inner join wanted on wanted.funnel = funnel_time.funnel
    inner join chosen on chosen.segment_id = funnel_time.segment_id
    where
        ($from::date is null or funnel_time.day >= $from::date)
        and ($until::date is null or funnel_time.day < $until::date)
    group by funnel_time.step, funnel_time.bucket
)
select
    step,
    case when bucket = 0 then 0 else power(2, (bucket - 1) / 8) end as shortest,
    power(2, bucket / 8) as longest,
    cast(users as bigint) as users,
    sum_seconds,
from counted
order by step, bucket
