-- Who reached the goal of each campaign, arm by arm.
--
-- grain    one row per campaign with a goal and arm with anybody assigned
-- params   $segments integer[]   segments counted; null keeps all
-- returns  campaign_id varchar   names the campaign; those that began last come first
--          arm       varchar     control first, then the treatments by name
--          metric    varchar     goal
--          n         bigint      people assigned whose window is over
--          sum_y     double      those of them who reached the goal in it
--          sum_yy    double      the same, as each is 0 or 1
--          sum_x     double      those of them who did so in the 28 days before
--          sum_xx    double      the same
--          sum_xy    double      those who did so both before and in the window
with counted as (
    select
        campaign_key,
        arm,
        n,
        sum_y,
        sum_yy,
        sum_x,
        sum_xx,
        sum_xy,
        $segments::integer[] is null or segment_id in (select unnest($segments::integer[])) as is_in,
    from campaign_outcomes
    where metric = 'goal'
),
summed as (
    select
        campaign_key,
        arm,
        sum(n) filter (where is_in) as n,
        sum(sum_y) filter (where is_in) as sum_y,
        sum(sum_yy) filter (where is_in) as sum_yy,
        sum(sum_x) filter (where is_in) as sum_x,
        sum(sum_xx) filter (where is_in) as sum_xx,
        sum(sum_xy) filter (where is_in) as sum_xy,
    from counted
    group by campaign_key, arm
)
select
    facts.campaign_id,
    summed.arm,
    'goal' as metric,
    cast(coalesce(summed.n, 0) as bigint) as n,
    coalesce(summed.sum_y, 0) as sum_y,
    coalesce(summed.sum_yy, 0) as sum_yy,
    coalesce(summed.sum_x, 0) as sum_x,
    coalesce(summed.sum_xx, 0) as sum_xx,
    coalesce(summed.sum_xy, 0) as sum_xy,
from summed
inner join campaign_facts as facts on facts.campaign_key = summed.campaign_key
order by facts.campaign_key desc, summed.arm <> 'control', summed.arm
