-- How many of each cohort came back at each age.
--
-- grain    one row per cohort and age, from 0 to the last one kept (90 days, 52 weeks, 24 months); a full grid
-- params   $definition varchar   a retention definition of product.yml; null: the first
--          $grain    varchar     day | week | month; null: day
--          $mode     varchar     on | on_or_after; null: on
--          $from     date        first cohort's first day is on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  cohort    date        first day of the period in which they started
--          cohort_size bigint    everyone who started then, active or not
--          age       integer     periods since then; 0 is the cohort's own
--          users     bigint      on: those who came back at that age; on_or_after: at it or later;
--                                null until the period of that age is over
-- terms    README, "Words we use": cohort, retention on, retention on or after
with wanted as (
    select definition
    from definitions
    where $definition::varchar is null or definition = $definition::varchar
    order by position
    limit 1
),
chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
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
sizes as (
    select
        cohorts.cohort,
        sum(cohorts.users) as users,
    from cohorts
    inner join chosen on chosen.segment_id = cohorts.segment_id
    inner join wanted on wanted.definition = cohorts.definition
    where cohorts.grain = coalesce($grain::varchar, 'day')
    group by cohorts.cohort
),
counted as (
    select
        retention.cohort,
        retention.age,
        sum(retention.users) as users,
    from retention
    inner join chosen on chosen.segment_id = retention.segment_id
    inner join wanted on wanted.definition = retention.definition
    where
        retention.grain = coalesce($grain::varchar, 'day')
        and retention.mode = coalesce($mode::varchar, 'on')
        and ($from::date is null or retention.cohort >= $from::date)
        and ($until::date is null or retention.cohort < $until::date)
    group by retention.cohort, retention.age
),
grid as (
    select
        shown.cohort,
        shown.position,
        ages.age,
        coalesce(counted.users, 0) as users,
    from shown
    cross join ages
    left join counted on counted.cohort = shown.cohort and counted.age = ages.age
),
summed as (
    select
        grid.cohort,
        grid.position,
        grid.age,
        case coalesce($mode::varchar, 'on')
            when 'on' then grid.users
            else sum(grid.users) over (
                partition by grid.cohort order by grid.age rows between current row and unbounded following
            )
        end as users,
    from grid
)
select
    summed.cohort,
    cast(coalesce(sizes.users, 0) as bigint) as cohort_size,
    cast(summed.age as integer) as age,
    cast(case when summed.position + summed.age <= last_complete.position then summed.users end as bigint) as users,
from summed
cross join last_complete
left join sizes on sizes.cohort = summed.cohort
order by summed.cohort, summed.age
