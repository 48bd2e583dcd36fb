-- What people told us, one row a message.
create table feedback (
    feedback_id varchar not null primary key,
    received_at timestamp not null,
    user_id varchar default null,
    source varchar default null,
    category varchar default null,
    severity varchar default null,
    department varchar default null,
    status varchar default null,
    replied_at timestamp default null,
    resolved_at timestamp default null
);
