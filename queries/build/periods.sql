-- The periods that can be shown: to the running one, from 1990 where days so early are asked for.
--
-- grain    one row per grain and period
-- params   $data_until date      first day not covered
-- returns  grain     varchar     day | week | month
--          period    date        first day
--          period_end date       first day of the next period
--          position  integer     1 for the first of its grain with anybody in it, 0 and less before
--          is_complete boolean   whether the data cover it to its end
with located as (
    select
        grain,
        period,
        position,
        case grain
            when 'day' then period + 1
            when 'week' then period + 7
            else cast(period + interval 1 month as date)
        end as period_end,
    from calendar
    group by grain, period, position
)
select
    grain,
    period,
    period_end,
    position,
    period_end <= $data_until::date as is_complete,
from located
order by grain, period
