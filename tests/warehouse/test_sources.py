"""What bad input gets: a sentence with file, place and remedy, an exit code, and the old warehouse in use.

No row vanishes: what is accepted and what is rejected is what was read.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import product as products
from tests.products import Row, built, write_product
from warehouse import build, read
from warehouse.__main__ import main

Spoil = Callable[[Path], object]
Rows = Sequence[Row]

EVENTS = "sources/events.sql"
GOOD_USERS = [{"user_id": "ann", "signed_up_at": "2024-01-01 10:00", "platform": "ios"}]
GOOD_EVENTS = [{"user_id": "ann", "event": "open", "occurred_at": "2024-01-02 10:00"}]


@dataclass
class Shop:
    """A product folder with a warehouse that is in use, and the command line to build it again."""

    folder: Path
    out: Path
    capsys: pytest.CaptureFixture[str]

    def command(self, *arguments: str) -> tuple[int, str]:
        """Exit code of `python -m warehouse …` and what it said on standard error."""
        self.capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, self.capsys.readouterr().err.strip()

    def in_use(self) -> tuple[str, list[tuple[Any, ...]]]:
        """The name of the warehouse in use and an answer of it."""
        path = read.current(self.out)
        connection = read.connect(path)
        try:
            return path.name, read.rows(connection, "data/tables")[1]
        finally:
            connection.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good product and its warehouse, to be copied and spoilt."""
    place = tmp_path_factory.mktemp("good")
    product = {"dimensions": {"platform": "Platform"}}
    folder = write_product(place / "product", product, {"users": GOOD_USERS, "events": GOOD_EVENTS})
    build.build(products.load(folder), place / "out")
    return place


@pytest.fixture
def shop(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A product folder and a warehouse of the test's own."""
    place = shutil.copytree(good, tmp_path / "shop")
    monkeypatch.setenv("ALMANAC_CONFIG", str(place / "product"))
    monkeypatch.setenv("ALMANAC_WAREHOUSE", str(place / "out"))
    return Shop(place / "product", place / "out", capsys)


def replaced(file: str, text: str) -> Spoil:
    """Write this into a file of the product folder."""
    return lambda folder: (folder / file).write_text(text, "utf-8")


def with_line(line: str) -> Spoil:
    """Add a line to product.yml."""

    def spoil(folder: Path) -> None:
        file = folder / "product.yml"
        file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")

    return spoil


def _in_gb18030(folder: Path) -> None:
    (folder / "data" / "events.csv").write_bytes("user_id,event,occurred_at\nann,打开,2024-01-02\n".encode("gb18030"))


# what is wrong: the fault, and what the sentence must name (file, place, remedy)
FAULTS: dict[str, tuple[Spoil, list[str]]] = {
    "a source that does not parse": (
        replaced(EVENTS, "select\n    user_id,\n    event\n    occurred_at\nfrm 'events.csv'"),
        [EVENTS, "line "],
    ),
    "a column the data do not have": (
        replaced(EVENTS, "select user_id, event, occurred_at\nfrom 'events.csv'\nwhere nothing = 3"),
        [EVENTS, "line 3", "nothing"],
    ),
    "a file that is not there": (
        replaced(EVENTS, "select user_id, event, occurred_at from 'gone.csv'"),
        [EVENTS, "gone.csv", "/product/data"],
    ),
    "a value that the source itself cannot cast": (
        replaced(
            EVENTS,
            "select\n    user_id,\n    event,\n    cast(user_id as date) as occurred_at\nfrom 'events.csv'",
        ),
        [EVENTS, "line 4", "ann"],
    ),
    "data in another encoding": (_in_gb18030, [EVENTS, "events.csv", "utf-8"]),
    "a missing column": (
        replaced(EVENTS, "select user_id, event, occurred_at as occured_at from 'events.csv'"),
        [EVENTS, "occurred_at", "missing", "occured_at", "as occurred_at"],
    ),
    "a column of the wrong type": (
        replaced(EVENTS, "select user_id, event, 1704103200 as occurred_at from 'events.csv'"),
        [EVENTS, "occurred_at", "integer", "timestamp", "to_timestamp"],
    ),
    "a list for a name": (
        replaced(EVENTS, "select [user_id] as user_id, event, occurred_at from 'events.csv'"),
        [EVENTS, "user_id", "varchar[]", "cast"],
    ),
    "a dimension that users do not have": (
        replaced("sources/users.sql", "select user_id, signed_up_at from 'users.csv'"),
        ["sources/users.sql", "platform", "missing"],
    ),
    "two statements": (replaced(EVENTS, "select 1; select 2"), [EVENTS, "one SELECT"]),
    "no statement": (replaced(EVENTS, "-- to be written\n"), [EVENTS, "one SELECT"]),
    "a statement that is no SELECT": (replaced(EVENTS, "create table x as select 1"), [EVENTS, "one SELECT"]),
    "a source for a table that does not exist": (
        replaced("sources/evnets.sql", "select 1"),
        ["sources/evnets.sql", "evnets", "events"],
    ),
    "a repeated key": (with_line("timezone: UTC"), ["product.yml", "timezone", "line", "keep one"]),
    "an unknown key": (with_line("currncy: CNY"), ["product.yml", "currncy", "currency"]),
    "a value of the wrong type": (with_line("max_segments: many"), ["product.yml", "max_segments", "many"]),
    "a time zone that does not exist": (
        replaced("product.yml", "product: Shop\ntimezone: Asia/Shanghi\n"),
        ["product.yml", "timezone", "Asia/Shanghi", "Asia/Shanghai"],
    ),
    "a data folder that is not said": (
        replaced("product.yml", "product: Shop\ntimezone: UTC\ndata: $NOWHERE_TO_BE_FOUND\n"),
        ["product.yml", "data", "$NOWHERE_TO_BE_FOUND", "ALMANAC_DATA"],
    ),
    "a missing product.yml": (lambda folder: (folder / "product.yml").unlink(), ["product.yml", "missing"]),
    "YAML that does not parse": (
        replaced("product.yml", "product: [Shop\ntimezone: UTC\n"),
        ["product.yml", "line", "YAML"],
    ),
    "a figure that nothing counts": (
        replaced(
            "metrics.yml",
            "new_user: {label: New, unit: people, better: higher, family: reach, definition: Who came.}\n",
        ),
        ["metrics.yml", "new_user", "new_users"],
    ),
    "a database that is not there": (
        with_line("attach: {crm: gone.duckdb}"),
        ["product.yml", "attach", "crm", "gone.duckdb"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_plain_words_and_the_old_warehouse_stays(shop: Shop, fault: str) -> None:
    spoil, named = FAULTS[fault]
    before = shop.in_use()
    files = sorted(path.name for path in shop.out.iterdir())
    spoil(shop.folder)

    code, said = shop.command("build")

    assert code == 1
    for word in named:
        assert word in said, f"{word!r} is not named in: {said}"
    assert "Traceback" not in said
    assert shop.in_use() == before
    # What it failed of is left beside them, for those who are told.
    assert sorted(path.name for path in shop.out.iterdir() if path.name != "failed") == files


def test_every_fault_of_a_file_is_told_at_once(shop: Shop) -> None:
    replaced("product.yml", "timezone: Mars/Olympus\ncurrncy: CNY\nmax_segments: 0\n")(shop.folder)
    code, said = shop.command("build")
    assert code == 1
    for place in ("product: ", "timezone: ", "currncy: ", "max_segments: "):
        assert f"product.yml: {place}" in said


def test_too_many_rejected_rows_stop_the_build_with_counts_rows_and_reasons(shop: Shop) -> None:
    before = shop.in_use()
    bad = [{"user_id": "ann", "event": "open", "occurred_at": at} for at in ("soon", "later", "1989-12-31")]
    write_product(shop.folder, {}, {"users": GOOD_USERS, "events": GOOD_EVENTS * 7 + bad})
    code, said = shop.command("build")
    assert code == 1
    first, *others = said.splitlines()
    for word in (EVENTS, "3 of 10", "max_rejected", "product.yml"):
        assert word in first
    assert any("2 rows" in line and "not a timestamp" in line for line in others)
    assert any("line 8" in line and "soon" in line for line in others)
    assert shop.in_use() == before


@pytest.mark.parametrize(
    "text",
    [
        "select user_id, event, occurred_at from 'events.csv' -- as exported",
        "select user_id, event, occurred_at from 'events.csv'; -- as exported",
        "\ufeff-- as exported\r\nselect user_id, event, occurred_at\r\nfrom 'events.csv';\r\n",
    ],
    ids=["a comment at the end", "a comment after the semicolon", "as Windows saves it"],
)
def test_a_source_may_be_written_as_people_write_sql(shop: Shop, text: str) -> None:
    replaced(EVENTS, text)(shop.folder)
    assert shop.command("build")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("build", 0), ("check", 0), ("bild", 2), ("build --fast", 2), ("query data/biuld", 2)],
)
def test_the_exit_code_tells_success_failure_and_wrong_usage(shop: Shop, arguments: str, code: int) -> None:
    done = process(arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert (done.stderr == "") == (arguments == "check")


def process(arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "warehouse", *arguments.split()]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_failure_ends_the_process_with_1(shop: Shop) -> None:
    (shop.folder / EVENTS).write_text("select 1 as one", "utf-8")
    done = process("build")
    assert done.returncode == 1
    assert done.stdout == ""
    assert EVENTS in done.stderr
    assert "Traceback" not in done.stderr


# Rows that cannot be used, among rows that can -------------------------------------------------------------

TODAY = date(2024, 2, 1)


def read_and_rejected(users: Rows, events: Rows, payments: Rows) -> dict[str, Any]:
    """What a build makes of rows: counts by table, reasons, findings and people."""
    tables = {"users": users, "events": events, "payments": payments}
    with built({"dimensions": {"platform": "Platform"}, "max_rejected": 1}, tables, today=TODAY) as answers:
        read_ = {row["source"]: (row["read"], row["accepted"], row["rejected"]) for row in answers.dicts("data/tables")}
        rejected = answers.dicts("data/rejected")
        for name, (rows, accepted, refused) in read_.items():
            assert accepted + refused == rows == len(tables.get(name, []))
            assert refused == sum(row["source"] == name for row in rejected)
        return {
            "read": read_,
            "rejected": rejected,
            "checks": answers.dicts("data/checks"),
            "platforms": {
                row["value"]: row["users"] for row in answers.dicts("data/values") if row["dimension"] == "platform"
            },
            "metrics": answers.dicts("overview/metrics", grain="month"),
        }


def event(at: str | None, user_id: str | None = "ann", name: str | None = "open") -> Row:
    """One event, good unless told otherwise."""
    return {"user_id": user_id, "event": name, "occurred_at": at}


def test_a_row_is_rejected_with_its_line_and_reason() -> None:
    events = [
        event("2024-01-02 10:00"),
        event("1989-12-31 23:59"),
        event("1990-01-01 00:00"),
        event("2024-02-01 23:59"),
        event("2024-02-02 00:00"),
        event("2024-02-01 23:59-05:00"),
        event("30 February"),
        event(None),
        event("2024-01-02", user_id=None),
        event("2024-01-02", name=None),
    ]
    payments = [
        {"user_id": "ann", "paid_at": "2024-01-02", "amount": amount} for amount in ("9.99", "-9.99", "ten", None)
    ]
    told = read_and_rejected(GOOD_USERS, events, payments)
    assert told["read"]["events"] == (10, 3, 7)
    assert told["read"]["payments"] == (4, 2, 2)
    lines = {(row["source"], row["line"]): row["reason"] for row in told["rejected"]}
    assert set(lines) == {("events", line) for line in (2, 5, 6, 7, 8, 9, 10)} | {
        ("payments", 3),
        ("payments", 4),
    }
    assert "1990" in lines["events", 2]
    assert lines["events", 5] == lines["events", 6]
    assert "occurred_at" in lines["events", 7] and "occurred_at" in lines["events", 8]
    assert "user_id" in lines["events", 9] and "event" in lines["events", 10]
    assert "amount" in lines["payments", 3] and "amount" in lines["payments", 4]
    assert "ten" in next(row["content"] for row in told["rejected"] if (row["source"], row["line"]) == ("payments", 3))


@pytest.mark.parametrize(
    ("zone", "written", "day"),
    [
        ("Asia/Shanghai", "2024-01-01", "2024-01-01"),
        ("Asia/Shanghai", "2024-01-01 23:59:59", "2024-01-01"),
        ("Asia/Shanghai", "2024-01-01T23:59:59.999", "2024-01-01"),
        ("Asia/Shanghai", "2024-01-01T15:59:59Z", "2024-01-01"),
        ("Asia/Shanghai", "2024-01-01T16:00:00Z", "2024-01-02"),
        ("Asia/Shanghai", "2024-01-01 16:00:00+00", "2024-01-02"),
        ("Asia/Shanghai", "2024-01-01 16:00:00.5 UTC", "2024-01-02"),
        ("Asia/Shanghai", "2024-01-01T21:30:00+05:30", "2024-01-02"),
        ("Asia/Shanghai", datetime(2024, 1, 1, 23, 59), "2024-01-01"),
        ("Asia/Shanghai", datetime(2024, 1, 1, 16, tzinfo=UTC), "2024-01-02"),
        ("Asia/Shanghai", date(2024, 1, 1), "2024-01-01"),
        # The clocks go forward at 2 on 10 March 2024 and back at 2 on 3 November: four hours behind, not five.
        ("America/New_York", "2024-03-10T04:59:00Z", "2024-03-09"),
        ("America/New_York", "2024-03-11T03:59:00Z", "2024-03-10"),
        ("America/New_York", "2024-03-11T04:00:00Z", "2024-03-11"),
        ("America/New_York", "2024-03-10 02:30:00", "2024-03-10"),
        ("America/New_York", "2024-11-03T04:00:00Z", "2024-11-03"),
        ("America/New_York", "2024-11-04T04:59:00Z", "2024-11-03"),
        ("America/New_York", datetime(2024, 11, 4, 4, 59, tzinfo=UTC), "2024-11-03"),
    ],
)
def test_a_day_is_a_day_in_the_zone_of_the_product(zone: str, written: object, day: str) -> None:
    """A time with a zone is converted, one without is taken to be local."""
    kind = "csv" if isinstance(written, str) else "parquet"
    log = [{"user_id": "ann", "event": "open", "occurred_at": written}]
    with built({"timezone": zone}, {"events": log}, kind=kind) as answers:
        [row] = [
            row for row in answers.dicts("lifecycle/growth", grain="day") if row["users"] and row["state"] == "new"
        ]
    assert str(row["period"]) == day


def test_typed_columns_say_the_same_as_text() -> None:
    users = [{"user_id": 7, "signed_up_at": datetime(2024, 1, 1, 10), "platform": "ios", "incentive": True}]
    log = [{"user_id": 7, "event": "open", "occurred_at": datetime(2024, 1, 2, 10)}]
    payments = [{"user_id": 7, "paid_at": datetime(2024, 1, 3, 10), "amount": Decimal("9.95")}]
    tables = {"users": users, "events": log, "payments": payments}
    product = {"dimensions": {"platform": "Platform"}}
    with (
        built(product, tables, today=TODAY, kind="parquet") as typed,
        built(product, tables, today=TODAY, kind="csv") as text,
    ):
        for name, parameters in (("overview/metrics", {"grain": "day"}), ("data/segments", {}), ("data/tables", {})):
            assert typed.rows(name, **parameters) == text.rows(name, **parameters)


def test_of_rows_that_repeat_a_key_the_first_wins() -> None:
    users = [
        {"user_id": "ann", "signed_up_at": "2024-01-01", "platform": "ios"},
        {"user_id": "ben", "signed_up_at": "2024-01-01", "platform": "web"},
        {"user_id": "ann", "signed_up_at": "2024-01-09", "platform": "android"},
    ]
    told = read_and_rejected(users, [event("2024-01-02")], [])
    assert told["read"]["users"] == (3, 2, 1)
    [row] = told["rejected"]
    assert (row["source"], row["line"]) == ("users", 3)
    assert "user_id" in row["reason"]
    assert told["platforms"] == {"ios": 1, "web": 1}


def test_tables_without_a_key_keep_identical_rows() -> None:
    payments = [{"user_id": "ann", "paid_at": "2024-01-02 10:00", "amount": "5"}] * 3
    told = read_and_rejected(GOOD_USERS, [event("2024-01-02 10:00")] * 2, payments)
    assert told["read"]["events"] == (2, 2, 0)
    assert [row["numerator"] for row in told["metrics"] if row["metric"] == "revenue"] == [15]


def test_a_user_met_only_in_events_or_payments_is_unknown_and_counted() -> None:
    payments = [{"user_id": "somebody else", "paid_at": "2024-01-02", "amount": "5"}]
    told = read_and_rejected(GOOD_USERS, [event("2024-01-02"), event("2024-01-03", user_id="stranger")], payments)
    assert told["platforms"] == {"ios": 1, "unknown": 2}
    assert [row["numerator"] for row in told["metrics"] if row["metric"] == "new_users"] == [3]


def test_a_user_met_only_in_another_table_is_a_user_too() -> None:
    tables: dict[str, Rows] = {
        "users": GOOD_USERS,
        "events": [event("2024-01-02")],
        "campaigns": [
            {"campaign_id": "1", "name": "A", "kind": "community", "starts_on": "2024-01-01", "ends_on": "2024-01-02"}
        ],
        "exposures": [{"campaign_id": "1", "user_id": "exposed", "arm": "control", "exposed_at": "2024-01-01"}],
        "feedback": [{"feedback_id": "1", "received_at": "2024-01-01", "user_id": "angry"}],
        "groups": [{"user_id": "listed", "group_name": "friends"}, {"user_id": "ann", "group_name": "friends"}],
    }
    with built({"dimensions": {"platform": "Platform"}}, tables, today=TODAY) as answers:
        platforms = [row for row in answers.dicts("data/values") if row["dimension"] == "platform"]
        figures = answers.dicts("overview/metrics", grain="month")
    assert {row["value"]: row["users"] for row in platforms} == {"ios": 1, "unknown": 3}
    # Nobody knows when they came, so they are in no month.
    assert [row["numerator"] for row in figures if row["metric"] == "new_users"] == [1]


def test_an_inviter_nobody_knows_is_a_finding_and_no_invitation() -> None:
    users = [
        {"user_id": "ann", "signed_up_at": "2024-01-01", "invited_by": "nobody"},
        {"user_id": "ben", "signed_up_at": "2024-01-01", "invited_by": "ann"},
        {"user_id": "cat", "signed_up_at": "2024-01-01", "invited_by": "stranger"},
    ]
    told = read_and_rejected(users, [event("2024-01-02"), event("2024-01-03", user_id="stranger")], [])
    assert told["read"]["users"] == (3, 3, 0)
    assert [row["numerator"] for row in told["metrics"] if row["metric"] == "invited_users"] == [2]
    assert [row["figure"] for row in told["checks"] if "invite" in row["check_id"]] == [1]


def test_a_dimension_of_100000_values_is_folded_and_said_so(shop: Shop) -> None:
    people = 100_000
    users = [
        {"user_id": f"user {number}", "signed_up_at": "2024-01-01", "platform": f"device {number}"}
        for number in range(people)
    ]
    write_product(shop.folder, {"dimensions": {"platform": "Platform"}}, {"users": users, "events": GOOD_EVENTS})
    code, said = shop.command("build")
    assert code == 0
    for word in ("other", "max_segments", "4,096", "platform"):
        assert word in said, f"{word!r} is not named in: {said}"
    connection = read.connect(read.current(shop.out))
    values = read.query(connection, "data/values", {}).query("dimension == 'platform'")
    connection.close()
    assert values["users"].sum() == people + 1
    assert set(values["value"]) >= {"other", "unknown"}
    assert len(values) <= 4096


# How far the data go ------------------------------------------------------------------------------------------------

LAST = date(2024, 1, 31)


@pytest.mark.parametrize(
    ("last_rows", "expected"),
    [
        # days before the last day: time of its last row
        ({0: "23:00", 1: "23:00", 2: "23:00"}, LAST + timedelta(days=1)),
        ({0: "22:00", 1: "23:00", 2: "23:30"}, LAST + timedelta(days=1)),
        ({0: "21:59", 1: "23:00", 2: "23:30"}, LAST),
        ({0: "11:00", 1: "23:00", 28: "12:00"}, LAST + timedelta(days=1)),
        ({0: "11:00", 1: "23:00", 29: "12:00"}, LAST),
        ({0: "00:00", 1: "00:00"}, LAST + timedelta(days=1)),
        ({0: "09:00"}, LAST + timedelta(days=1)),
        ({0: "09:00", 40: "23:00"}, LAST + timedelta(days=1)),
    ],
    ids=[
        "a whole day",
        "an hour earlier than ever",
        "more than an hour earlier",
        "four weeks ago a day ended early",
        "longer ago does not count",
        "days alone",
        "one day",
        "silent for more than four weeks before",
    ],
)
@pytest.mark.parametrize("judged", ["events", "payments", "users"])
def test_a_feed_cut_in_mid_day_does_not_cover_that_day(judged: str, last_rows: dict[int, str], expected: date) -> None:
    times = [f"{LAST - timedelta(days=days)} {time}" for days, time in last_rows.items()]
    tables: dict[str, Rows] = {
        "users": [{"user_id": at, "signed_up_at": at} for at in times],
        "payments": [{"user_id": "ann", "paid_at": at, "amount": "5"} for at in times],
        "events": [event(at) for at in times],
    }
    kept = list(tables)[: list(tables).index(judged) + 1]
    with built({}, {name: tables[name] for name in kept}, today=date(2024, 3, 1)) as answers:
        [row] = answers.dicts("data/build")
    assert row["data_until"] == expected


@pytest.mark.parametrize(
    ("stated", "today", "expected"),
    [
        ({}, LAST, LAST),
        ({}, LAST + timedelta(days=1), LAST + timedelta(days=1)),
        ({"data_until": date(2024, 2, 20)}, date(2024, 3, 1), date(2024, 2, 20)),
        ({"data_until": date(2024, 1, 20)}, date(2024, 3, 1), date(2024, 1, 20)),
        ({"data_until": "yesterday"}, date(2024, 3, 1), date(2024, 3, 1)),
    ],
    ids=["the day of the build is not over", "the day after", "a silent product", "a bad month", "until yesterday"],
)
def test_the_day_of_the_build_and_product_yml_bound_the_data(stated: Row, today: date, expected: date) -> None:
    log = [event(f"{LAST - timedelta(days=days)} 12:00") for days in range(20)]
    payments = [{"user_id": "ann", "paid_at": f"{LAST} 08:00", "amount": "5"}]
    with built(stated, {"events": log, "payments": payments}, today=today) as answers:
        [row] = answers.dicts("data/build")
    assert row["data_until"] == expected


# A build that is killed -----------------------------------------------------------------------------------

ENDLESS = "select 'ann' as user_id, 'open' as event, date '2024-01-02' as occurred_at from range(1000000000000)"


def test_a_killed_build_leaves_the_old_warehouse_and_the_next_one_cleans_up(shop: Shop) -> None:
    before = shop.in_use()
    files = set(os.listdir(shop.out))
    good = (shop.folder / EVENTS).read_text("utf-8")
    replaced(EVENTS, f"{ENDLESS} where hash(range) = 0\n")(shop.folder)
    process = subprocess.Popen([sys.executable, "-m", "warehouse", "build"], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not any(shop.out.glob(".building/*.duckdb")):
            assert process.poll() is None and time.monotonic() < until, "the build never began"
            time.sleep(0.02)
        code, said = shop.command("build")
        assert (code, "Another build" in said) == (1, True), said
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert shop.in_use() == before

    replaced(EVENTS, good)(shop.folder)
    assert shop.command("build")[0] == 0
    name, tables = shop.in_use()
    assert (name != before[0], tables) == (True, before[1])
    assert set(os.listdir(shop.out)) == files | {name}


def test_the_day_of_the_build_is_a_day_in_the_zone_of_the_product(shop: Shop) -> None:
    """Where it is tomorrow already, a row of just now is no row of the future."""
    zone = "Pacific/Kiritimati"
    just_now = datetime.now(ZoneInfo(zone)) - timedelta(minutes=1)
    log = [*GOOD_EVENTS, event(f"{just_now:%F %T}")]
    write_product(shop.folder, {"timezone": zone, "max_rejected": 0}, {"users": GOOD_USERS, "events": log})
    assert shop.command("build")[0] == 0
