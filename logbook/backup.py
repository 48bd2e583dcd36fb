"""Back up a logbook's file while it is in use, and bring one back."""

import dataclasses
from contextlib import closing
from pathlib import Path

from logbook import book, copies
from logbook.errors import Exists, LogbookError, NoLogbook
from logbook.store import Place, place


def back_up(where: Place, target: Path | None = None) -> Path:
    """Copy the logbook as it is at one moment; returns the copy (default: beside the logbook, named by the time).

    raises  NoLogbook, Exists, LogbookError
    """
    path = _existing(where)
    _check(path)
    if target is None:
        return copies.copy_beside(path, "backup")
    copies.copy(path, target)
    return target


def restore(where: Place, source: Path, replace: bool = False) -> Path | None:
    """Make the logbook what the copy says; returns the file in which the old one is kept, None if there was none.

    A copy of an older version is brought up to date. Apps that run see the restored entries at their next read.
    raises  Exists where there is a logbook and `replace` is not set; LogbookError where the copy is none
    """
    path = _file(where)
    if not source.is_file():
        raise LogbookError(f"{source} is no file. Name a copy that `python -m logbook backup` made.")
    if path.exists() and not replace:
        raise Exists(
            f"{path} exists already. Add --replace to put the copy in its place; the old one is kept beside it."
        )
    _check(source)
    if not path.exists():
        with copies.fresh(path) as fresh:
            _checked_copy(source, fresh)
        return None
    book.open_at(where).close()  # refuses to write over what is no logbook
    with copies.scratch(path) as fresh:
        _checked_copy(source, fresh)
        return copies.replace(path, fresh)


def _checked_copy(source: Path, fresh: Path) -> None:
    """A copy to work on: a backup is never changed itself."""
    with (
        copies.said(source),
        closing(copies.connect(source, "ro")) as read,
        closing(copies.connect(fresh, "rwc")) as made,
    ):
        read.backup(made)
        made.execute("pragma journal_mode = wal")
    book.open_at(dataclasses.replace(place(fresh), name=str(source))).close()


def _check(path: Path) -> None:
    with copies.said(path), closing(copies.connect(path, "ro")) as connection:
        ((found,), *_) = connection.execute("pragma integrity_check(1)").fetchall()
    if found != "ok":
        raise LogbookError(f"{path} is damaged ({found}). Use an older copy.")


def _existing(where: Place) -> Path:
    path = _file(where)
    if not path.exists():
        raise NoLogbook(f"There is no logbook at {path} yet: the app makes it when it starts.")
    return path


def _file(where: Place) -> Path:
    if where.path is None:
        raise LogbookError(f"{where} is no file: use the database's own tools, pg_dump and pg_restore.")
    return where.path
