-- How long ago people were last active, in whole weeks to the end of the data.
--
-- grain    one row per number of weeks, from 0 to the longest that anybody was quiet; nobody is a row of 0
-- params   $segments integer[]   segments counted; null keeps all
-- returns  weeks     integer     whole weeks since the last active day; 0: active in the last 7 days; 104: that or more
--          users     bigint      people ever active whose last active day is so long ago
with longest as (
    select max(weeks) as weeks
    from dormancy
),
shown as (
    select cast(unnest(range(0, coalesce((select weeks from longest), -1) + 1)) as integer) as weeks
),
chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
counted as (
    select
        dormancy.weeks,
        sum(dormancy.users) as users,
    from dormancy
    inner join chosen on chosen.segment_id = dormancy.segment_id
    group by dormancy.weeks
)
select
    shown.weeks,
    cast(coalesce(counted.users, 0) as bigint) as users,
from shown
left join counted on counted.weeks = shown.weeks
order by shown.weeks
