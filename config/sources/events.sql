-- What people did: the app's log, one row an event, a Parquet file a month.
--
-- The log is in UTC. A time that knows its zone is turned into the product's by the build; nothing
-- to do here.
select
    uid as user_id,
    event,
    ts as occurred_at,
from read_parquet('events/*.parquet')
