"""A logbook is found, made, brought up to date; and what cannot be used is told in a sentence with the remedy."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import logbook
from logbook import LogbookError, NoLogbook, store, versions
from logbook.store import LOCK, place

ROOT = Path(__file__).parents[2]


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} - {"logbook.db-wal", "logbook.db-shm"}


def refusal(named: str | Path) -> str:
    with pytest.raises(LogbookError) as told:
        logbook.open(named).append("note", "a", {}, "Ann")
    return str(told.value)


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"pragma {name}").fetchone()[0]


def test_the_logbook_in_use_is_data_logbook_db_unless_another_is_named(monkeypatch):
    assert logbook.url() == str(ROOT / "data" / "logbook.db")
    monkeypatch.setenv("ALMANAC_LOGBOOK", "elsewhere.db")
    assert logbook.url() == "elsewhere.db"


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_path_and_an_address_name_the_same_file(tmp_path, monkeypatch, form):
    file = tmp_path / "a folder" / "log%20book ?#1.db" if form == "{}" else tmp_path / "a folder" / "logbook.db"
    monkeypatch.setenv("ALMANAC_LOGBOOK", form.format(file))
    with logbook.open() as book:
        book.append("note", "a", {}, "Ann")
    with logbook.open(file) as book:
        assert len(book.latest("note")) == 1
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_new_logbook_is_durable_and_lets_people_read_while_others_write(tmp_path):
    file = tmp_path / "logbook.db"
    logbook.open(file).close()
    assert pragma(file, "journal_mode") == "wal"
    assert pragma(file, "user_version") == len(versions.changes("sqlite")) == 1
    assert pragma(file, "application_id") == LOCK
    with logbook.open(file) as book, book._store.reading() as connection:
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2  # full


def test_reading_changes_nothing(tmp_path):
    file = tmp_path / "logbook.db"
    with logbook.open(file) as book:
        book.append("note", "a", {}, "Ann")
    before = file.read_bytes()
    with logbook.open(file) as book:
        assert len(book.latest("note")) == len(book.history("a")) == len(book.entries("note")) == 1
    assert file.read_bytes() == before
    assert names(tmp_path) == {"logbook.db"}


def test_what_is_no_logbook_is_left_alone_and_said(tmp_path):
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table entries (id integer)")
    before = other.read_bytes()
    assert refusal(other) == f"{other} is not a logbook but another database. Name another file (ALMANAC_LOGBOOK)."
    assert other.read_bytes() == before
    text = tmp_path / "notes.txt"
    text.write_text("What people wrote, and much more of it.\n" * 99)
    assert refusal(text) == f"{text} is not a logbook. Name another file (ALMANAC_LOGBOOK)."
    empty = tmp_path / "empty.db"
    empty.touch()
    assert refusal(empty) == f"{empty} is not a logbook but an empty file. Remove it, and it is made anew."
    assert names(tmp_path) == {"other.db", "notes.txt", "empty.db"}


def test_places_where_no_file_can_be_are_said(tmp_path):
    said = f"{tmp_path} is a folder. Name a file in it: ALMANAC_LOGBOOK={tmp_path / 'logbook.db'}"
    assert refusal(tmp_path) == said
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "logbook.db") == (
        f"{tmp_path / 'file' / 'logbook.db'} cannot be made: {tmp_path / 'file'} is no folder. Name another place."
    )
    assert refusal("/proc/almanac/logbook.db") == (
        "/proc/almanac/logbook.db cannot be made (No such file or directory). Name another place."
    )
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert (
        refusal(loop)
        == f"{loop} cannot be opened (Too many levels of symbolic links). Name another place: ALMANAC_LOGBOOK."
    )


def test_a_file_that_may_only_be_read_is_said(tmp_path):
    file = tmp_path / "logbook.db"
    logbook.open(file).close()
    assert refusal(f"sqlite:///{file}?mode=ro") == (
        f"{file} cannot be written. Allow the user that runs this to write file and folder."
    )


def test_a_full_disk_is_said(tmp_path):
    with logbook.open(tmp_path / "logbook.db") as book:
        with book._store.reading() as connection:
            connection.exec_driver_sql("pragma max_page_count = 1")
        with pytest.raises(LogbookError, match="there is no space left on its disk"):
            book.append("note", "a", {"text": "x" * 100_000}, "Ann")
        assert book.kinds() == []


def test_a_file_that_another_program_keeps_locked_is_said_and_can_still_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    file = tmp_path / "logbook.db"
    with logbook.open(file) as book, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(LogbookError, match="is kept busy by another program"):
            book.append("note", "a", {}, "Ann")
        assert len(book.latest("note")) == 0
        other.execute("rollback")
        book.append("note", "a", {}, "Ann")


def test_a_damaged_file_is_said(tmp_path):
    file = tmp_path / "logbook.db"
    with logbook.open(file) as book:
        book.append_all("note", [logbook.Draft(f"n{number}", {"text": "x" * 200}) for number in range(200)], "Ann")
    content = bytearray(file.read_bytes())
    content[4096:] = b"\x99" * (len(content) - 4096)
    file.write_bytes(content)
    with logbook.open(file) as book, pytest.raises(LogbookError, match=r"is damaged\. Move it away, then bring a copy"):
        book.latest("note")


def test_a_file_moved_away_or_replaced_under_a_running_app_is_not_written_to_any_more(tmp_path):
    file, kept = tmp_path / "logbook.db", tmp_path / "kept.db"
    with logbook.open(file) as book:
        book.append("note", "a", {}, "Ann")
        logbook.open(tmp_path / "new.db").close()
        file.rename(kept)
        with pytest.raises(NoLogbook, match=r"is gone\. Bring a copy back"):
            book.append("note", "b", {}, "Ann")
        assert not file.exists()
        for ending in ("-wal", "-shm"):
            shutil.move(f"{file}{ending}", f"{kept}{ending}")
        (tmp_path / "new.db").rename(file)
        assert book.append("note", "c", {}, "Ann") == 1
        assert book.latest("note")["subject"].tolist() == ["c"]
    with logbook.open(kept) as book:
        assert book.latest("note")["subject"].tolist() == ["a"]


def test_a_file_that_vanishes_is_never_made_by_looking_for_it(tmp_path):
    file = tmp_path / "logbook.db"
    logbook.open(file).close()
    opened = store.Store(place(file))
    file.unlink()
    with pytest.raises(OperationalError, match="unable to open database file"):
        opened.engine.connect()
    assert not file.exists()
    opened.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "mysql://root:secret@host/db",
            "A logbook is kept in SQLite or PostgreSQL, not in mysql: change ALMANAC_LOGBOOK.",
        ),
        (
            "nosuch://root:secret@host/db",
            "A logbook is kept in SQLite or PostgreSQL, not in nosuch: change ALMANAC_LOGBOOK.",
        ),
        ("://", "The logbook's address (ALMANAC_LOGBOOK) cannot be read: write a path, or an address such as"),
        (
            "postgresql+pg8000://root:secret@host/db",
            "postgresql+pg8000://root:***@host/db needs a driver: install pg8000",
        ),
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(address, said):
    told = refusal(address)
    assert told.startswith(said)
    assert "secret" not in told


# Versions ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """What a next version of the app would have: one change of schema more, of two statements."""

    def use(second):
        folder = tmp_path / "schema"
        shutil.copytree(versions.FOLDER, folder)
        (folder / "0002_place.sqlite.sql").write_text(
            f"-- A place for each entry.\n\nalter table entries add column place text\n\n{second}\n"
        )
        monkeypatch.setattr(versions, "FOLDER", folder)

    return use


def test_an_older_logbook_is_brought_up_to_date_with_a_copy_beside_it(tmp_path, next_version):
    home = tmp_path / "home"
    with logbook.open(home / "logbook.db") as book:
        book.append("note", "a", {"text": "old"}, "Ann")
    next_version("create index entries_by_place on entries (place)")
    with logbook.open(home / "logbook.db") as book:
        assert book.latest("note")["body"].tolist() == [{"text": "old"}]
        assert book.append("note", "a", {}, "Bo", replaces=1) == 2
    assert pragma(home / "logbook.db", "user_version") == 2
    (copy,) = names(home) - {"logbook.db"}
    assert re.fullmatch(r"logbook-schema-1-\d{8}-\d{6}\.db", copy)
    assert pragma(home / copy, "user_version") == 1
    logbook.open(home / "logbook.db").close()
    assert len(names(home)) == 2


def test_a_change_that_fails_changes_nothing(tmp_path, next_version):
    home = tmp_path / "home"
    with logbook.open(home / "logbook.db") as book:
        book.append("note", "a", {"text": "old"}, "Ann")
    next_version("create index entries_by_place on nowhere (place)")
    assert "cannot be used (no such table: main.nowhere)" in refusal(home / "logbook.db")
    with closing(sqlite3.connect(home / "logbook.db")) as connection:
        columns = [row[1] for row in connection.execute("pragma table_info(entries)")]
    assert "place" not in columns and pragma(home / "logbook.db", "user_version") == 1


def test_a_newer_logbook_is_left_alone_and_says_so(tmp_path):
    file = tmp_path / "logbook.db"
    logbook.open(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma user_version = 7")
    before = file.read_bytes()
    assert refusal(file) == (
        f"{file} was written by a newer version of this app (schema 7; this one knows up to 1). "
        "Start the newer version, or name another logbook with ALMANAC_LOGBOOK."
    )
    assert file.read_bytes() == before


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_changes_of_schema_are_numbered_from_one_without_a_gap(dialect):
    numbers = [int(file.name[:4]) for file in versions.changes(dialect)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_place_is_shown_without_its_password():
    assert str(place("postgresql://ann:secret@host/almanac")) == "postgresql://ann:***@host/almanac"
