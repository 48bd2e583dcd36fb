-- People in each lifecycle state, period by period.
--
-- grain    one row per grain, period, segment and state that somebody is in
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          state     varchar     new | retained | resurrected | dormant
--          users     bigint      people in it; dormant in the period they went quiet, null while that still runs
-- terms    README, "Words we use": lifecycle states
with active_before as (
    select
        periods.grain,
        periods.period_end as period,
        states.segment_id,
        sum(states.users) as users,
    from staging.states as states
    inner join periods on periods.grain = states.grain and periods.period = states.period
    group by periods.grain, periods.period_end, states.segment_id
),
gone_quiet as (
    select
        active_before.grain,
        active_before.period,
        active_before.segment_id,
        active_before.users - coalesce(states.users, 0) as users,
    from active_before
    inner join periods
        on periods.grain = active_before.grain and periods.period = active_before.period and periods.is_complete
    left join staging.states as states
        on
            states.grain = active_before.grain
            and states.period = active_before.period
            and states.segment_id = active_before.segment_id
            and states.state = 'retained'
)
select grain, period, segment_id, state, users
from staging.states
union all
select
    grain,
    period,
    segment_id,
    'dormant' as state,
    cast(users as bigint) as users,
from gone_quiet
where users > 0
union all
-- Every segment has the row of the running period, so that its sum is missing for any filter.
select
    periods.grain,
    periods.period,
    segments.segment_id,
    'dormant' as state,
    cast(null as bigint) as users,
from periods
cross join segments
where not periods.is_complete and exists (select 1 from staging.states)
order by grain, period, segment_id, state
