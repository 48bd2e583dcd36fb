-- Invitations that newcomers sent, and whom they brought, in the days of AARRR's stage referred.
--
-- grain    one row
-- params   $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  entrants  bigint      people who joined and whose days for it are over
--          inviters  bigint      those of them who brought somebody; null: no inviter of anybody is known
--          joined    bigint      people they brought; null likewise
--          senders   bigint      those of the entrants who sent an invitation; null: the product names no event for it,
--                                or nobody ever did it
--          sent      bigint      invitations they sent; null likewise
--          pending   bigint      people who joined and whose days are not over
-- terms    README, "Words we use": AARRR, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
told as (
    select
        count(inviters) > 0 as has_inviters,
        count(sent) > 0 as has_invitations,
    from referrals
),
counted as (
    select
        referrals.acquired_on + stages.window_days <= build.data_until as is_closed,
        sum(referrals.users) as users,
        sum(referrals.inviters) as inviters,
        sum(referrals.joined) as joined,
        sum(referrals.senders) as senders,
        sum(referrals.sent) as sent,
    from referrals
    inner join chosen on chosen.segment_id = referrals.segment_id
    inner join aarrr_stages as stages on stages.stage = 'referred'
    cross join build
    where
        ($from::date is null or referrals.acquired_on >= $from::date)
        and ($until::date is null or referrals.acquired_on < $until::date)
    group by is_closed
),
closed as (
    select
        coalesce(sum(users) filter (where is_closed), 0) as entrants,
        coalesce(sum(inviters) filter (where is_closed), 0) as inviters,
        coalesce(sum(joined) filter (where is_closed), 0) as joined,
        coalesce(sum(senders) filter (where is_closed), 0) as senders,
        coalesce(sum(sent) filter (where is_closed), 0) as sent,
        coalesce(sum(users) filter (where not is_closed), 0) as pending,
    from counted
)
select
    cast(closed.entrants as bigint) as entrants,
    cast(case when told.has_inviters then closed.inviters end as bigint) as inviters,
    cast(case when told.has_inviters then closed.joined end as bigint) as joined,
    cast(case when told.has_invitations then closed.senders end as bigint) as senders,
    cast(case when told.has_invitations then closed.sent end as bigint) as sent,
    cast(closed.pending as bigint) as pending,
from closed
cross join told
