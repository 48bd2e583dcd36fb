-- Invitations that newcomers sent in their first days, and whom they brought.
--
-- grain    one row per day of joining and segment with anybody
-- params   $data_until date      first day not covered
--          $referred_days integer  how many days count, from the day of joining
--          $invitation_events varchar[]  events by which an invitation is sent; null: the product names none
-- returns  acquired_on date      day of joining
--          segment_id integer    which segment
--          users     bigint      people who joined
--          inviters  bigint      those who brought somebody; null where no inviter of anybody is known
--          joined    bigint      people they brought; null likewise
--          senders   bigint      those who sent an invitation; null where the product names no event, or nobody did it
--          sent      bigint      invitations they sent; null likewise
with invited as (
    select is_counted
    from aarrr_stages
    where stage = 'referred'
),
invitations_ever as (
    select count(*) > 0 as is_counted
    from events
    where list_contains($invitation_events::varchar[], event) and day < $data_until::date
),
invitations as (
    select
        people.acquired_on,
        people.segment_id,
        people.user_key,
        count(*) as sent,
    from events
    inner join staging.aarrr_people as people on people.user_key = events.user_key
    where
        list_contains($invitation_events::varchar[], events.event)
        and events.day < $data_until::date
        and events.day >= people.acquired_on
        and events.day < people.acquired_on + $referred_days::integer
    group by people.acquired_on, people.segment_id, people.user_key
),
sending as (
    select
        acquired_on,
        segment_id,
        count(*) as senders,
        sum(sent) as sent,
    from invitations
    group by acquired_on, segment_id
),
bringing as (
    select
        acquired_on,
        segment_id,
        count(distinct user_key) as inviters,
        count(*) as joined,
    from staging.aarrr_brought
    group by acquired_on, segment_id
)
select
    newcomers.acquired_on,
    newcomers.segment_id,
    newcomers.users,
    case when invited.is_counted then coalesce(bringing.inviters, 0) end as inviters,
    case when invited.is_counted then coalesce(bringing.joined, 0) end as joined,
    case when invitations_ever.is_counted then coalesce(sending.senders, 0) end as senders,
    cast(case when invitations_ever.is_counted then coalesce(sending.sent, 0) end as bigint) as sent,
from newcomers
cross join invited
cross join invitations_ever
left join bringing
    on bringing.acquired_on = newcomers.acquired_on and bringing.segment_id = newcomers.segment_id
left join sending
    on sending.acquired_on = newcomers.acquired_on and sending.segment_id = newcomers.segment_id
order by newcomers.acquired_on, newcomers.segment_id
