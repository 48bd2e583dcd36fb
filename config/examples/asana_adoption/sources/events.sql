-- One row an account and day with a log-in, and one on the day an account is adopted: the third distinct day with a
-- log-in within seven, the first time that this is so.
with days_in as (
    select distinct
        user_id,
        cast(time_stamp as date) as day,
    from read_csv('user_engagement.csv.gz', header = true, all_varchar = true)
),
counted as (
    select
        user_id,
        day,
        lag(day, 2) over (partition by user_id order by day) as second_last_day,
    from days_in
)
select
    user_id,
    'log_in' as event,
    day as occurred_at,
from days_in
union all
select
    user_id,
    'adopted' as event,
    min(day) as occurred_at,
from counted
where day - second_last_day < 7
group by user_id
