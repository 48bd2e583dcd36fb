-- How many did what a step of a funnel asks for, week by week since a day, new and old users apart.
--
-- grain    one row per week from the one that holds the day on, and age group
-- params   $funnel   varchar     a funnel of product.yml; null: the first
--          $step     integer     one of its steps, from 1; null: the last
--          $since    date        a day of the first week shown; null: the first week with anybody in it
--          $segments integer[]   segments counted; null keeps all
-- returns  week      date        first day of the week
--          age_group varchar     new: joined in the first week shown or later | old: before
--          active    bigint      people active in the week
--          adopters  bigint      those of them who did it; null: there is no such step
--          is_complete boolean   whether the data cover the week to its end
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
wanted as (
    select funnel
    from funnels
    where $funnel::varchar is null or funnel = $funnel::varchar
    order by position
    limit 1
),
wanted_deed as (
    select adoption_steps.deed
    from adoption_steps
    inner join wanted on wanted.funnel = adoption_steps.funnel
    where $step::integer is null or adoption_steps.step = $step::integer
    order by adoption_steps.step desc
    limit 1
),
deeds as (
    select 'active' as what, 0 as deed
    union all
    select 'adopted' as what, deed
    from wanted_deed
),
shown as (
    select period, is_complete
    from periods
    where grain = 'week' and (period_end > $since::date or ($since::date is null and position > 0))
),
first_week as (
    select min(period) as week
    from shown
),
age_groups (position, age_group) as (
    values (1, 'new'), (2, 'old')
),
counted as (
    select
        deeds.what,
        adoption.week,
        case when adoption.joined_week >= first_week.week then 'new' else 'old' end as age_group,
        sum(adoption.users) as users,
    from adoption
    inner join deeds on deeds.deed = adoption.deed
    inner join chosen on chosen.segment_id = adoption.segment_id
    inner join first_week on first_week.week <= adoption.week
    group by deeds.what, adoption.week, case when adoption.joined_week >= first_week.week then 'new' else 'old' end
)
select
    shown.period as week,
    age_groups.age_group,
    cast(coalesce(active.users, 0) as bigint) as active,
    cast(case when exists (select 1 from wanted_deed) then coalesce(adopted.users, 0) end as bigint) as adopters,
    shown.is_complete,
from shown
cross join age_groups
left join counted as active
    on active.what = 'active' and active.week = shown.period and active.age_group = age_groups.age_group
left join counted as adopted
    on adopted.what = 'adopted' and adopted.week = shown.period and adopted.age_group = age_groups.age_group
order by shown.period, age_groups.position
