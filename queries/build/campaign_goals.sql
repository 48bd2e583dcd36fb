-- Everything that can be the goal of a campaign.
--
-- grain    one row per event that ever happened, and one for payments above 0 if there were any
-- params   $data_until date      first day not covered
-- returns  goal      varchar     an event, or payment
--          times     bigint      how often it was done
select
    event as goal,
    count(*) as times,
from events
where day < $data_until::date and event <> 'payment'
group by event
union all
select
    'payment' as goal,
    count(*) as times,
from payments
where day < $data_until::date and amount > 0
having count(*) > 0
