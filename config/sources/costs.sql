-- What each channel cost: the advertising accounts, one row a day and channel.
--
-- The names of the channels are those of users, so that cost and people meet. spend is in the
-- product's currency.
select
    day,
    channel,
    spend as amount,
    reach,
    visits,
from read_csv('costs.csv', all_varchar = true)
