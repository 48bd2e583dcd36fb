-- The events that can matter to a funnel whose steps come in any order: of each type the first few after the start.
--
-- grain    one row per start, time and type
-- returns  entry     bigint      which start
--          happened_at timestamp  when, inside its window
--          type      integer     of what type
--          times     bigint      how often; of a type never more than there are steps for it
with single as (
    select
        user_key,
        type,
        happened_at,
        row_number() over (partition by user_key, type order by happened_at) as place,
    from staging.funnel_moments
),
steps_of_type as (
    select
        type,
        count(*) as steps,
    from staging.funnel_types
    group by type
),
marks as (
    select
        user_key,
        type,
        happened_at,
        true as is_moment,
        cast(null as bigint) as entry,
        place,
    from single
    union all
    select
        entries.user_key,
        steps_of_type.type,
        entries.entered_at as happened_at,
        false as is_moment,
        entries.entry,
        cast(null as bigint) as place,
    from staging.funnel_entries as entries
    cross join steps_of_type
),
placed as (
    select
        user_key,
        type,
        entry,
        coalesce(max(place) over (
            partition by user_key, type order by happened_at, is_moment
            rows between unbounded preceding and current row
        ), 0) as places_before,
    from marks
),
needed as (
    select
        placed.entry,
        placed.user_key,
        placed.type,
        placed.places_before + unnest(range(1, steps_of_type.steps + 1)) as place,
    from placed
    inner join steps_of_type on steps_of_type.type = placed.type
    where placed.entry is not null
)
select
    needed.entry,
    single.happened_at,
    needed.type,
    count(*) as times,
from needed
inner join single
    on single.user_key = needed.user_key and single.type = needed.type and single.place = needed.place
inner join staging.funnel_entries as entries on entries.entry = needed.entry
where single.happened_at <= entries.until_at
group by needed.entry, single.happened_at, needed.type
