-- Different people who paid in a span of days, how often, and how much.
--
-- grain    one row
-- params   $from     date        first day; null: the first
--          $until    date        end of the days, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  payers    bigint      people with a payment above 0 in the span, each once; null: no data on payments
--          orders    bigint      payments above 0; null likewise
--          revenue   double      amounts paid, refunds taken off, in the product's currency; null likewise
-- terms    README, "Words we use": payer, order, revenue
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
told as (
    select count(*) > 0 as has_payments
    from money
),
people as (
    select sum(paying_days.payers) as payers
    from paying_days
    inner join chosen on chosen.segment_id = paying_days.segment_id
    where
        ($from::date is null or paying_days.day >= $from::date)
        and ($until::date is null or paying_days.day < $until::date)
        -- Later paying days of the span are of people counted already.
        and (paying_days.previous_day is null or paying_days.previous_day < $from::date)
),
amounts as (
    select
        sum(money.orders) as orders,
        sum(money.revenue) as revenue,
    from money
    inner join chosen on chosen.segment_id = money.segment_id
    where
        money.grain = 'day'
        and ($from::date is null or money.period >= $from::date)
        and ($until::date is null or money.period < $until::date)
)
select
    cast(case when told.has_payments then coalesce(people.payers, 0) end as bigint) as payers,
    cast(case when told.has_payments then coalesce(amounts.orders, 0) end as bigint) as orders,
    cast(case when told.has_payments then coalesce(amounts.revenue, 0) end as double) as revenue,
from people
cross join amounts
cross join told
