-- How many came back at each age, all cohorts together, for each value of a dimension.
--
-- grain    one row per value and age, from 0 to the last one kept (90 days, 52 weeks, 24 months)
-- params   $definition varchar   a retention definition of product.yml; null: the first
--          $grain    varchar     day | week | month; null: day
--          $mode     varchar     on | on_or_after; null: on
--          $from     date        first cohort's first day is on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
--          $dimension varchar    a dimension of product.yml, or standing; null: the first by name
-- returns  value     varchar     a value of the dimension that a counted segment has
--          age       integer     periods since the start; 0 is the cohort's own
--          entrants  bigint      people of the cohorts for which the period of that age is over
--          users     bigint      those of them who came back at that age (on), or at it or later (on_or_after)
-- terms    README, "Words we use": cohort, retention on, retention on or after
with wanted as (
    select definition
    from definitions
    where $definition::varchar is null or definition = $definition::varchar
    order by position
    limit 1
),
ages as (
    select unnest(range(0, case coalesce($grain::varchar, 'day') when 'day' then 91 when 'week' then 53 else 25 end))
        as age
),
shown as (
    select
        periods.period as cohort,
        periods.position,
    from periods
    where
        periods.grain = coalesce($grain::varchar, 'day')
        and (periods.period >= $from::date or ($from::date is null and periods.position > 0))
        and ($until::date is null or periods.period < $until::date)
),
last_complete as (
    select max(periods.position) as position
    from periods
    where periods.grain = coalesce($grain::varchar, 'day') and periods.is_complete
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
sizes as (
    select
        valued.value,
        last_complete.position - shown.position as last_age,
        sum(cohorts.users) as users,
    from cohorts
    inner join wanted on wanted.definition = cohorts.definition
    inner join valued on valued.segment_id = cohorts.segment_id
    inner join shown on shown.cohort = cohorts.cohort
    inner join last_complete on last_complete.position >= shown.position
    where cohorts.grain = coalesce($grain::varchar, 'day')
    group by valued.value, last_complete.position - shown.position
),
-- Whoever came back after the last complete age of their cohort came back at or after that age.
counted as (
    select
        valued.value,
        least(retention.age, last_complete.position - shown.position) as age,
        sum(retention.users) as users,
    from retention
    inner join wanted on wanted.definition = retention.definition
    inner join valued on valued.segment_id = retention.segment_id
    inner join shown on shown.cohort = retention.cohort
    inner join last_complete on last_complete.position >= shown.position
    where
        retention.grain = coalesce($grain::varchar, 'day')
        and retention.mode = coalesce($mode::varchar, 'on')
        and ($from::date is null or retention.cohort >= $from::date)
        and ($until::date is null or retention.cohort < $until::date)
        and ($mode::varchar = 'on_or_after' or retention.age <= last_complete.position - shown.position)
    group by valued.value, least(retention.age, last_complete.position - shown.position)
),
present as (
    select distinct value
    from valued
),
entered as (
    select
        present.value,
        ages.age,
        coalesce(sum(sizes.users), 0) as users,
    from present
    cross join ages
    left join sizes on sizes.value = present.value and sizes.last_age >= ages.age
    group by present.value, ages.age
),
came_back as (
    select
        entered.value,
        entered.age,
        entered.users as entrants,
        case coalesce($mode::varchar, 'on')
            when 'on' then coalesce(counted.users, 0)
            else sum(coalesce(counted.users, 0)) over (
                partition by entered.value order by entered.age rows between current row and unbounded following
            )
        end as users,
    from entered
    left join counted on counted.value = entered.value and counted.age = entered.age
)
select
    value,
    cast(age as integer) as age,
    cast(entrants as bigint) as entrants,
    cast(users as bigint) as users,
from came_back
order by value, age
