-- What became of the people who joined on each day.
--
-- grain    one row per day of joining and segment with anybody
-- params   $data_until date      first day not covered
-- returns  acquired_on date      day of joining
--          segment_id integer    which segment
--          users     bigint      people who joined
--          activated bigint      those activated in time; null where the product names no activation
--          returned_1 bigint     those active on day 1 after it
--          returned_7 bigint     those active on day 7
--          returned_30 bigint    those active on day 30
--          invited   bigint      those whom a known person invited
--          hollow    bigint      those who only came for a reward
with returned as (
    select
        user_key,
        count(*) filter (where age = 1) as returned_1,
        count(*) filter (where age = 7) as returned_7,
        count(*) filter (where age = 30) as returned_30,
    from activity
    where age in (1, 7, 30)
    group by user_key
)
select
    user_state.acquired_on,
    user_state.segment_id,
    count(*) as users,
    cast(sum(cast(user_state.is_activated as integer)) as bigint) as activated,
    cast(coalesce(sum(returned.returned_1), 0) as bigint) as returned_1,
    cast(coalesce(sum(returned.returned_7), 0) as bigint) as returned_7,
    cast(coalesce(sum(returned.returned_30), 0) as bigint) as returned_30,
    count(user_state.inviter_key) as invited,
    count(*) filter (where segments.standing = 'hollow') as hollow,
from user_state
inner join segments on segments.segment_id = user_state.segment_id
left join returned on returned.user_key = user_state.user_key
where user_state.acquired_on < $data_until::date
group by user_state.acquired_on, user_state.segment_id
order by user_state.acquired_on, user_state.segment_id
