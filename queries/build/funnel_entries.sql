-- Who starts a funnel, and when.
--
-- grain    one row per person and start: their first ever, or the first of every day with one
-- params   $step_order varchar    ordered | any | strict; any: an event of whichever step starts, else one of step 1
--          $entry    varchar     first | daily
--          $window_seconds bigint  how long after the start a step still counts, that very moment included
--          $data_until date      first day not covered
-- returns  entry     bigint      numbers the starts
--          user_key  integer     who
--          segment_id integer    the segment the person is in
--          day       date        day of the start
--          entered_at timestamp  its time
--          until_at  timestamp   the last moment of the window
--          is_closed boolean     whether the data cover that moment, so that nothing can be added
-- terms    README, "Words we use": entrant, pending; `payment` as a step is a payment above 0
with starting_types as (
    select distinct type
    from staging.funnel_types
    where step = 1 or $step_order::varchar = 'any'
),
starts as (
    select
        events.user_key,
        events.day,
        events.occurred_at as happened_at,
    from events
    inner join staging.funnel_events as listed on listed.event = events.event
    inner join starting_types on starting_types.type = listed.type
    where events.day < $data_until::date and events.event <> 'payment'
    union all
    select
        payments.user_key,
        payments.day,
        payments.paid_at as happened_at,
    from payments
    inner join staging.funnel_events as listed on listed.event = 'payment'
    inner join starting_types on starting_types.type = listed.type
    where payments.day < $data_until::date and payments.amount > 0
),
entered as (
    select
        user_key,
        min(happened_at) as entered_at,
    from starts
    group by user_key, case when $entry::varchar = 'daily' then day end
)
select
    row_number() over (order by entered.user_key, entered.entered_at) as entry,
    entered.user_key,
    user_segment.segment_id,
    cast(entered.entered_at as date) as day,
    entered.entered_at,
    entered.entered_at + to_seconds($window_seconds::bigint) as until_at,
    entered.entered_at + to_seconds($window_seconds::bigint) < cast($data_until::date as timestamp) as is_closed,
from entered
inner join user_segment on user_segment.user_key = entered.user_key
