-- What was run to move people, one row a campaign. Both days belong to it and may lie ahead.
create table campaigns (
    campaign_id varchar not null primary key,
    name varchar not null,
    kind varchar not null check (kind in ('content', 'community', 'product')),
    starts_on date not null,
    ends_on date not null,
    cost decimal(18, 4) default null,
    goal varchar default null,
    window_days integer default null,
    expected double default null
);
