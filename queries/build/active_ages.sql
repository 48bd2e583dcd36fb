-- How many people were active on each day, by how long ago they had joined.
--
-- grain    one row per day, segment and span of days since joining with anybody active
-- returns  day       date        the active day
--          segment_id integer    which segment
--          ages      varchar     0 | 1-6 | 7-29 | 30-89 | 90+
--          users     bigint      people active that day; those who had not joined yet are left out
with aged as (
    select
        day,
        segment_id,
        case
            when age = 0 then '0'
            when age < 7 then '1-6'
            when age < 30 then '7-29'
            when age < 90 then '30-89'
            else '90+'
        end as ages,
    from activity
    where age >= 0
)
select
    day,
    segment_id,
    ages,
    count(*) as users,
from aged
group by day, segment_id, ages
order by day, ages, segment_id
