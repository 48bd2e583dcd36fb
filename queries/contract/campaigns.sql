-- What was run to move people, one row a campaign. Both days belong to it and may lie ahead.
create table campaigns (
    campaign_id varchar not null primary key,
    name varchar not null,
    kind varchar not null check (kind in ('content', 'community', 'product')),
    starts_on date not null,
    ends_on date not null,
    cost decimal(18, 4) default null check (cost >= 0),
    goal varchar default null,
    window_days integer default null check (window_days between 1 and 3650),
    expected double default null,
    -- Of those assigned, how many were planned to be held out; the arms that are treated share the rest equally.
    control_share double default null check (control_share between 0 and 1)
);
