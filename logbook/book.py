"""The logbook: append an entry, read the newest of each subject, read a subject's history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from logbook import copies, store, versions
from logbook.entries import TABLE, Body, Draft, Entry
from logbook.errors import Conflict, Exists, LogbookError
from logbook.store import Place, Store, place

COLUMNS = ("id", "at", "author", "subject", "body")
ALL_COLUMNS = (*COLUMNS, "kind", "replaces")
# A statement takes so many parameters in every database.
AT_ONCE = 5_000


def open(url: str | Path | None = None) -> "Logbook":
    """The logbook there (default: the one in use), made if there is none, brought up to date if it is an older one.

    Many processes may open it at once, the first time too. Share one Logbook between threads, not between processes.
    raises  LogbookError where it cannot be used, with the reason and the remedy
    """
    return open_at(place(store.url() if url is None else url))


def open_at(where: Place) -> "Logbook":
    """The same, where the place is known already."""
    if where.path and not where.path.exists():
        _make(where.path)
    opened = Store(where)
    try:
        if where.path is None:
            versions.make(opened)
        versions.bring_up_to_date(opened)
    except LogbookError:
        opened.close()
        raise
    return Logbook(opened)


def _make(path: Path) -> None:
    """A new logbook appears whole, with its schema, under its name: no other process ever sees a part of it."""
    try:
        with copies.fresh(path) as fresh:
            with copies.said(path), closing(copies.connect(fresh, "rwc")) as connection:
                connection.execute("pragma journal_mode = wal")
            with closing(Store(place(fresh))) as made:
                versions.make(made)
    except Exists:
        return  # another process was quicker


class Logbook:
    """What people wrote. Entries are only ever added; the present state is the newest entry of each subject."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, kind: str, subject: str, body: Body, author: str, replaces: int | None = None) -> int:
        """Write one entry; returns its id. When this returns, it is on the disk.

        kind      any word; those with a form are in register.yml
        subject   what it is about: it belongs to the kind that wrote about it first
        body      what JSON can hold, by name; it is not judged here
        replaces  the id of the subject's newest entry, as the author last saw it; None only for the first
        raises    Conflict where that is not the newest entry; ValueError for an empty name or a body that is no JSON
        """
        return self.append_all(kind, [Draft(subject, body, replaces)], author)[0]

    def append_all(self, kind: str, drafts: Sequence[Draft], author: str) -> list[int]:
        """Write many entries of one kind, all of them or, at the first Conflict, none; returns their ids."""
        _named("author", author)
        _named("kind", kind)
        bodies = [_as_json(draft) for draft in drafts]
        with self._store.writing() as connection:
            newest = self._newest(connection, [draft.subject for draft in drafts])
            first = (connection.execute(sa.select(sa.func.max(TABLE.c.id))).scalar() or 0) + 1
            at = datetime.now(UTC)
            rows = []
            for number, (draft, body) in enumerate(zip(drafts, bodies, strict=True), start=first):
                before = newest.get(draft.subject)
                if (before.id if before else None) != draft.replaces or (before and before.kind != kind):
                    raise Conflict(draft.subject, kind, draft.replaces, before)
                entry = Entry(number, at, author.strip(), kind, draft.subject, draft.body, draft.replaces)
                newest[draft.subject] = entry
                rows.append({**vars(entry), "at": at.isoformat(timespec="microseconds"), "body": body})
            if rows:
                connection.execute(sa.insert(TABLE), rows)
        return [row["id"] for row in rows]

    def latest(self, kind: str) -> pd.DataFrame:
        """The newest entry of each subject of that kind, in the order in which they were written.

        returns  id, at (UTC), author, subject, body (dict); no row where nothing has been written
        """
        return self._read(COLUMNS, _newest_of(kind), TABLE.c.id)

    def history(self, subject: str) -> pd.DataFrame:
        """Every entry about that subject, the newest first: id, at (UTC), author, subject, body, kind, replaces."""
        return self._read(ALL_COLUMNS, TABLE.c.subject == subject, TABLE.c.id.desc())

    def entries(self, kind: str, only_newest: bool = False) -> pd.DataFrame:
        """Every entry of that kind (or the newest of each subject), the oldest first, with the columns of `history`."""
        return self._read(ALL_COLUMNS, _newest_of(kind) if only_newest else TABLE.c.kind == kind, TABLE.c.id)

    def kinds(self) -> list[str]:
        """The kinds of which something has been written, sorted."""
        with self._store.reading() as connection:
            return list(connection.execute(sa.select(TABLE.c.kind).distinct().order_by(TABLE.c.kind)).scalars())

    def mark(self) -> str:
        """A word that is another one after every write: the key by which a reader may keep its answers."""
        newest = sa.select(TABLE.c.id, TABLE.c.at).order_by(TABLE.c.id.desc()).limit(1)
        with self._store.reading() as connection:
            return " ".join(str(value) for value in connection.execute(newest).first() or ())

    def close(self) -> None:
        """Let go of the file, or of the server; a later call opens it again."""
        self._store.close()

    def __enter__(self) -> "Logbook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(
        self, columns: Sequence[str], which: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
    ) -> pd.DataFrame:
        asked = sa.select(*(TABLE.c[name] for name in columns)).where(which).order_by(order)
        with self._store.reading() as connection:
            # The driver's own tuples: SQLAlchemy's rows of 10,000 entries take as long as the query.
            cursor = connection.execute(asked).cursor
            rows = cursor.fetchall() if cursor else []
        found = dict(zip(columns, zip(*rows, strict=True) if rows else ((),) * len(columns), strict=True))
        return _table(found)

    def _newest(self, connection: sa.Connection, subjects: Sequence[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for start in range(0, len(subjects), AT_ONCE):
            named = TABLE.c.subject.in_(subjects[start : start + AT_ONCE])
            ids = sa.select(sa.func.max(TABLE.c.id)).where(named).group_by(TABLE.c.subject)
            for row in connection.execute(sa.select(TABLE).where(TABLE.c.id.in_(ids))).mappings():
                entry = Entry(**{**row, "at": datetime.fromisoformat(row["at"]), "body": json.loads(row["body"])})
                found[entry.subject] = entry
        return found


def _newest_of(kind: str) -> sa.ColumnElement[bool]:
    ids = sa.select(sa.func.max(TABLE.c.id)).where(TABLE.c.kind == kind).group_by(TABLE.c.subject)
    return TABLE.c.id.in_(ids)


def _table(found: Mapping[str, Iterable[Any]]) -> pd.DataFrame:
    """The columns read, each with its type, also where there is no row."""
    columns: dict[str, pd.Series[Any]] = {}
    for name, values in found.items():
        match name:
            case "id":
                columns[name] = pd.Series(values, dtype="int64")
            case "replaces":
                columns[name] = pd.Series(values, dtype="Int64")
            case "at":
                # The schema sees to it that all are in UTC and equally long: numpy reads them, without the zone.
                times = np.array([text[:-6] for text in values], dtype="datetime64[us]")
                columns[name] = pd.Series(times).dt.tz_localize("UTC")
            case "body":
                # One long text is read in half the time of many short ones.
                columns[name] = pd.Series(json.loads(f"[{','.join(values)}]"), dtype=object)
            case _:
                columns[name] = pd.Series(values, dtype="str")
    return pd.DataFrame(columns)


def _as_json(draft: Draft) -> str:
    _named("subject", draft.subject)
    if not isinstance(draft.body, Mapping):
        raise ValueError(f"the body of {draft.subject!r} must be a mapping, not {draft.body!r}")
    try:
        return json.dumps(dict(draft.body), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the body of {draft.subject!r} cannot be kept as JSON: {error}") from error


def _named(argument: str, value: str) -> None:
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        raise ValueError(f"{argument} must be text that is not blank, not {value!r}")
