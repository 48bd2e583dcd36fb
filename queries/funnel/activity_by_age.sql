-- How many of all who had joined were active on a day, by how long ago they had joined.
--
-- grain    one row per span of days since joining, in their order
-- params   $from     date        first day; null: the first
--          $until    date        end of the days, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  ages      varchar     0 | 1-6 | 7-29 | 30-89 | 90+
--          active_days bigint    days on which people of that age were active, added up over the people
--          person_days bigint    days on which people were of that age, added up likewise
--          n_days    bigint      covered days in the span, from the first with anybody on: those counted
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
spans (position, ages, first_age, last_age) as (
    values (1, '0', 0, 0), (2, '1-6', 1, 6), (3, '7-29', 7, 29), (4, '30-89', 30, 89), (5, '90+', 90, null)
),
shown as (
    select
        min(period) as first_day,
        max(period) + 1 as end_day,
        count(*) as n_days,
    from periods
    where
        grain = 'day'
        and position > 0
        and ($from::date is null or period >= $from::date)
        and ($until::date is null or period < $until::date)
),
joined as (
    select
        newcomers.acquired_on,
        sum(newcomers.users) as users,
    from newcomers
    inner join chosen on chosen.segment_id = newcomers.segment_id
    group by newcomers.acquired_on
),
existing as (
    select
        spans.ages,
        sum(joined.users * greatest(
            least(shown.end_day, coalesce(joined.acquired_on + spans.last_age + 1, shown.end_day))
            - greatest(shown.first_day, joined.acquired_on + spans.first_age),
            0
        )) as person_days,
    from joined
    cross join spans
    inner join shown on shown.n_days > 0
    group by spans.ages
),
active as (
    select
        active_ages.ages,
        sum(active_ages.users) as active_days,
    from active_ages
    inner join chosen on chosen.segment_id = active_ages.segment_id
    where
        ($from::date is null or active_ages.day >= $from::date)
        and ($until::date is null or active_ages.day < $until::date)
    group by active_ages.ages
)
select
    spans.ages,
    cast(coalesce(active.active_days, 0) as bigint) as active_days,
    cast(coalesce(existing.person_days, 0) as bigint) as person_days,
    shown.n_days,
from spans
cross join shown
left join existing on existing.ages = spans.ages
left join active on active.ages = spans.ages
order by spans.position
