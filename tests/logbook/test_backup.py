"""Backup, restore and export: one command each, answered in plain words."""

import csv
import io
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

import logbook
from logbook import Draft, LogbookError, backup
from logbook.__main__ import main
from logbook.store import place


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "home" / "logbook.db"
    monkeypatch.setenv("ALMANAC_LOGBOOK", str(path))
    return path


def write(file: Path, *subjects: str) -> None:
    with logbook.open(file) as book:
        for subject in subjects:
            history = book.history(subject)
            book.append(
                "note", subject, {"title": subject}, "Ann", int(history["id"].iloc[0]) if len(history) else None
            )


def subjects(file: Path) -> list[str]:
    with logbook.open(file) as book:
        return book.entries("note")["subject"].tolist()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    told = capsys.readouterr()
    assert told.out == ""
    return code, told.err


def test_a_backup_is_one_file_and_brings_everything_back(file, tmp_path, capsys):
    write(file, "a", "b", "a")
    copy = tmp_path / "kept" / "copy.db"
    assert said(capsys, "backup", str(copy)) == (0, f"The logbook is copied to {copy}.\n")
    assert [each.name for each in copy.parent.iterdir()] == ["copy.db"]
    file.unlink()
    assert said(capsys, "restore", str(copy)) == (0, f"{file} is what {copy} says.\n")
    assert subjects(file) == ["a", "b", "a"]
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    write(file, "a")
    assert [each.name for each in copy.parent.iterdir()] == ["copy.db"]


def test_a_backup_without_a_name_lies_beside_the_logbook(file, capsys):
    write(file, "a")
    for _ in range(2):
        code, told = said(capsys, "backup")
        assert code == 0 and re.search(r"logbook-backup-\d{8}-\d{6}(-\d{6})?\.db\.\n$", told)
    assert len(list(file.parent.glob("logbook-backup-*.db"))) == 2


def test_a_backup_never_goes_over_a_file(file, tmp_path, capsys):
    write(file, "a")
    taken = tmp_path / "taken.db"
    taken.write_text("mine")
    assert said(capsys, "backup", str(taken)) == (1, f"{taken} exists already. Name another file.\n")
    assert taken.read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "taken.db"]


def test_a_backup_made_while_people_write_is_one_moment_of_the_logbook(file, tmp_path):
    write(file, "a")
    stop = threading.Event()
    with logbook.open(file) as book:

        def work():
            count = 0
            while not stop.is_set():
                book.append_all("note", [Draft(f"{count}-{half}", {}) for half in "ab"], "Bo")
                count += 1

        worker = threading.Thread(target=work)
        worker.start()
        copies = [backup.back_up(place(file), tmp_path / f"{number}.db") for number in range(10)]
        stop.set()
        worker.join()
        written = book.entries("note")["subject"].tolist()
    for copy in copies:
        kept = subjects(copy)
        assert kept == written[: len(kept)]
        assert len(kept) % 2 == 1  # "a", then pairs


def test_a_restore_over_a_logbook_wants_to_be_told_so_and_keeps_the_old_one(file, tmp_path, capsys):
    write(file, "a")
    copy = backup.back_up(place(file), tmp_path / "copy.db")
    write(file, "b")
    code, told = said(capsys, "restore", str(copy))
    assert (code, told) == (
        1,
        f"{file} exists already. Add --replace to put the copy in its place; the old one is kept beside it.\n",
    )
    assert subjects(file) == ["a", "b"]
    code, told = said(capsys, "restore", str(copy), "--replace")
    assert code == 0
    (kept,) = file.parent.glob("logbook-before-restore-*.db")
    assert told.splitlines()[1] == f"What it was before is kept in {kept}."
    assert (subjects(file), subjects(kept)) == (["a"], ["a", "b"])


def test_a_restore_under_a_running_app_is_seen_at_its_next_read_and_loses_nothing_written_meanwhile(file, tmp_path):
    write(file, "a")
    copy = backup.back_up(place(file), tmp_path / "copy.db")
    acknowledged, stop = [], threading.Event()
    with logbook.open(file) as book:

        def work():
            count = 0
            while not stop.is_set():
                book.append("note", f"b{count}", {}, "Bo")
                acknowledged.append(f"b{count}")
                count += 1

        worker = threading.Thread(target=work)
        worker.start()
        while len(acknowledged) < 5:
            pass
        kept = backup.restore(place(file), copy, replace=True)
        assert kept
        after = len(acknowledged)
        while len(acknowledged) < after + 5:
            pass
        stop.set()
        worker.join()
        now = book.entries("note")["subject"].tolist()
    before = subjects(kept)
    assert now[0] == before[0] == "a"
    assert before[1:] + now[1:] == acknowledged


def test_a_copy_that_is_none_is_refused_and_the_logbook_stays(file, tmp_path, capsys):
    write(file, "a")
    text, other, damaged, newer = (tmp_path / f"{name}.db" for name in ("text", "other", "damaged", "newer"))
    text.write_text("no database " * 999)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table t (x)")
    backup.back_up(place(file), newer)
    content = bytearray(newer.read_bytes())
    content[8192:] = b"\x99" * (len(content) - 8192)
    damaged.write_bytes(content)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("pragma user_version = 9")
    for copy, reason in [
        (tmp_path / "none.db", "is no file. Name a copy that `python -m logbook backup` made."),
        (tmp_path, "is no file."),
        (text, "is not a logbook."),
        (other, "is not a logbook but another database."),
        (damaged, "is damaged"),
        (newer, "was written by a newer version of this app (schema 9; this one knows up to 1)."),
    ]:
        code, told = said(capsys, "restore", str(copy), "--replace")
        assert code == 1
        assert told.startswith(f"{copy} {reason}")
    assert subjects(file) == ["a"]
    assert {each.name for each in file.parent.iterdir()} == {"logbook.db"}


def test_without_a_logbook_there_is_nothing_to_copy_and_none_is_made(file, capsys):
    for command in ("backup", "export"):
        assert said(capsys, command) == (1, f"There is no logbook at {file} yet: the app makes it when it starts.\n")
    assert not file.parent.exists()


def test_a_server_has_tools_of_its_own():
    with pytest.raises(LogbookError, match="use the database's own tools, pg_dump and pg_restore"):
        backup.back_up(place("postgresql://host/db"))


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_each_kind_is_exported_with_every_field_of_the_register_as_a_column(file, tmp_path, capsys):
    with logbook.open(file) as book:
        book.append("note", "note:1", {"day": "2026-03-31", "kind": "release", "title": "=1+1", "extra": [1]}, "@Ann")
        book.append("note", "note:1", {"day": "2026-04-01", "kind": "other", "title": "4.1"}, "Bo", replaces=1)
        book.append("../week", "2026-W14", {"figures": {"new_users": 3}}, "Bo")
    out = tmp_path / "out"
    code, told = said(capsys, "export", "--out", str(out))
    assert code == 0 and f"{out / 'note.csv'}: 1 entries." in told
    assert {each.name for each in out.iterdir()} == {
        *("check.csv", "stage_override.csv", "target.csv", "note.csv", "commitment.csv", "demand.csv", "forecast.csv"),
        "campaign_forecast.csv",
        "___week.csv",
    }
    (row,) = read(out / "note.csv")
    assert list(row) == [
        *("id", "at", "author", "subject", "replaces", "day", "until", "kind", "title", "text", "source"),
        *("figure", "owner", "campaign", "withdrawn"),
    ]
    assert (row["id"], row["replaces"], row["title"], row["text"]) == ("2", "1", "4.1", "")
    assert read(out / "check.csv") == []
    assert read(out / "___week.csv")[0]["figures"] == '{"new_users": 3}'

    said(capsys, "export", "--out", str(out), "--kind", "note", "--history")
    old, new = read(out / "note.csv")
    assert (old["id"], old["replaces"], old["author"], old["title"], old["extra"]) == ("1", "", "'@Ann", "'=1+1", "[1]")
    assert (new["id"], new["extra"]) == ("2", "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", new["at"])


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["export", "--kind", "notes"], 2, "notes is no kind of entry: did you mean note?\n"),
        (["export", "--kind", "zzz"], 2, "zzz is no kind of entry: there is check, stage_override, target, note,"),
        (
            ["export", "--out", "/proc/x"],
            1,
            "/proc/x/check.csv cannot be written (No such file or directory). Name another",
        ),
        (["restore"], 2, "usage: python -m logbook restore"),
        (["frobnicate"], 2, "usage: python -m logbook"),
        ([], 2, "usage: python -m logbook"),
    ],
)
def test_a_slip_is_answered(file, capsys, arguments, code, told):
    write(file, "a")
    got, heard = said(capsys, *arguments)
    assert got == code
    assert heard.startswith(told)
