-- Every day of the data, and the period it is in, at each grain.
--
-- grain    one row per day and grain
-- params   $week_start integer   1 Monday … 7 Sunday
--          $data_until date      first day not covered
-- returns  day       date        a day from the first period's first day to the day before data_until
--          grain     varchar     day | week | month
--          period    date        first day of its period
--          position  integer     number of the period, 1 for the first: differences are ages
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
        cast(date_trunc('month', day - 6) as timestamp), $data_until::date - 1, interval 1 day
    )) as date) as day
    from first_day
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
first_periods as (
    select
        located.grain,
        located.period,
    from located
    inner join first_day on first_day.day = located.day
)
select
    located.day,
    located.grain,
    located.period,
    cast(dense_rank() over (partition by located.grain order by located.period) as integer) as position,
from located
inner join first_periods on first_periods.grain = located.grain and located.period >= first_periods.period
order by located.grain, located.day
