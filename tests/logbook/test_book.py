"""What people wrote is added to and never changed; the present state is the newest entry of each subject."""

import json
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

import logbook
from logbook import Conflict, Draft


@pytest.fixture
def book(tmp_path):
    with logbook.open(tmp_path / "logbook.db") as opened:
        yield opened


def test_the_newest_entry_of_each_subject_is_the_present_state(book):
    first = book.append("note", "a", {"text": "one"}, "Ann")
    other = book.append("note", "b", {"text": "数据"}, "Bo")
    second = book.append("note", "a", {"text": "two"}, " Cy ", replaces=first)
    book.append("check", "c", {}, "Ann")
    assert book.latest("note").drop(columns="at").to_dict("records") == [
        {"id": other, "author": "Bo", "subject": "b", "body": {"text": "数据"}},
        {"id": second, "author": "Cy", "subject": "a", "body": {"text": "two"}},
    ]
    assert list(book.latest("note")) == ["id", "at", "author", "subject", "body"]
    assert (first, other, second) == (1, 2, 3)


def test_the_history_of_a_subject_is_told_newest_first(book):
    first = book.append("note", "a", {"text": "one"}, "Ann")
    book.append("note", "b", {}, "Bo")
    second = book.append("note", "a", {"text": "two"}, "Cy", replaces=first)
    history = book.history("a")
    assert list(history) == ["id", "at", "author", "subject", "body", "kind", "replaces"]
    assert history["id"].tolist() == [second, first]
    assert history["kind"].tolist() == ["note", "note"]
    assert history["replaces"].tolist() == [first, pd.NA]
    assert history["body"].tolist() == [{"text": "two"}, {"text": "one"}]


def test_what_was_never_written_about_is_an_empty_table_with_the_same_types(book):
    none, nobody = book.latest("note"), book.history("a")
    book.append("note", "a", {}, "Ann")
    assert (len(none), len(nobody)) == (0, 0)
    assert none.dtypes.to_dict() == book.latest("note").dtypes.to_dict()
    assert nobody.dtypes.to_dict() == book.history("a").dtypes.to_dict()


def test_times_are_in_utc_and_are_those_of_the_writing(book):
    before = datetime.now(UTC)
    book.append("note", "a", {}, "Ann")
    (at,) = book.latest("note")["at"]
    assert before <= at <= datetime.now(UTC)
    assert at.utcoffset() == timedelta(0)


def test_a_body_comes_back_as_it_was_given(book):
    body = {
        "text": 'a "quote", 你好 🎉\n\u0000',
        "value": 0.1,
        "whole": 3,
        "no": None,
        "truth": True,
        "list": [{"a": []}],
    }
    book.append("note", "a", body, "Ann")
    assert book.latest("note")["body"].tolist() == [body]


def test_two_on_one_subject_one_wins_and_the_other_is_told_who_and_when(book, tmp_path):
    seen = book.append("check", "check:persona", {"done": False}, "Ann")
    with logbook.open(tmp_path / "logbook.db") as second:
        won = book.append("check", "check:persona", {"done": True}, "Bo", replaces=seen)
        with pytest.raises(Conflict) as refused:
            second.append("check", "check:persona", {"done": True}, "Cy", replaces=seen)
    conflict = refused.value
    assert (conflict.author, conflict.id, conflict.body) == ("Bo", won, {"done": True})
    assert conflict.at == book.history("check:persona")["at"].iloc[0]
    assert str(conflict) == (
        f"“check:persona” was changed meanwhile, by Bo at {conflict.at:%Y-%m-%d %H:%M} UTC (entry {won}). "
        "Nothing was written: look at it, then decide again."
    )
    assert book.history("check:persona")["author"].tolist() == ["Bo", "Ann"]


@pytest.mark.parametrize(
    ("kind", "subject", "replaces", "said"),
    [
        ("note", "a", None, "“a” was changed meanwhile, by Bo at"),
        ("note", "a", 1, "“a” was changed meanwhile, by Bo at"),
        ("note", "a", 3, "“a” was changed meanwhile, by Bo at"),
        ("note", "new", 2, "Nothing has been written about “new” yet, so entry 2 is not its newest one."),
        ("check", "a", 2, "“a” is the name of another kind of entry, note, written by Bo at"),
    ],
)
def test_a_write_that_does_not_follow_the_newest_is_refused(book, kind, subject, replaces, said):
    book.append("note", "a", {}, "Ann")
    book.append("note", "a", {}, "Bo", replaces=1)
    book.append("note", "b", {}, "Cy")
    with pytest.raises(Conflict) as refused:
        book.append(kind, subject, {}, "Di", replaces)
    assert str(refused.value).startswith(said)
    assert len(book.entries("note")) == 3 and book.kinds() == ["note"]


def test_many_are_written_all_or_none(book):
    seen = book.append("note", "a", {}, "Ann")
    with pytest.raises(Conflict):
        book.append_all("note", [Draft("new", {}), Draft("a", {})], "Bo")
    assert book.latest("note")["id"].tolist() == [seen]
    with pytest.raises(Conflict):
        book.append_all("note", [Draft("new", {}), Draft("new", {})], "Bo")
    assert book.append_all("note", [Draft("new", {}), Draft("a", {}, seen)], "Bo") == [2, 3]
    assert book.append_all("note", [], "Bo") == []


@pytest.mark.parametrize(
    ("kind", "subject", "body", "author"),
    [
        ("note", "a", {}, ""),
        ("note", "a", {}, " \n"),
        ("note", "a", {}, None),
        ("note", "", {}, "Ann"),
        ("", "a", {}, "Ann"),
        ("note", "a\x00", {}, "Ann"),
        ("note", "a", [1], "Ann"),
        ("note", "a", {"x": float("nan")}, "Ann"),
        ("note", "a", {"x": datetime(2026, 1, 1)}, "Ann"),
        ("note", "a", {"x": "\ud800"}, "Ann"),
    ],
)
def test_what_names_nobody_or_is_no_json_is_a_mistake_of_the_caller(book, kind, subject, body, author):
    with pytest.raises(ValueError):
        book.append(kind, subject, body, author)
    assert book.kinds() == []


@pytest.mark.parametrize(
    "sql",
    [
        "update entries set author = 'Eve'",
        "update entries set body = '{}' where id = 1",
        "delete from entries",
        "delete from entries where id = 2",
        "insert or replace into entries select id, at, 'Eve', kind, subject, body, replaces from entries where id = 1",
        "insert or replace into entries select id, at, 'Eve', kind, subject, body, replaces from entries where id = 2",
        "insert or replace into entries select id, at, 'Eve', kind, 'b', body, null from entries where id = 2",
        "insert into entries select 9, at, 'Eve', kind, subject, body, 1 from entries where id = 2",
        "insert or replace into entries select 9, at, 'Eve', kind, subject, body, 1 from entries where id = 2",
        "insert into entries select 9, at, 'Eve', kind, subject, body, null from entries where id = 2",
        "insert into entries select 9, at, 'Eve', 'check', subject, body, 2 from entries where id = 2",
        "insert into entries select -9, at, 'Eve', kind, 'b', body, null from entries where id = 2",
        "insert into entries select 9, at, ' ', kind, 'b', body, null from entries where id = 2",
        "insert into entries select 9, at, 'Eve', kind, 'b', '[1]', null from entries where id = 2",
        "insert into entries select 9, at, 'Eve', kind, 'b', 'half', null from entries where id = 2",
        "insert into entries select 9, 'now', 'Eve', kind, 'b', body, null from entries where id = 2",
        "insert into entries values (1, 'x', 'Eve', 'n', 'a', '{}', null) on conflict do update set author = 'Eve'",
    ],
)
def test_no_entry_is_changed_or_removed_whatever_program_tries(book, tmp_path, sql):
    book.append("note", "a", {"text": "one"}, "Ann")
    book.append("note", "a", {"text": "two"}, "Bo", replaces=1)
    connection = sqlite3.connect(tmp_path / "logbook.db")
    before = connection.execute("select * from entries").fetchall()
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(sql)
    connection.rollback()
    assert connection.execute("select * from entries").fetchall() == before
    connection.close()


def test_the_book_has_no_way_to_change_or_remove(book):
    doors = {name for name in dir(book) if not name.startswith("_")}
    assert doors == {"append", "append_all", "latest", "history", "entries", "kinds", "mark", "close"}


def test_threads_may_share_one_book(book):
    def write(number):
        for count in range(20):
            book.append("note", f"{number}-{count}", {}, f"t{number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(book.latest("note")) == 120
    assert sorted(book.latest("note")["id"]) == list(range(1, 121))


def test_the_mark_changes_with_every_write(book):
    marks = [book.mark()]
    for subject in ("a", "b"):
        book.append("note", subject, {}, "Ann")
        marks += [book.mark(), book.mark()]
    assert marks[1] == marks[2] and marks[3] == marks[4]
    assert len(set(marks)) == 3


def test_ten_thousand_entries_are_read_at_once(book):
    drafts = [
        Draft(f"note:{number}", {"day": "2026-03-31", "kind": "release", "title": "x" * 60}) for number in range(9000)
    ]
    ids = book.append_all("note", drafts, "Ann")
    book.append_all("note", [Draft(f"note:{n}", {"day": "2026-04-01"}, ids[n]) for n in range(1000)], "Bo")
    took = []
    for _ in range(5):
        start = time.process_time()
        assert len(book.latest("note")) == 9000
        took.append(time.process_time() - start)
    # 30 ms is the aim on a quiet machine; this bound, which holds on a busy one, is red for a scan a subject.
    assert min(took) < 0.2


# Laws -----------------------------------------------------------------------------------------------------------

SUBJECTS = [f"s{number}" for number in range(4)]
BODIES = st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.integers() | st.text("x'\"\\\n你\x00"))


class Reference(RuleBasedStateMachine):
    """Any sequence of writes: the book against a plain list."""

    @initialize()
    def begin(self):
        self.book = logbook.open("sqlite://")
        self.written: list[dict[str, Any]] = []

    def newest(self, subject: str) -> dict[str, Any] | None:
        return next((each for each in reversed(self.written) if each["subject"] == subject), None)

    @rule(subject=st.sampled_from(SUBJECTS), kind=st.sampled_from(["k0", "k1"]), body=BODIES)
    def follow(self, subject, kind, body):
        before = self.newest(subject)
        kind = before["kind"] if before else kind
        identity = self.book.append(kind, subject, body, "Ann", before["id"] if before else None)
        assert identity > max((each["id"] for each in self.written), default=0)
        self.written.append(
            {
                "id": identity,
                "subject": subject,
                "kind": kind,
                "body": json.loads(json.dumps(body)),
                "replaces": before["id"] if before else None,
            }
        )

    @rule(
        subject=st.sampled_from(SUBJECTS), replaces=st.none() | st.integers(0, 30), kind=st.sampled_from(["k0", "k1"])
    )
    def try_anything(self, subject, replaces, kind):
        before = self.newest(subject)
        allowed = (before["id"] if before else None) == replaces and (before is None or before["kind"] == kind)
        if allowed:
            return
        with pytest.raises(Conflict) as refused:
            self.book.append(kind, subject, {}, "Eve", replaces)
        assert refused.value.id == (before["id"] if before else None)

    @rule()
    def look(self):
        for kind in ("k0", "k1"):
            last = {each["subject"]: each["id"] for each in self.written if each["kind"] == kind}
            assert self.book.latest(kind)["id"].tolist() == sorted(last.values())
        for subject in SUBJECTS:
            told = self.book.history(subject)
            expected = [each for each in reversed(self.written) if each["subject"] == subject]
            assert told["id"].tolist() == [each["id"] for each in expected]
            assert told["body"].tolist() == [each["body"] for each in expected]
            assert [None if each is pd.NA else each for each in told["replaces"]] == [e["replaces"] for e in expected]

    def teardown(self):
        if hasattr(self, "book"):
            self.look()
            self.book.close()


TestAnySequenceOfWrites = Reference.TestCase
TestAnySequenceOfWrites.settings = settings(max_examples=15, stateful_step_count=14, deadline=None)
