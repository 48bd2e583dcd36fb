-- Every day that a row can be of, and the period it is in, at each grain.
--
-- grain    one row per day and grain
-- params   $week_start integer   1 Monday … 7 Sunday
--          $data_until date      first day not covered
-- returns  day       date        a day from 1990 to the day before data_until
--          grain     varchar     day | week | month
--          period    date        first day of its period
--          position  integer     number of the period, 1 for the first with anybody in it: differences are ages
with first_day as (
    select min(day) as day
    from (
        select min(acquired_on) as day from staging.people
        union all
        select min(day) as day from events
        union all
        select min(day) as day from payments
    ) as firsts
),
all_days as (
    select cast(unnest(generate_series(
        timestamp '1989-12-01', cast($data_until::date - 1 as timestamp), interval 1 day
    )) as date) as day
),
located as (
    select
        day,
        'day' as grain,
        day as period,
    from all_days
    union all
    select
        day,
        'week' as grain,
        day - cast((isodow(day) - $week_start::integer + 7) % 7 as integer) as period,
    from all_days
    union all
    select
        day,
        'month' as grain,
        cast(date_trunc('month', day) as date) as period,
    from all_days
),
numbered as (
    select
        day,
        grain,
        period,
        dense_rank() over (partition by grain order by period) as number,
    from located
),
first_periods as (
    select
        numbered.grain,
        numbered.number,
    from numbered
    inner join first_day on numbered.day = least(coalesce(first_day.day, $data_until::date), $data_until::date - 1)
)
select
    numbered.day,
    numbered.grain,
    numbered.period,
    cast(numbered.number - first_periods.number + 1 as integer) as position,
from numbered
inner join first_periods on first_periods.grain = numbered.grain
order by numbered.grain, numbered.day
