-- What was published, one row a piece.
create table content (
    content_id varchar not null primary key,
    published_at timestamp not null,
    producer varchar default null,
    section varchar default null,
    audit varchar default null,
    recommended boolean default null,
    views bigint default null,
    interactions bigint default null
);
