-- Users in each lifecycle state, period by period, for each value of a dimension.
--
-- grain    one row per value, period and state; a state nobody is in is a row of 0
-- params   $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
--          $dimension varchar    a dimension of product.yml, or standing; null: the first by name
-- returns  value     varchar     a value of the dimension that a counted segment has
--          period    date        first day of the period
--          state     varchar     new | retained | resurrected | dormant
--          users     bigint      people in that state; dormant in the period they went quiet, null while it runs
--          is_complete boolean   whether the data cover the period to its end
-- terms    README, "Words we use": lifecycle states
with states (state, position) as (
    values ('new', 1), ('retained', 2), ('resurrected', 3), ('dormant', 4)
),
shown as (
    select period, is_complete
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
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
counted as (
    select
        valued.value,
        lifecycle.period,
        lifecycle.state,
        sum(lifecycle.users) as users,
    from lifecycle
    inner join valued on valued.segment_id = lifecycle.segment_id
    where
        lifecycle.grain = coalesce($grain::varchar, 'day')
        and ($from::date is null or lifecycle.period >= $from::date)
        and ($until::date is null or lifecycle.period < $until::date)
    group by valued.value, lifecycle.period, lifecycle.state
),
present as (
    select distinct value
    from valued
)
select
    present.value,
    shown.period,
    states.state,
    cast(case
        when states.state = 'dormant' and not shown.is_complete then null
        else coalesce(counted.users, 0)
    end as bigint) as users,
    shown.is_complete,
from present
cross join shown
cross join states
left join counted
    on counted.value = present.value and counted.period = shown.period and counted.state = states.state
order by present.value, shown.period, states.position
