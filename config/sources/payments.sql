-- What people paid: the shop's export, one row a payment; a refund is a negative amount.
--
-- paid_at has no zone and is taken to be in the product's. An amount that is not a number is
-- rejected by the build.
select
    uid as user_id,
    paid_at,
    amount,
from read_csv('payments.csv', all_varchar = true)
