-- What everybody did in the days around one campaign: before, during and after it.
--
-- grain    one row per day that the data cover, from 28 days before the campaign to two windows past its end
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  day       date        the day
--          part      varchar     before, during or after the campaign
--          active    bigint      people active that day, exposed or not
--          reached   bigint      people who did the campaign's goal that day; null: it names none
with chosen as (
    select starts_on, ends_on, goal, window_days
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
),
counted as (
    select
        chosen.starts_on,
        chosen.ends_on,
        chosen.goal,
        periods.period as day,
    from periods
    inner join chosen
        on periods.period >= chosen.starts_on - 28 and periods.period <= chosen.ends_on + 2 * chosen.window_days
    where periods.grain = 'day' and periods.position > 0 and periods.is_complete
),
active as (
    select
        metric_counts.period as day,
        sum(metric_counts.numerator) as users,
    from metric_counts
    inner join counted on counted.day = metric_counts.period
    where
        metric_counts.metric = 'active_users'
        and metric_counts.grain = 'day'
        and (
            $segments::integer[] is null or metric_counts.segment_id in (select unnest($segments::integer[]))
        )
    group by metric_counts.period
),
reached as (
    select
        goal_days.day,
        sum(goal_days.users) as users,
    from campaign_goal_days as goal_days
    inner join counted on counted.day = goal_days.day and counted.goal = goal_days.goal
    where $segments::integer[] is null or goal_days.segment_id in (select unnest($segments::integer[]))
    group by goal_days.day
)
select
    counted.day,
    case
        when counted.day < counted.starts_on then 'before'
        when counted.day <= counted.ends_on then 'during'
        else 'after'
    end as part,
    cast(coalesce(active.users, 0) as bigint) as active,
    cast(case when counted.goal is not null then coalesce(reached.users, 0) end as bigint) as reached,
from counted
left join active on active.day = counted.day
left join reached on reached.day = counted.day
order by counted.day
