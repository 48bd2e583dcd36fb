-- What came of one campaign, arm by arm: sums from which means, intervals and adjustments are made.
--
-- grain    one row per arm and metric; an arm in which nobody's window is over is a row of 0
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  arm       varchar     control first, then the treatments by name
--          metric    varchar     goal, payments, active_days, retention_day_7, retention_day_30, opt_out, complaint;
--                                goal and the last two only where they are named
--          n         bigint      people assigned for whom the metric's window is over
--          sum_y     double      of what each of them did in it: 0 or 1, days, or money up to the cap
--          sum_yy    double      of its squares
--          sum_x     double      of what they did in the 28 days before: the same; for retention, days active
--          sum_xx    double      of its squares
--          sum_xy    double      of the products
with chosen as (
    select campaign_key
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
),
counted as (
    select
        outcomes.arm,
        outcomes.metric,
        outcomes.n,
        outcomes.sum_y,
        outcomes.sum_yy,
        outcomes.sum_x,
        outcomes.sum_xx,
        outcomes.sum_xy,
        $segments::integer[] is null or outcomes.segment_id in (select unnest($segments::integer[])) as is_in,
    from campaign_outcomes as outcomes
    inner join chosen on chosen.campaign_key = outcomes.campaign_key
)
select
    arm,
    metric,
    cast(coalesce(sum(n) filter (where is_in), 0) as bigint) as n,
    coalesce(sum(sum_y) filter (where is_in), 0) as sum_y,
    coalesce(sum(sum_yy) filter (where is_in), 0) as sum_yy,
    coalesce(sum(sum_x) filter (where is_in), 0) as sum_x,
    coalesce(sum(sum_xx) filter (where is_in), 0) as sum_xx,
    coalesce(sum(sum_xy) filter (where is_in), 0) as sum_xy,
from counted
group by arm, metric
order by arm <> 'control', arm, metric
