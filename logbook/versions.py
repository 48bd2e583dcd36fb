"""The schema and its changes: numbered SQL files, applied in one transaction, with the version kept in the database."""

import re
from pathlib import Path

import sqlalchemy as sa

from logbook import copies
from logbook.errors import LogbookError
from logbook.store import LOCK, Store

FOLDER = Path(__file__).parent / "schema"


def changes(dialect: str) -> list[Path]:
    """The changes of schema for that database, in order: 0001_entries.sqlite.sql makes version 1."""
    return sorted(FOLDER.glob(f"[0-9][0-9][0-9][0-9]_*.{dialect}.sql"))


def make(store: Store) -> None:
    """Put the newest schema into an empty database; nothing happens where another process was quicker."""
    with store.writing() as connection:
        if _found(store, connection) == 0:
            _apply(store, connection, 0)


def bring_up_to_date(store: Store) -> None:
    """Apply the changes that a logbook of an older version lacks; a copy of its file is put beside it before.

    raises  LogbookError for a database that is no logbook, or one of a newer version
    """
    known = len(changes(store.dialect))
    with store.reading() as connection:
        found = _found(store, connection)
    if found > known:
        raise LogbookError(
            f"{store.place} was written by a newer version of this app (schema {found}; this one knows up to {known}). "
            "Start the newer version, or name another logbook with ALMANAC_LOGBOOK."
        )
    if found == known:
        return
    if found == 0 and store.place.path:
        raise LogbookError(f"{store.place} is not a logbook but an empty file. Remove it, and it is made anew.")
    with store.writing() as connection:
        found = _found(store, connection)
        if found < known and store.place.path:
            copies.copy_beside(store.place.path, f"schema-{found}")
        if found < known:
            _apply(store, connection, found)


def _found(store: Store, connection: sa.Connection) -> int:
    """The version of the schema in this database; 0 where there is nothing in it."""
    if store.dialect == "postgresql":
        if connection.exec_driver_sql("select to_regclass('logbook_version')").scalar() is None:
            return 0
        return int(connection.exec_driver_sql("select version from logbook_version").scalar_one())
    if connection.exec_driver_sql("pragma application_id").scalar() == LOCK:
        return int(connection.exec_driver_sql("pragma user_version").scalar_one())
    if connection.exec_driver_sql("select count(*) from sqlite_master").scalar():
        raise LogbookError(f"{store.place} is not a logbook but another database. Name another file (ALMANAC_LOGBOOK).")
    return 0


def _apply(store: Store, connection: sa.Connection, since: int) -> None:
    files = changes(store.dialect)
    for file in files[since:]:
        for statement in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
            if any(not line.startswith("--") for line in statement.strip().splitlines()):
                connection.exec_driver_sql(statement)
    if store.dialect == "postgresql":
        connection.exec_driver_sql(f"update logbook_version set version = {len(files)}")
    else:
        connection.exec_driver_sql(f"pragma application_id = {LOCK}")
        connection.exec_driver_sql(f"pragma user_version = {len(files)}")
