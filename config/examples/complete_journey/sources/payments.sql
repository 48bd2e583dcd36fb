-- One row a line of a basket, which is what the sample drew: a basket is never whole. The amount is what the store
-- received, so coupons and discounts are off it already. The times are UTC; product.yml says how that was seen.
select
    household_id as user_id,
    timezone('UTC', transaction_timestamp) as paid_at,
    sales_value as amount,
from 'transactions_sample.parquet'
