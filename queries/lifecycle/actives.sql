-- People active on a day, in the 7 days to it, and in the 28 days to it.
--
-- grain    one row per day and window; a window nobody was active in is a row of 0
-- params   $from     date        first day shown; null: the first
--          $until    date        end of the days shown, not included; null: data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  day       date        last day of the window
--          window_days integer   1 | 7 | 28: days in the window, that day the last of them
--          users     bigint      people active on at least one of them
with windows (window_days) as (
    values (1), (7), (28)
),
shown as (
    select period as day
    from periods
    where
        grain = 'day'
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
),
chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
present as (
    select
        period as day,
        1 as window_days,
        segment_id,
        users,
    from lifecycle
    where
        grain = 'day'
        and state <> 'dormant'
        and ($from::date is null or period >= $from::date)
        and ($until::date is null or period < $until::date)
    union all
    select
        day,
        window_days,
        segment_id,
        users,
    from rolling_actives
    where
        ($from::date is null or day >= $from::date)
        and ($until::date is null or day < $until::date)
),
counted as (
    select
        present.day,
        present.window_days,
        sum(present.users) as users,
    from present
    inner join chosen on chosen.segment_id = present.segment_id
    group by present.day, present.window_days
)
select
    shown.day,
    windows.window_days,
    cast(coalesce(counted.users, 0) as bigint) as users,
from shown
cross join windows
left join counted on counted.day = shown.day and counted.window_days = windows.window_days
order by shown.day, windows.window_days
