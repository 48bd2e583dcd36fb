-- What people paid and got back.
--
-- grain    one row a payment or refund; identical rows all count
-- returns  paid_at   timestamp   local time of the product
--          day       date        local day
--          user_key  integer     who
--          amount    decimal(18,4)  in the product's currency; negative: a refund
select
    payments.paid_at,
    cast(payments.paid_at as date) as day,
    people.user_key,
    payments.amount,
from staging.payments as payments
inner join staging.people as people on people.user_id = payments.user_id
order by payments.paid_at, people.user_key
