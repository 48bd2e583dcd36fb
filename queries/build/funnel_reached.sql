-- Who reaches a step of a funnel whose steps come one after the other, and when at the earliest.
--
-- Each step takes the earliest event of its own that is left, at the time of the step before or later: whoever can
-- reach the step at all reaches it so. Events of one time come in the listed order of the steps, each for one step.
-- Where they can be given out in several ways, each way is kept as a row until it is known which leads further.
-- Strict: the person goes on only while they do nothing else: at a later time before the next step only the step just
-- reached once more, and at the very time of a step reached only events of that step, of those reached with it, and of
-- the step before them. What happens at the time of the start may have come before it.
--
-- grain    one row per start that reaches the step, and way of giving out the events of that time
-- params   $step     integer     the step, from 1; staging.funnel_reached holds those who reached the one before
--          $step_order varchar    ordered | strict
-- returns  step      integer     the same
--          entry     bigint      which start
--          user_key  integer     who
--          until_at  timestamp   the last moment of the window
--          reached_at timestamp  when; the same for every way
--          used      integer[]   types of the events of that time that are taken
--          steps     integer[]   steps that an event of that time may belong to; null at the time of the start
with at_once as (
    select
        reached.entry,
        reached.user_key,
        reached.until_at,
        reached.reached_at,
        list_sort(list_append(reached.used, moments.type)) as used,
        case when reached.steps is not null then list_append(reached.steps, $step::integer) end as steps,
    from staging.funnel_reached as reached
    inner join staging.funnel_moments as moments
        on moments.user_key = reached.user_key and moments.happened_at = reached.reached_at
    inner join staging.funnel_types as types on types.type = moments.type and types.step = $step::integer
    where reached.step = $step::integer - 1
    group by
        reached.entry,
        reached.user_key,
        reached.until_at,
        reached.reached_at,
        reached.used,
        reached.steps,
        moments.type
    having count(*) > len(list_filter(reached.used, lambda type: type = moments.type))
),
-- Somebody who did something else at the time of the step before, which only the strict order minds.
gone_astray as (
    select reached.entry
    from staging.funnel_reached as reached
    inner join staging.funnel_moments as moments
        on moments.user_key = reached.user_key and moments.happened_at = reached.reached_at
    left join staging.funnel_types as types
        on types.type = moments.type and list_contains(reached.steps, types.step)
    where
        $step_order::varchar = 'strict'
        and reached.step = $step::integer - 1
        and reached.steps is not null
        and types.step is null
),
marks as (
    select
        moments.user_key,
        moments.happened_at,
        true as is_moment,
        cast(null as bigint) as entry,
        cast(null as timestamp) as until_at,
        case when wanted.step is not null then moments.happened_at end as wanted_at,
        case when $step_order::varchar = 'strict' and harmless.step is null then moments.happened_at end as other_at,
    from staging.funnel_moments as moments
    left join staging.funnel_types as wanted on wanted.type = moments.type and wanted.step = $step::integer
    left join staging.funnel_types as harmless
        on harmless.type = moments.type and harmless.step = $step::integer - 1
    where
        $step::integer > 1
        and (wanted.step is not null or ($step_order::varchar = 'strict' and harmless.step is null))
        and moments.user_key in (select user_key from staging.funnel_reached where step = $step::integer - 1)
    union all
    select distinct
        user_key,
        reached_at as happened_at,
        false as is_moment,
        entry,
        until_at,
        cast(null as timestamp) as wanted_at,
        cast(null as timestamp) as other_at,
    from staging.funnel_reached
    where step = $step::integer - 1 and $step::integer > 1 and entry not in (select entry from gone_astray)
),
-- From the latest to the earliest, so that what came before in this order comes after in time, and not at one time.
ahead as (
    select
        user_key,
        entry,
        until_at,
        min(wanted_at) over later_first as wanted_at,
        min(other_at) over later_first as other_at,
    from marks
    window later_first as (
        partition by user_key order by happened_at desc, is_moment rows between unbounded preceding and current row
    )
),
later as (
    select
        ahead.entry,
        ahead.user_key,
        ahead.until_at,
        ahead.wanted_at as reached_at,
        [moments.type] as used,
        [$step::integer - 1, $step::integer] as steps,
    from ahead
    inner join staging.funnel_moments as moments
        on moments.user_key = ahead.user_key and moments.happened_at = ahead.wanted_at
    inner join staging.funnel_types as types on types.type = moments.type and types.step = $step::integer
    where
        ahead.entry is not null
        and ahead.wanted_at <= ahead.until_at
        and (ahead.other_at is null or ahead.other_at >= ahead.wanted_at)
),
ways as (
    select entry, user_key, until_at, reached_at, used, steps
    from at_once
    union
    select entry, user_key, until_at, reached_at, used, steps
    from later
),
timed as (
    select
        entry,
        user_key,
        until_at,
        reached_at,
        used,
        steps,
        min(reached_at) over (partition by entry) as earliest,
    from ways
)
select
    $step::integer as step,
    entry,
    user_key,
    until_at,
    reached_at,
    used,
    steps,
from timed
where reached_at = earliest
