-- What people did, one row a time they did it. Identical rows all count.
create table events (
    user_id varchar not null,
    event varchar not null,
    occurred_at timestamp not null
);
