"""What is told to be different from the build before, on the days that it covered too."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config import product as products
from tests.products import Answers, Row, opened, write_product
from warehouse import build, compare, publish, read

TODAY = date(2024, 1, 20)


def on(day: int) -> date:
    """A day of January 2024."""
    return date(2024, 1, day)


def user(who: str, day: int, platform: str) -> Row:
    return {"user_id": who, "signed_up_at": f"{on(day)} 12:00", "platform": platform}


def event(who: str, day: int, name: str = "open", hour: int = 12) -> Row:
    return {"user_id": who, "event": name, "occurred_at": f"{on(day)} {hour}:00"}


def payment(who: str, day: int, amount: str) -> Row:
    return {"user_id": who, "paid_at": f"{on(day)} 12:00", "amount": amount}


@dataclass
class Company:
    """What a product.yml says, and the rows of its tables."""

    product: dict[str, Any] = field(
        default_factory=lambda: {
            "dimensions": {"platform": "Platform"},
            "groups": {"seeds": "Seed users"},
            "activation": {"event": ["finish"], "within_days": 3},
            "data_until": on(10),
        }
    )
    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {
            "users": [user("ann", 1, "ios"), user("ben", 2, "web"), user("cat", 2, "web")],
            "events": [
                *(event("ann", 1), event("ann", 2, "finish"), event("ann", 8)),
                *(event("ben", 2), event("ben", 3), event("cat", 2), event("cat", 9)),
            ],
            "payments": [payment("ann", 3, "10"), payment("ben", 5, "7")],
            "groups": [{"user_id": "ann", "group_name": "seeds"}],
            "costs": [{"day": on(day), "channel": "ads", "amount": amount} for day, amount in ((3, "5"), (4, "7"))],
            "feedback": [{"feedback_id": "1", "received_at": on(4)}],
            "campaigns": [
                {"campaign_id": "may", "name": "May", "kind": "product", "starts_on": on(1), "ends_on": on(9)}
            ],
        }
    )


def add(table: str, *rows: Row) -> Callable[[Company], None]:
    return lambda company: company.tables[table].extend(rows)


def take(table: str, *places: int) -> Callable[[Company], None]:
    def change(company: Company) -> None:
        company.tables[table] = [row for place, row in enumerate(company.tables[table]) if place not in places]

    return change


def alter(table: str, place: int, **cells: Any) -> Callable[[Company], None]:
    def change(company: Company) -> None:
        company.tables[table][place] = {**company.tables[table][place], **cells}

    return change


def say(**settings: Any) -> Callable[[Company], None]:
    return lambda company: company.product.update(settings)


def both(*changes: Callable[[Company], None]) -> Callable[[Company], None]:
    def change(company: Company) -> None:
        for each in changes:
            each(company)

    return change


def merge(company: Company) -> None:
    """Cat turns out to be Ben: one account, with the days of both."""
    company.tables["users"].pop()
    company.tables["events"] = [
        {**row, "user_id": "ben"} if row["user_id"] == "cat" else row for row in company.tables["events"]
    ]


def figure(
    name: str, day: int, before: float | None, after: float | None, of: tuple[int | None, int | None] = (None, None)
) -> tuple[Any, ...]:
    return ("figure", name, on(day), None, before, after, *of, None, None, None)


def cause(kind: str, subject: str, changed: int, before: float | None, after: float | None) -> tuple[Any, ...]:
    return (kind, subject, None, changed, before, after, None, None, None, None, None)


def content(subject: str, days: int, first: int, before: int, after: int) -> tuple[Any, ...]:
    """Days with as many rows as before, and others."""
    return ("rows_changed", subject, on(first), days, before, after, None, None, None, None, None)


def setting(place: str, before: str | None, after: str | None) -> tuple[Any, ...]:
    return ("setting", place, None, None, None, None, None, None, before, after, None)


# The figures looked at are those whose change is worked out by hand; the others follow from them.
LOOKED_AT = ("new_users", "active_users", "activation", "revenue", "retention_day_7")
CASES: dict[str, tuple[Callable[[Company], None], list[tuple[Any, ...]]]] = {
    "nothing": (lambda company: None, []),
    "rows and people of days not covered before": (
        both(add("events", event("ann", 10), event("eve", 11)), add("users", user("dan", 10, "ios"))),
        [],
    ),
    "late rows": (
        add("events", event("cat", 3), event("ann", 3), event("ann", 3)),
        [cause("rows_late", "events", 3, 7, 10), figure("active_users", 3, 2, 3)],
    ),
    "late and gone rows of one day are not set off": (
        alter("events", 0, event="finish"),
        [
            cause("rows_late", "events", 1, 7, 7),
            cause("rows_gone", "events", 1, 7, 7),
        ],
    ),
    "rows that are gone": (
        take("events", 2, 3),
        [
            cause("rows_gone", "events", 2, 7, 5),
            figure("active_users", 2, 3, 2),
            figure("active_users", 8, 1, 0),
            figure("retention_day_7", 1, 1, 0, (1, 1)),
        ],
    ),
    "an amount that is another": (
        alter("payments", 1, amount="9.5"),
        [cause("amounts_changed", "payments", 1, 17, 19.5), figure("revenue", 5, 7, 9.5)],
    ),
    "rows and amounts of other tables": (
        both(
            add("payments", payment("ben", 5, "2.5")),
            add("feedback", {"feedback_id": "2", "received_at": on(9)}, {"feedback_id": "3", "received_at": on(10)}),
            alter("costs", 0, amount="6"),
        ),
        [
            cause("rows_late", "feedback", 1, 1, 2),
            cause("rows_late", "payments", 1, 2, 3),
            cause("amounts_changed", "costs", 1, 12, 13),
            figure("revenue", 5, 7, 9.5),
        ],
    ),
    "payments of somebody else": (
        both(alter("payments", 0, user_id="ben"), alter("payments", 1, user_id="cat")),
        # Ann's payment was all that made her active on the 3rd; Ben was active anyhow.
        [content("payments", 2, 3, 2, 2), figure("active_users", 3, 2, 1)],
    ),
    "a payment of somebody else and of another amount is told once": (
        alter("payments", 1, user_id="cat", amount="9.5"),
        [cause("amounts_changed", "payments", 1, 17, 19.5), figure("revenue", 5, 7, 9.5)],
    ),
    "another hour of the same day": (alter("events", 5, occurred_at=f"{on(2)} 13:00"), [content("events", 1, 2, 7, 7)]),
    "somebody else on a day with a late row of another event": (
        both(alter("events", 1, user_id="ben"), add("events", event("ann", 2))),
        [
            cause("rows_late", "events", 1, 7, 8),
            content("events", 1, 2, 7, 8),
            figure("activation", 1, 1, 0, (1, 1)),
            figure("activation", 2, 0, 1, (2, 2)),
        ],
    ),
    "rows in another order": (lambda company: company.tables["events"].reverse(), []),
    "a person who is numbered before all others": (
        add("users", user("abe", 1, "ios")),
        [
            cause("users_added", "users", 1, 3, 4),
            figure("new_users", 1, 1, 2),
            figure("activation", 1, 1, 1, (1, 2)),
            figure("retention_day_7", 1, 1, 1, (1, 2)),
        ],
    ),
    "a person who is only met in other tables now": (
        # Cat's first event is of the day of her sign-up; her platform is not known any more.
        take("users", 2),
        [cause("users_unlisted", "users", 1, 3, 2), cause("users_changed", "platform", 1, 3, 3)],
    ),
    "a merged person": (
        merge,
        [
            content("events", 2, 2, 7, 7),
            cause("users_gone", "users", 1, 3, 2),
            figure("new_users", 2, 2, 1),
            figure("active_users", 2, 3, 2),
            figure("activation", 2, 0, 0, (2, 1)),
            figure("retention_day_7", 2, 1, 1, (2, 1)),
        ],
    ),
    "a late sign-up": (
        add("users", user("dan", 4, "ios")),
        [
            cause("users_added", "users", 1, 3, 4),
            figure("new_users", 4, 0, 1),
            figure("activation", 4, 0, 0, (0, 1)),
        ],
    ),
    "another platform, and another list": (
        both(alter("users", 1, platform="ios"), add("groups", {"user_id": "ben", "group_name": "seeds"})),
        [cause("users_changed", "platform", 1, 3, 3), cause("users_changed", "seeds", 1, 3, 3)],
    ),
    "another day of joining": (
        alter("users", 2, signed_up_at=f"{on(3)} 12:00"),
        [
            cause("users_changed", "acquired_on", 1, 3, 3),
            figure("new_users", 2, 2, 1),
            figure("new_users", 3, 0, 1),
            figure("activation", 2, 0, 0, (2, 1)),
            figure("activation", 3, 0, 0, (0, 1)),
            # Cat was active on the 9th, day 7 of the old day of joining.
            figure("retention_day_7", 2, 1, 0, (2, 1)),
        ],
    ),
    "another activation": (
        say(activation={"event": ["open", "finish"], "within_days": 2}),
        [
            setting("activation.event", "[finish]", "[open, finish]"),
            setting("activation.within_days", "3", "2"),
            figure("activation", 2, 0, 2, (2, 2)),
        ],
    ),
    "no activation": (
        lambda company: company.product.pop("activation"),
        [
            setting("activation.event", "[finish]", None),
            setting("activation.times", "1", None),
            setting("activation.within_days", "3", None),
            figure("activation", 1, 1, None, (1, None)),
            figure("activation", 2, 0, None, (2, None)),
        ],
    ),
    "a platform put into other": (
        # The people in it, and those on the list, are the same as before.
        say(max_segments=1),
        [
            setting("max_segments", "4096", "1"),
            ("folding", "platform", None, 1, None, 1, None, None, None, None, "ios"),
            ("folding", "platform", None, 2, None, 2, None, None, None, None, "web"),
        ],
    ),
}


def told(answers: Answers, looked_at: tuple[str, ...] = LOOKED_AT) -> list[tuple[Any, ...]]:
    rows = answers.rows("data/changes")
    return [row for row in rows if row[0] != "figure" or row[1] in looked_at]


def built_once(place: Path, change: Callable[[Company], None]) -> Path:
    """The folder of the company's first build, in which so much is different already."""
    company = Company()
    change(company)
    write_product(place / "product", company.product, company.tables)
    build.build(products.load(place / "product"), place / "out", today=TODAY)
    return place / "out"


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first build; tests copy it."""
    return built_once(tmp_path_factory.mktemp("earlier"), say())


@contextmanager
def built_again(tmp_path: Path, earlier: Path, *changes: Callable[[Company], None]) -> Iterator[Answers]:
    """The company's build after the earlier one, opened."""
    company = Company()
    for change in changes:
        change(company)
    write_product(tmp_path / "product", company.product, company.tables)
    shutil.copytree(earlier, tmp_path / "out", dirs_exist_ok=True)
    with opened(tmp_path / "product", tmp_path / "out", TODAY) as answers:
        yield answers


@pytest.mark.parametrize("case", CASES)
def test_what_is_different_is_told_with_its_causes_first(case: str, earlier: Path, tmp_path: Path) -> None:
    change, expected = CASES[case]
    with built_again(tmp_path, earlier, change) as answers:
        assert told(answers) == expected


@pytest.mark.parametrize(
    ("table", "before", "after", "expected"),
    [
        # Two equal rows in the place of two others: a digest in which equals cancel would not see them.
        (
            "events",
            [event("cat", 3)] * 2,
            [event("ann", 3)] * 2,
            [content("events", 1, 3, 9, 9), figure("active_users", 3, 3, 2)],
        ),
        # Two people change places: the people are the same, and so are the hours.
        (
            "events",
            [event("ann", 3, hour=9), event("cat", 3, hour=10)],
            [event("cat", 3, hour=9), event("ann", 3, hour=10)],
            [content("events", 1, 3, 9, 9)],
        ),
        ("events", [event("cat", 10)], [event("ann", 10)], []),
        (
            "exposures",
            [{"campaign_id": "may", "user_id": "ann", "arm": "test", "exposed_at": f"{on(4)} 12:00"}],
            [{"campaign_id": "may", "user_id": "ann", "arm": "control", "exposed_at": f"{on(4)} 12:00"}],
            [content("exposures", 1, 4, 1, 1)],
        ),
        (
            "costs",
            [{"day": on(6), "channel": "ads", "amount": "5", "visits": 30}],
            [{"day": on(6), "channel": "ads", "amount": "5", "visits": 40}],
            [content("costs", 1, 6, 3, 3)],
        ),
        (
            "feedback",
            [{"feedback_id": "2", "received_at": on(5), "category": "bug", "replied_at": None}],
            [{"feedback_id": "2", "received_at": on(5), "category": "wish", "replied_at": None}],
            [content("feedback", 1, 5, 2, 2)],
        ),
        # A reply and more views are no correction: they are expected to come later.
        (
            "feedback",
            [{"feedback_id": "2", "received_at": on(5), "category": "bug", "status": "open", "replied_at": None}],
            [{"feedback_id": "2", "received_at": on(5), "category": "bug", "status": "done", "replied_at": on(6)}],
            [],
        ),
        (
            "content",
            [{"content_id": "1", "published_at": f"{on(4)} 12:00", "producer": "ann", "views": 7}],
            [{"content_id": "1", "published_at": f"{on(4)} 12:00", "producer": "ann", "views": 9}],
            [],
        ),
        (
            "content",
            [{"content_id": "1", "published_at": f"{on(4)} 12:00", "producer": "ann", "views": 7}],
            [{"content_id": "1", "published_at": f"{on(4)} 12:00", "producer": "ben", "views": 7}],
            [content("content", 1, 4, 1, 1)],
        ),
        (
            "figures",
            [{"day": on(4), "figure": "calls", "amount": "5", "dimension": "platform", "value": "ios"}],
            [{"day": on(4), "figure": "calls", "amount": "5", "dimension": "platform", "value": "web"}],
            [content("figures", 1, 4, 1, 1)],
        ),
    ],
)
def test_as_many_rows_that_are_others_are_told(
    table: str, before: list[Row], after: list[Row], expected: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    def hold(rows: list[Row]) -> Callable[[Company], None]:
        return lambda company: company.tables.setdefault(table, []).extend(rows)

    earlier = built_once(tmp_path / "before", hold(before))
    with built_again(tmp_path, earlier, hold(after)) as answers:
        assert told(answers) == expected


def test_people_no_longer_in_users_are_told_among_those_who_were(tmp_path: Path) -> None:
    """Eve was never in users: she is one of four people, and neither of the three nor of the two."""
    met = add("events", event("eve", 4))
    with built_again(tmp_path, built_once(tmp_path / "before", met), met, take("users", 2)) as answers:
        assert told(answers) == [
            cause("users_unlisted", "users", 1, 3, 2),
            cause("users_changed", "platform", 1, 4, 4),
        ]


@pytest.mark.parametrize(("limit", "kinds"), [(1, []), (4096, ["setting", "folding", "folding"])])
def test_values_that_come_out_of_other_are_told_and_those_that_stay_are_not(
    limit: int, kinds: list[str], tmp_path: Path
) -> None:
    earlier = built_once(tmp_path / "before", say(max_segments=1))
    with built_again(tmp_path, earlier, say(max_segments=limit)) as answers:
        rows = answers.rows("data/changes")
    assert [row[0] for row in rows] == kinds
    assert [(row[3:6], row[-1]) for row in rows if row[0] == "folding"] == [
        ((1, 1, None), "ios"),
        ((2, 2, None), "web"),
    ][: len(kinds)]


def test_in_another_zone_figures_are_compared_and_rows_are_not(tmp_path: Path) -> None:
    at_night = {"user_id": "ann", "event": "open", "occurred_at": "2024-01-05T23:00:00Z"}
    late = add("events", at_night)
    earlier = built_once(tmp_path / "before", late)
    with built_again(tmp_path, earlier, late, say(timezone="Asia/Shanghai")) as answers:
        assert told(answers) == [
            setting("timezone", "UTC", "Asia/Shanghai"),
            figure("active_users", 5, 2, 1),
            figure("active_users", 6, 0, 1),
        ]


def test_a_window_that_has_closed_since_is_no_change(tmp_path: Path) -> None:
    """Dan joined on the 8th: he could be activated to the 10th, which was not over, and counts for the first time."""
    joined = add("users", user("dan", 8, "ios"))
    with built_again(tmp_path, built_once(tmp_path / "before", joined), joined, say(data_until=on(12))) as answers:
        figures = answers.dicts("overview/metrics", from_=on(8), until=on(9))
        assert [row["denominator"] for row in figures if row["metric"] == "activation"] == [1]
        assert [row[:2] for row in answers.rows("data/changes")] == [("setting", "data_until")]
        [row] = answers.dicts("data/build")
    assert row["previous_data_until"] == on(10)


def test_days_that_are_covered_no_more_are_not_compared(earlier: Path, tmp_path: Path) -> None:
    with built_again(tmp_path, earlier, say(data_until=on(5))) as answers:
        assert [row[:2] for row in answers.rows("data/changes")] == [("setting", "data_until")]


def test_another_source_is_told_and_another_comment_is_not(tmp_path: Path) -> None:
    company, folder, out = Company(), tmp_path / "product", tmp_path / "out"
    write_product(folder, company.product, company.tables)
    source = folder / "sources" / "events.sql"
    build.build(products.load(folder), out, today=TODAY)
    source.write_text(f"-- The event log.\n\n{source.read_text('utf-8')}", "utf-8")
    with opened(folder, out, TODAY) as answers:
        assert answers.rows("data/changes") == []
    source.write_text(f"{source.read_text('utf-8')} where event <> 'finish'", "utf-8")
    with opened(folder, out, TODAY) as answers:
        rows = told(answers, ("activation",))
    assert [row[:6] for row in rows] == [
        ("figure_sql", "sources/events", None, None, None, None),
        ("rows_gone", "events", None, 1, 7, 6),
        ("figure", "activation", on(1), None, 1, None),
        ("figure", "activation", on(2), None, 0, None),
    ]


def test_another_definition_of_a_figure_is_told(tmp_path: Path) -> None:
    company, folder, out = Company(), tmp_path / "product", tmp_path / "out"
    write_product(folder, company.product, company.tables)
    path = build.build(products.load(folder), out, today=TODAY)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update statements set digest = 'another' where name = 'build/metrics/churn'")
        connection.execute("delete from statements where name = 'build/metrics/payers'")  # a step of a newer version
    with opened(folder, out, TODAY) as answers:
        assert [row[:2] for row in answers.rows("data/changes")] == [("figure_sql", "build/metrics/churn")]


def test_a_build_says_which_it_is_compared_with(earlier: Path, tmp_path: Path) -> None:
    with built_again(tmp_path, earlier) as answers:
        [row] = answers.dicts("data/build")
    assert publish.current(earlier).name == f"warehouse-{row['previous_build_id']}.duckdb"


def spoil(how: str, path: Path) -> None:
    """Make of a published warehouse something that cannot be compared with."""
    if how == "another product":
        with duckdb.connect(str(path)) as connection:
            connection.execute("update build set product = 'Another product'")
    elif how == "another version":
        with duckdb.connect(str(path)) as connection:
            connection.execute("drop table statements")
    elif how == "broken off":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "broken inside":
        size = path.stat().st_size
        with path.open("r+b") as file:
            for place in range(4096 * 4, size, 4096):
                file.seek(place + 100)
                file.write(b"\0" * 64)
    else:
        path.unlink()


@pytest.mark.parametrize("how", ["another product", "another version", "broken off", "broken inside", "gone"])
def test_a_warehouse_that_cannot_be_compared_with_fails_no_build(how: str, earlier: Path, tmp_path: Path) -> None:
    shutil.copytree(earlier, tmp_path / "spoilt")
    spoil(how, publish.current(tmp_path / "spoilt"))
    with built_again(tmp_path, tmp_path / "spoilt", CASES["late rows"][0]) as answers:
        assert answers.rows("data/changes") == []
        [row] = answers.dicts("data/build")
    assert (row["previous_build_id"], row["previous_data_until"]) == (None, None)


def test_the_warehouse_compared_with_is_read_beside_its_readers_and_left_as_it_is(
    earlier: Path, tmp_path: Path
) -> None:
    shutil.copytree(earlier, tmp_path / "out")
    path = publish.current(tmp_path / "out")
    before = path.read_bytes()
    reader = read.connect(path)
    with built_again(tmp_path, earlier, CASES["late rows"][0]) as answers:
        assert told(answers) == CASES["late rows"][1]
    assert read.rows(reader, "data/changes")[1] == []
    reader.close()
    assert path.read_bytes() == before
    assert publish.current(tmp_path / "out") != path


def test_the_definitions_in_force_are_listed_without_where_the_data_lie(earlier: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "password.duckdb")):
        pass
    changed = both(say(attach={"crm": str(tmp_path / "password.duckdb")}), say(targets={"churn": 0.2}))
    with built_again(tmp_path, earlier, changed) as answers:
        assert answers.rows("data/changes") == [setting("metrics.churn.target", None, "0.2")]
        settings = dict(answers.rows("data/settings"))
    assert settings["activation.event"] == "[finish]"
    assert settings["activation.within_days"] == "3"
    assert settings["aarrr.retained.days"] == "[7, 13]"
    assert settings["dimensions.platform"] == "Platform"
    assert settings["max_rejected"] == "0.01"
    assert settings["retention.return.brackets"] == "[[0, 0], [1, 7], [28, 34]]"
    assert settings["metrics.churn.better"] == "lower"
    assert settings["metrics.churn.label.zh"] == "流失率"
    assert "currency" not in settings
    assert {name: settings[name] for name in settings if name.startswith(("data", "attach"))} == {
        "data_until": "2024-01-10"
    }


def test_sql_that_only_looks_at_figures_is_no_cause(tmp_path):
    folder = write_product(tmp_path, {}, {"events": []})
    named = {name for name, _ in compare.statements(products.load(folder))}
    assert {"build/metrics/churn", "build/activity", "sources/events"} <= named
    assert not named & {"build/changes", "build/checks", "build/daily_figures", "build/tallies"}
