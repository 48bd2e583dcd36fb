-- New users of each channel, period by period.
--
-- grain    one row per period and channel with anybody; a period in which nobody joined is one row of 0, value null
-- params   $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  period    date        first day of the period
--          value     varchar     the channel as the source writes it, never folded; unknown where it does not say
--          new_users bigint      people who joined
--          is_complete boolean   whether the data cover the period to its end
-- terms    README, "Words we use": new user
with shown as (
    select period, is_complete
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
),
days as (
    select
        calendar.day,
        shown.period,
    from shown
    inner join calendar on calendar.period = shown.period and calendar.grain = coalesce($grain::varchar, 'day')
),
counted as (
    select
        days.period,
        channel_newcomers.channel,
        sum(channel_newcomers.users) as new_users,
    from channel_newcomers
    inner join days on days.day = channel_newcomers.acquired_on
    where $segments::integer[] is null or channel_newcomers.segment_id in (select unnest($segments::integer[]))
    group by days.period, channel_newcomers.channel
)
select
    shown.period,
    counted.channel as value,
    cast(coalesce(counted.new_users, 0) as bigint) as new_users,
    shown.is_complete,
from shown
left join counted on counted.period = shown.period
order by shown.period, new_users desc, value
