-- What people told us: the help desk's export, one row a message.
--
-- Times are in UTC and say so (…Z). uid is empty where nobody knows who wrote.
select
    ticket as feedback_id,
    received_at,
    uid as user_id,
    source,
    category,
    severity,
    department,
    status,
    replied_at,
    resolved_at,
from read_csv('feedback.csv', all_varchar = true)
