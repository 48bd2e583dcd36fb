-- Who is in which segment.
--
-- grain    one row per person
-- returns  user_id   varchar     as the company writes it
--          user_key  integer     1, 2, 3 … in order of joining
--          segment_id integer    the one combination of dimension values and standing the person is in
--          acquired_on date      day of joining; null where it is not known
--          signed_up_at timestamp  as given
--          inviter_key integer   who invited them; null where nobody did, or nobody known
--          incentive boolean     came for a reward, as given
--          is_listed boolean     whether users has this person
select
    people.user_id,
    people.user_key,
    segments.segment_id,
    people.acquired_on,
    people.signed_up_at,
    inviters.user_key as inviter_key,
    people.incentive,
    people.is_listed,
from staging.people as people
inner join staging.standings as standings on standings.user_key = people.user_key
inner join staging.folded as folded on folded.dimension_values = people.dimension_values
inner join staging.numbered_segments as segments
    on segments.dimension_values = folded.folded_values and segments.standing = standings.standing
left join staging.people as inviters on inviters.user_id = people.invited_by
order by people.user_key
