-- One row a household met in any of the files. When it became a customer is not known.
with households as (
    select cast(household_id as varchar) as household_id
    from 'transactions_sample.parquet'
    union
    select household_id
    from read_csv('campaigns.csv.gz', header = true, all_varchar = true)
    union
    select household_id
    from read_csv('coupon_redemptions.csv.gz', header = true, all_varchar = true)
    union
    select household_id
    from read_csv('demographics.csv.gz', header = true, all_varchar = true)
)
select
    households.household_id as user_id,
    cast(null as timestamp) as signed_up_at,
    demographics.age,
    demographics.income,
    demographics.household_size,
from households
left join read_csv('demographics.csv.gz', header = true, all_varchar = true) as demographics
    on demographics.household_id = households.household_id
order by user_id
