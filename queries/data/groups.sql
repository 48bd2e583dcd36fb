-- The named lists of people, and what became of those on them.
--
-- grain    one row per list; those named in product.yml first, also without anybody
-- returns  group_name varchar    name of the list
--          people    bigint      people on it
--          found     bigint      those who are in users, or did, paid or told us anything
--          activated bigint      those activated in time; null where the product names no activation
--          returned  bigint      those active on a later day than their first active day
--          requests  bigint      messages of feedback from them
--          is_dimension boolean  whether product.yml names it, as a filter with the values in and out
with lists as (
    select group_name, position
    from named_groups
    union all
    select distinct
        group_name,
        cast(null as integer) as position,
    from groups
    where group_name not in (select group_name from named_groups)
),
messages as (
    select
        user_id,
        count(*) as requests,
    from feedback
    where user_id is not null and received_at < (select data_until from build)
    group by user_id
),
judged as (
    select count(*) > 0 as is_possible
    from user_state
    where is_activated is not null
)
select
    lists.group_name,
    count(groups.user_id) as people,
    count(*) filter (
        where user_segment.is_listed or user_segment.acquired_on is not null or messages.requests > 0
    ) as found,
    case when judged.is_possible then count(*) filter (where user_state.is_activated) end as activated,
    count(*) filter (where user_state.last_active > user_state.first_active) as returned,
    cast(coalesce(sum(messages.requests), 0) as bigint) as requests,
    lists.position is not null as is_dimension,
from lists
cross join judged
left join groups on groups.group_name = lists.group_name
left join user_segment on user_segment.user_id = groups.user_id
left join user_state on user_state.user_key = user_segment.user_key
left join messages on messages.user_id = groups.user_id
group by lists.group_name, lists.position, judged.is_possible
order by lists.position nulls last, lists.group_name
