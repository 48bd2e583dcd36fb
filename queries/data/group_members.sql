-- The people on a named list, and what each of them did.
--
-- grain    one row per person on the list
-- params   $group    varchar     name of the list; null: the first of data/groups
-- returns  user_id   varchar     as the company writes it
--          is_found  boolean     is in users, or did, paid or told us anything
--          acquired_on date      day of joining; null where it is not known
--          is_activated boolean  activated in time; null where the product names no activation
--          first_active date     first active day; null: never active
--          last_active date      last active day
--          active_days bigint    days active so far
--          requests  bigint      messages of feedback from them
with lists as (
    select group_name, position
    from named_groups
    union all
    select
        group_name,
        cast(null as integer) as position,
    from groups
),
first_list as (
    select group_name
    from lists
    order by position nulls last, group_name
    limit 1
),
messages as (
    select
        user_id,
        count(*) as requests,
    from feedback
    where received_at < (select data_until from build)
    group by user_id
)
select
    members.user_id,
    user_segment.is_listed or user_segment.acquired_on is not null or coalesce(messages.requests, 0) > 0 as is_found,
    user_segment.acquired_on,
    user_state.is_activated,
    user_state.first_active,
    user_state.last_active,
    user_state.active_days,
    coalesce(messages.requests, 0) as requests,
from groups as members
inner join user_segment on user_segment.user_id = members.user_id
inner join user_state on user_state.user_key = user_segment.user_key
left join messages on messages.user_id = members.user_id
where members.group_name = coalesce($group::varchar, (select group_name from first_list))
order by members.user_id
