-- One row an account and day with a log-in; the export has cut the time of day.
select
    user_id,
    'log_in' as event,
    time_stamp as occurred_at,
from read_csv('user_engagement.csv.gz', header = true, all_varchar = true)
