-- The one table, append-only: whatever program opens the database, no entry is changed or removed.
--
-- Statements are separated by an empty line. A file like this one is never edited once it is in use: what comes later
-- is a change of its own, with the next number.

create table logbook_version (version integer not null)

insert into logbook_version values (0)

create table entries (
    id bigint primary key,
    at text not null check (at ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$'),
    author text not null check (trim(author) <> ''),
    kind text not null check (trim(kind) <> ''),
    subject text not null check (trim(subject) <> ''),
    body text not null check (json_typeof(body::json) = 'object'),
    replaces bigint unique
)

-- One first entry for each subject; and, above, one entry at most that replaces another.
create unique index entries_first on entries (subject) where replaces is null

create index entries_of_subject on entries (subject, id)

create index entries_of_kind on entries (kind, subject, id)

create function entries_stay() returns trigger language plpgsql as $$
begin
    raise exception 'an entry is never changed or removed';
end
$$

create trigger entries_stay before update or delete or truncate on entries
for each statement execute function entries_stay()

create function entries_follow() returns trigger language plpgsql as $$
begin
    if exists (select 1 from entries where subject = new.subject and kind <> new.kind) then
        raise exception 'a subject belongs to one kind';
    end if;
    if new.replaces is distinct from (select max(id) from entries where subject = new.subject) then
        raise exception 'an entry replaces the newest one of its subject';
    end if;
    if exists (select 1 from entries where id > new.id) then
        raise exception 'ids count up';
    end if;
    return new;
end
$$

create trigger entries_follow before insert on entries
for each row execute function entries_follow()
