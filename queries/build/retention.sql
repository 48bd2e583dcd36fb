-- How many came back at each age.
--
-- grain    one row per grain, mode, cohort, age and segment with anybody
-- params   $definition varchar   a retention definition of product.yml
-- returns  definition varchar    the same
--          grain     varchar     day | week | month
--          mode      varchar     on | on_or_after
--          cohort    date        first day of the period they started in
--          age       integer     periods since then; ages past the last one kept count at the last
--          segment_id integer    which segment
--          users     bigint      on: people who came back at that age; on_or_after: those whose last such age it is
-- terms    README, "Words we use": retention on, retention on or after
with people_on as (
    select distinct user_key, segment_id, grain, cohort, age
    from staging.return_ages
    where age <= last_age
),
people_last as (
    select
        user_key,
        segment_id,
        grain,
        cohort,
        least(max(age), max(last_age)) as age,
    from staging.return_ages
    group by user_key, segment_id, grain, cohort
),
counted as (
    select grain, 'on' as mode, cohort, age, segment_id, count(*) as users
    from people_on
    group by grain, cohort, age, segment_id
    union all
    select grain, 'on_or_after' as mode, cohort, age, segment_id, count(*) as users
    from people_last
    group by grain, cohort, age, segment_id
)
select
    $definition::varchar as definition,
    grain,
    mode,
    cohort,
    age,
    segment_id,
    users,
from counted
order by grain, mode, cohort, age, segment_id
