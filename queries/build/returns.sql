-- The days on which people came back, as a retention definition means it.
--
-- grain    one row per person who started and day from their start on
-- params   $return   varchar     active | payment | event
--          $return_events varchar[]  the events, where it is any of these
--          $data_until date      first day not covered
-- returns  user_key  integer     who
--          segment_id integer    the segment the person is in
--          started_on date       the day they started
--          day       date        a day on which they came back, the start's own included
with days_of_return as (
    select user_key, day
    from activity
    where $return::varchar = 'active'
    union
    select user_key, day
    from payments
    where $return::varchar = 'payment' and amount > 0 and day < $data_until::date
    union
    select user_key, day
    from events
    where
        $return::varchar = 'event'
        and list_contains($return_events::varchar[], event)
        and day < $data_until::date
)
select
    starts.user_key,
    starts.segment_id,
    starts.started_on,
    days_of_return.day,
from staging.starts as starts
inner join days_of_return on days_of_return.user_key = starts.user_key and days_of_return.day >= starts.started_on
