"""How a logbook's database is reached: connections, transactions, and words for what it refuses."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import QueuePool, StaticPool

from logbook.errors import LogbookError, NoLogbook

# Longer than any write takes, shorter than the patience of whoever clicked.
BUSY_SECONDS = 10
# One lock for all writers of a PostgreSQL database; the number stands in the header of an SQLite file as well ("Alma").
LOCK = 0x416C6D61
IN_MEMORY = (None, "", ":memory:")

REFUSED = {
    sqlite3.SQLITE_BUSY: f"is kept busy by another program: it was waited for, {BUSY_SECONDS} seconds. Try again",
    sqlite3.SQLITE_READONLY: "cannot be written. Allow the user that runs this to write file and folder",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error. Check the disk",
    sqlite3.SQLITE_CORRUPT: "is damaged. Move it away, then bring a copy back: `python -m logbook restore FILE`",
    sqlite3.SQLITE_FULL: "cannot grow: there is no space left on its disk. Make room, then try again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Allow the user that runs this to read and write file and folder",
    sqlite3.SQLITE_NOTADB: "is not a logbook. Name another file (ALMANAC_LOGBOOK)",
}


def url() -> str:
    """The logbook in use: ALMANAC_LOGBOOK (a path, or an address as SQLAlchemy has it), or data/logbook.db."""
    return os.environ.get("ALMANAC_LOGBOOK") or str(Path(__file__).parent.parent / "data" / "logbook.db")


@dataclass(frozen=True)
class Place:
    """Where a logbook is: `url` for SQLAlchemy; `path` where it is a file; `name` for people, if it is not that."""

    url: sa.URL
    path: Path | None
    name: str = ""

    def __str__(self) -> str:
        return self.name or str(self.path or self.url.render_as_string(hide_password=True))


def place(named: str | Path) -> Place:
    """Where the logbook of that path or SQLAlchemy URL is; LogbookError where it names no such thing."""
    if "://" not in str(named):
        path = Path(named).expanduser().absolute()
        return Place(sa.URL.create("sqlite", database=str(path)), path)
    try:
        url = sa.make_url(str(named))
        dialect = url.get_dialect().name
    except NoSuchModuleError:
        dialect = url.drivername
    except ArgumentError:
        raise LogbookError(
            "The logbook's address (ALMANAC_LOGBOOK) cannot be read: write a path, or an address such as "
            "postgresql+psycopg://user:password@host/database."
        ) from None
    if dialect not in ("sqlite", "postgresql"):
        raise LogbookError(f"A logbook is kept in SQLite or PostgreSQL, not in {dialect}: change ALMANAC_LOGBOOK.")
    is_file = dialect == "sqlite" and url.database not in IN_MEMORY
    return Place(url, Path(str(url.database)).expanduser().absolute() if is_file else None)


class Store:
    """A database and its connections; safe to share between threads."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.engine = _engine(place)
        self.dialect = self.engine.dialect.name
        self._file = self._identity()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the logbook throughout."""
        self._follow()
        with self._words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is the only one to write, kept whole or not at all."""
        self._follow()
        with self._words(), self.engine.connect() as connection:
            connection = connection.execution_options(begin="begin immediate")
            with connection.begin():
                if self.dialect == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                yield connection

    def close(self) -> None:
        """Let go of the file, or of the server."""
        self.engine.dispose()

    def _follow(self) -> None:
        """Leave connections to a file that was moved away or replaced: what they wrote would be lost."""
        if self._identity() != self._file:
            self.engine.dispose()
            self._file = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        path = self.place.path
        if path is None:
            return None
        try:
            found = path.stat()
        except FileNotFoundError:
            raise NoLogbook(f"{path} is gone. Bring a copy back with `python -m logbook restore FILE`.") from None
        except OSError as error:
            raise LogbookError(
                f"{path} cannot be opened ({error.strerror}). Name another place: ALMANAC_LOGBOOK."
            ) from None
        return found.st_dev, found.st_ino

    @contextmanager
    def _words(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise LogbookError(f"{self.place} {_refusal(error)}.") from error
        except NoConnectionFree as error:
            raise LogbookError(f"{self.place} is asked for by too many at once. Try again.") from error


def _engine(place: Place) -> sa.Engine:
    if place.url.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(place.url, pool_pre_ping=True)
        except ImportError as error:
            raise LogbookError(f"{place} needs a driver: install {error.name} beside the app.") from error
    url: sa.URL = place.url
    pool: dict[str, type[sa.Pool]] = {}
    if place.path is None:
        pool = {"poolclass": StaticPool}
    else:
        if place.path.is_dir():
            raise LogbookError(f"{place} is a folder. Name a file in it: ALMANAC_LOGBOOK={place.path / 'logbook.db'}")
        # mode=rw: a file that is not there is never made by looking for it.
        query = {"mode": "rw", **url.query, "uri": "true"}
        url, pool = url.set(database=f"file:{quote(str(place.path))}", query=query), {"poolclass": QueuePool}
    # Without an isolation level the driver begins no transaction of its own: ours does, below.
    settings = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=settings, **pool)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _: object) -> None:
        # People write a few entries a minute: each is on the disk before it is acknowledged, power cut or not.
        connection.execute("pragma synchronous = full")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "begin"))

    return engine


def _refusal(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlite_errorcode", None)
    sentence = REFUSED.get(code & 0xFF) if code is not None else None
    reason = (str(error.orig).strip() or "no reason given").splitlines()[0]
    return sentence or f"cannot be used ({reason})"


def sync(folder: Path) -> None:
    """Have the disk keep the names in this folder, not only what the files hold."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
