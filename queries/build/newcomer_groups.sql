-- Newcomers who were activated or invited, and the others: how many of each were retained.
--
-- grain    one row per day of joining, segment, kind that the data tell of, and side with anybody
-- returns  acquired_on date      day of joining
--          segment_id integer    which segment
--          kind      varchar     activated | invited
--          is_in     boolean     whether they were
--          users     bigint      people who joined
--          retained  bigint      those of them who are retained, as AARRR means it
with people as (
    select
        people.acquired_on,
        people.segment_id,
        activated.user_key is not null as is_activated,
        user_segment.inviter_key is not null as is_invited,
        count(*) as users,
        count(retained.user_key) as retained,
    from staging.aarrr_people as people
    inner join user_segment on user_segment.user_key = people.user_key
    left join staging.aarrr_reached as activated
        on activated.user_key = people.user_key and activated.stage = 'activated'
    left join staging.aarrr_reached as retained
        on retained.user_key = people.user_key and retained.stage = 'retained'
    group by people.acquired_on, people.segment_id, is_activated, is_invited
),
sides as (
    select acquired_on, segment_id, 'activated' as kind, is_activated as is_in, users, retained
    from people
    where exists (select 1 from aarrr_stages where stage = 'activated' and is_counted)
    union all
    select acquired_on, segment_id, 'invited' as kind, is_invited as is_in, users, retained
    from people
    where exists (select 1 from user_segment where inviter_key is not null)
)
select
    acquired_on,
    segment_id,
    kind,
    is_in,
    cast(sum(users) as bigint) as users,
    cast(sum(retained) as bigint) as retained,
from sides
where exists (select 1 from aarrr_stages where stage = 'retained' and is_counted)
group by acquired_on, segment_id, kind, is_in
order by acquired_on, kind, is_in, segment_id
