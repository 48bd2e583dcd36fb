-- The one table, append-only: whatever program opens the file, no entry is changed or removed.
--
-- Statements are separated by an empty line. A file like this one is never edited once it is in use: what comes later
-- is a change of its own, with the next number.

create table entries (
    id integer primary key,
    at text not null check (at glob '????-??-??T??:??:??.??????+00:00'),
    author text not null check (trim(author) <> ''),
    kind text not null check (trim(kind) <> ''),
    subject text not null check (trim(subject) <> ''),
    body text not null check (json_valid(body) and json_type(body) = 'object'),
    replaces integer unique
)

-- One first entry for each subject; and, above, one entry at most that replaces another.
create unique index entries_first on entries (subject) where replaces is null

create index entries_of_subject on entries (subject, id)

create index entries_of_kind on entries (kind, subject, id)

create trigger entries_stay before update on entries
begin
    select raise(abort, 'an entry is never changed');
end

create trigger entries_are_kept before delete on entries
begin
    select raise(abort, 'an entry is never removed');
end

-- `insert or replace` removes the row in its way without a word to the trigger above, so an id that is taken is refused here.
create trigger entries_follow before insert on entries
begin
    select raise(abort, 'an entry is never changed')
    where exists (select 1 from entries where id = new.id);
    select raise(abort, 'a subject belongs to one kind')
    where exists (select 1 from entries where subject = new.subject and kind <> new.kind);
    select raise(abort, 'an entry replaces the newest one of its subject')
    where new.replaces is not (select max(id) from entries where subject = new.subject);
end

create trigger entries_count_up after insert on entries
begin
    select raise(abort, 'ids count up')
    where exists (select 1 from entries where id > new.id);
end
