-- Who reached the goal of one campaign, arm by arm, for each value of a dimension.
--
-- grain    one row per value that anybody assigned has, and arm; an arm without them is a row of 0
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
--          $dimension varchar    a dimension of product.yml, or standing; null: the first by name
-- returns  value     varchar     a value of the dimension
--          arm       varchar     control first, then the treatments by name
--          metric    varchar     goal
--          n         bigint      people assigned whose window is over
--          sum_y     double      those of them who reached the goal in it
--          sum_yy    double      the same, as each is 0 or 1
--          sum_x     double      those of them who did so in the 28 days before
--          sum_xx    double      the same
--          sum_xy    double      those who did so both before and in the window
with chosen as (
    select campaign_key
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
),
first_dimension as (
    select min(dimension) as dimension
    from segment_values
),
valued as (
    select segment_id, value
    from segment_values
    where
        dimension = coalesce($dimension::varchar, (select dimension from first_dimension))
        and ($segments::integer[] is null or segment_id in (select unnest($segments::integer[])))
),
summed as (
    select
        valued.value,
        outcomes.arm,
        sum(outcomes.n) as n,
        sum(outcomes.sum_y) as sum_y,
        sum(outcomes.sum_yy) as sum_yy,
        sum(outcomes.sum_x) as sum_x,
        sum(outcomes.sum_xx) as sum_xx,
        sum(outcomes.sum_xy) as sum_xy,
    from campaign_outcomes as outcomes
    inner join chosen on chosen.campaign_key = outcomes.campaign_key
    inner join valued on valued.segment_id = outcomes.segment_id
    where outcomes.metric = 'goal'
    group by valued.value, outcomes.arm
),
present as (
    select
        met.value,
        arms.arm,
    from (select distinct value from summed) as met
    cross join (select distinct arm from summed) as arms
)
select
    present.value,
    present.arm,
    'goal' as metric,
    cast(coalesce(summed.n, 0) as bigint) as n,
    coalesce(summed.sum_y, 0) as sum_y,
    coalesce(summed.sum_yy, 0) as sum_yy,
    coalesce(summed.sum_x, 0) as sum_x,
    coalesce(summed.sum_xx, 0) as sum_xx,
    coalesce(summed.sum_xy, 0) as sum_xy,
from present
left join summed on summed.value = present.value and summed.arm = present.arm
order by present.value, present.arm <> 'control', present.arm
