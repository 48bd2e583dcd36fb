-- What those who start a funnel did from their start on.
--
-- grain    one row a time somebody did something; identical rows all count
-- params   $step_order varchar    ordered | any | strict; strict asks for the events of no step too, as type 0
--          $data_until date      first day not covered
-- returns  user_key  integer     who
--          happened_at timestamp  when
--          type      integer     what: events that are in the same steps are of one type
with spans as (
    select
        user_key,
        min(entered_at) as first_at,
        max(until_at) as last_at,
    from staging.funnel_entries
    group by user_key
),
deeds as (
    select
        events.user_key,
        events.occurred_at as happened_at,
        coalesce(listed.type, 0) as type,
    from events
    left join staging.funnel_events as listed on listed.event = events.event and events.event <> 'payment'
    where events.day < $data_until::date and (listed.type is not null or $step_order::varchar = 'strict')
    union all
    select
        payments.user_key,
        payments.paid_at as happened_at,
        coalesce(listed.type, 0) as type,
    from payments
    left join staging.funnel_events as listed on listed.event = 'payment'
    where
        payments.day < $data_until::date
        and payments.amount > 0
        and (listed.type is not null or $step_order::varchar = 'strict')
)
select
    deeds.user_key,
    deeds.happened_at,
    deeds.type,
from deeds
inner join spans on spans.user_key = deeds.user_key
where deeds.happened_at >= spans.first_at and deeds.happened_at <= spans.last_at
