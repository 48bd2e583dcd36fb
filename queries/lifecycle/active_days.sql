-- On how many days of the period people were active.
--
-- grain    one row per period and number of days, from 1 to the days that the period has; nobody is a row of 0
-- params   $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  period    date        first day of the period
--          days      integer     days of it on which they were active
--          users     bigint      people active on exactly that many days
--          is_complete boolean   whether the data cover the period to its end
with shown as (
    select period, period_end, is_complete
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
),
numbers as (
    select cast(unnest(range(1, 32)) as integer) as days
),
chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
counted as (
    select
        active_days.period,
        active_days.days,
        sum(active_days.users) as users,
    from active_days
    inner join chosen on chosen.segment_id = active_days.segment_id
    where
        active_days.grain = coalesce($grain::varchar, 'day')
        and ($from::date is null or active_days.period >= $from::date)
        and ($until::date is null or active_days.period < $until::date)
    group by active_days.period, active_days.days
)
select
    shown.period,
    numbers.days,
    cast(coalesce(counted.users, 0) as bigint) as users,
    shown.is_complete,
from shown
inner join numbers on numbers.days <= shown.period_end - shown.period
left join counted on counted.period = shown.period and counted.days = numbers.days
order by shown.period, numbers.days
