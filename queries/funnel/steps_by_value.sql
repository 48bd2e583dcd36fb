-- How many of those who start a funnel reach each step, for each value of a dimension.
--
-- grain    one row per value and step, also where nobody starts
-- params   $funnel   varchar     a funnel of product.yml; null: the first
--          $from     date        first day of start; null: the first
--          $until    date        end of the days of start, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
--          $dimension varchar    a dimension of product.yml, or standing; null: the first by name
-- returns  value     varchar     a value of the dimension that a counted segment has
--          step      integer     from 1; in any order: so many of the steps
--          label     varchar     the events of the step, any of them
--          entrants  bigint      starts whose window is over
--          reached   bigint      those of them that reached the step
--          pending   bigint      starts whose window is not over yet, whatever they reached; the same for every step
-- terms    README, "Words we use": entrant, pending
with first_dimension as (
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
wanted as (
    select funnel
    from funnels
    where $funnel::varchar is null or funnel = $funnel::varchar
    order by position
    limit 1
),
counted as (
    select
        valued.value,
        funnel.step,
        sum(funnel.entrants) as entrants,
        sum(funnel.reached) as reached,
        sum(funnel.pending) as pending,
    from funnel
    inner join wanted on wanted.funnel = funnel.funnel
    inner join valued on valued.segment_id = funnel.segment_id
    where
        ($from::date is null or funnel.day >= $from::date)
        and ($until::date is null or funnel.day < $until::date)
    group by valued.value, funnel.step
),
present as (
    select distinct value
    from valued
)
select
    present.value,
    funnel_steps.step,
    funnel_steps.label,
    cast(coalesce(counted.entrants, 0) as bigint) as entrants,
    cast(coalesce(counted.reached, 0) as bigint) as reached,
    cast(coalesce(counted.pending, 0) as bigint) as pending,
from present
cross join funnel_steps
inner join wanted on wanted.funnel = funnel_steps.funnel
left join counted on counted.value = present.value and counted.step = funnel_steps.step
order by present.value, funnel_steps.step
