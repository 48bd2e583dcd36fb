-- The first day not covered by the data, judged on events; on payments where there are none; else on users.
--
-- grain    one row
-- params   $today    date        day of the build: not covered itself
-- returns  data_until date       the day after the last row's day; that day itself where the feed was cut in mid-day
-- terms    cut in mid-day: its last row is over an hour earlier than the earliest last row of the 28 days before
with moments as (
    select occurred_at as moment
    from staging.events
    union all
    select paid_at as moment
    from staging.payments
    where not exists (select 1 from staging.events)
    union all
    select signed_up_at as moment
    from staging.users
    where
        signed_up_at is not null
        and not exists (select 1 from staging.events)
        and not exists (select 1 from staging.payments)
),
covered_days as (
    select
        cast(moment as date) as day,
        max(date_diff('second', cast(cast(moment as date) as timestamp), moment)) as last_second,
    from moments
    group by cast(moment as date)
),
compared as (
    select
        day,
        last_second,
        max(day) over () as last_day,
    from covered_days
),
judged as (
    select
        max(day) as day,
        max(last_second) filter (where day = last_day)
        < min(last_second) filter (where day < last_day and day >= last_day - 28) - 3600 as is_cut,
    from compared
)
select least(coalesce(case when is_cut then day else day + 1 end, $today::date), $today::date) as data_until
from judged
