-- Who has done so many steps of a funnel whose steps come in any order, and when at the earliest.
--
-- Each event is for one step. The next one counted is the earliest that is of a step still undone; where it is of
-- several, each choice is kept as a row until it is known which leads further. Of equal steps the first is done first.
--
-- grain    one row per start with so many steps done, and way of giving out the events
-- params   $step     integer     how many, from 1; staging.funnel_reached holds those with one less
-- returns  step      integer     the same
--          entry     bigint      which start
--          user_key  integer     who
--          until_at  timestamp   the last moment of the window
--          reached_at timestamp  when; the same for every way
--          used      integer[]   types of the events of that time that are taken
--          steps     integer[]   the steps done
with ways as (
    select distinct
        reached.entry,
        reached.user_key,
        reached.until_at,
        candidates.happened_at as reached_at,
        case
            when candidates.happened_at = reached.reached_at
                then list_sort(list_append(reached.used, candidates.type))
            else [candidates.type]
        end as used,
        list_sort(list_append(reached.steps, types.step)) as steps,
    from staging.funnel_reached as reached
    inner join staging.funnel_candidates as candidates
        on candidates.entry = reached.entry and candidates.happened_at >= reached.reached_at
    inner join staging.funnel_types as types on types.type = candidates.type
    where
        reached.step = $step::integer - 1
        and (
            candidates.happened_at > reached.reached_at
            or candidates.times > len(list_filter(reached.used, lambda type: type = candidates.type))
        )
        and not coalesce(list_contains(reached.steps, types.step), false)
        and (types.equal_before is null or coalesce(list_contains(reached.steps, types.equal_before), false))
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
