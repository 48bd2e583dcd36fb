"""Copies of a logbook's file: made while it is written to, never half, never over another file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from logbook.errors import Exists, LogbookError
from logbook.store import BUSY_SECONDS, REFUSED, sync


def copy_beside(path: Path, label: str) -> Path:
    """A copy in the same folder: logbook.db → logbook-<label>-20260331-091500.db."""
    now = datetime.now(UTC)
    for name in (f"{label}-{now:%Y%m%d-%H%M%S}", f"{label}-{now:%Y%m%d-%H%M%S-%f}"):
        beside = path.with_name(f"{path.stem}-{name}{path.suffix}")
        if not beside.exists():
            break
    copy(path, beside)
    return beside


def copy(source: Path, target: Path) -> None:
    """The state of the source at one moment, as one file that needs no other beside it; Exists, LogbookError."""
    with fresh(target) as made, said(source), closing(connect(source)) as read, closing(connect(made, "rwc")) as write:
        read.backup(write)
        write.execute("pragma journal_mode = delete")


@contextmanager
def fresh(target: Path) -> Iterator[Path]:
    """A file to fill that becomes the target when it is whole; Exists where a target stands there by then."""
    with scratch(target) as made:
        yield made
        try:
            # A link, not a move: of two processes the second is told, instead of taking the first one's file away.
            os.link(made, target)
            sync(target.parent)
        except FileExistsError:
            raise Exists(f"{target} exists already. Name another file.") from None
        except OSError as error:
            raise _unwritable(target, error) from error


@contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """A name beside the target for a file that is gone afterwards."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise LogbookError(f"{target} cannot be made: {target.parent} is no folder. Name another place.") from None
    except OSError as error:
        raise _unwritable(target, error) from error
    made = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        yield made
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            made.with_name(made.name + ending).unlink(missing_ok=True)


def replace(target: Path, source: Path) -> Path:
    """Put the source's content in the place of the target's, in one transaction; returns the copy kept of the old.

    Programs that have the target open see the new content at their next read. Nothing written meanwhile is lost: the
    copy is made of what is there once nobody else can write.
    """
    kept: list[Path] = []

    def keep(status: int, _remaining: int, _total: int) -> None:
        if status not in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
            raise LogbookError(f"{target} {REFUSED[sqlite3.SQLITE_BUSY]}.")
        # The first page is in, so the lock is held; others still read, and copy, what was there before.
        if not kept:
            kept.append(copy_beside(target, "before-restore"))

    with said(target), closing(connect(source)) as read, closing(connect(target)) as write:
        read.backup(write, pages=1, progress=keep)
    return kept[0]


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """A bare connection to a file."""
    return sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


@contextmanager
def said(path: Path) -> Iterator[None]:
    """What SQLite refuses, in plain words."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        raise LogbookError(f"{path} {REFUSED.get((code or 0) & 0xFF) or f'cannot be used ({error})'}.") from error


def _unwritable(target: Path, error: OSError) -> LogbookError:
    return LogbookError(f"{target} cannot be made ({error.strerror}). Name another place.")
