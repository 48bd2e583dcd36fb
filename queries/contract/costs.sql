-- What a channel cost on a day, with the people it reached and the visits it brought.
create table costs (
    day date not null,
    channel varchar not null,
    amount decimal(18, 4) not null,
    reach bigint default null,
    visits bigint default null,
    primary key (day, channel)
);
