-- Whom newcomers brought in the first days after they joined themselves.
--
-- grain    one row per person who joined on the invitation of another, in the inviter's first days
-- params   $referred_days integer  how many days of the inviter count, from the day they joined
-- returns  user_key  integer     the inviter
--          segment_id integer    the segment the inviter is in
--          acquired_on date      day on which the inviter joined
--          joined_at timestamp   when the person invited joined
select
    inviters.user_key,
    inviters.segment_id,
    inviters.acquired_on,
    invited.joined_at,
from staging.aarrr_people as invited
inner join user_segment on user_segment.user_key = invited.user_key
inner join staging.aarrr_people as inviters on inviters.user_key = user_segment.inviter_key
where
    inviters.user_key <> invited.user_key
    and invited.acquired_on >= inviters.acquired_on
    and invited.acquired_on < inviters.acquired_on + $referred_days::integer
