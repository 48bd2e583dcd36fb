-- When each person started, as a retention definition means it.
--
-- grain    one row per person who started before data_until
-- params   $start    varchar     signed_up | first_active | first_payment | event
--          $start_events varchar[]  the events, where it is the first of these
--          $data_until date      first day not covered
-- returns  user_key  integer     who
--          segment_id integer    the segment the person is in
--          started_on date       the day
with first_events as (
    select
        user_key,
        min(day) as day,
    from events
    where $start::varchar = 'event' and list_contains($start_events::varchar[], event)
    group by user_key
),
started as (
    select
        user_state.user_key,
        user_state.segment_id,
        case $start::varchar
            when 'signed_up' then user_state.acquired_on
            when 'first_active' then user_state.first_active
            when 'first_payment' then user_state.first_paid
            else first_events.day
        end as started_on,
    from user_state
    left join first_events on first_events.user_key = user_state.user_key
)
select user_key, segment_id, started_on
from started
where started_on < $data_until::date
