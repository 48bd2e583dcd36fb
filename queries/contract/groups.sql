-- Named lists of people, one row a person on a list.
create table groups (
    user_id varchar not null,
    group_name varchar not null,
    primary key (user_id, group_name)
);
