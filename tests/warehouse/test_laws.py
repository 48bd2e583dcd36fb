"""Laws of the warehouse: on any log, every query answers what a plain count of people answers.

To shrink a failing log (a build each step), add Phase.shrink to PHASES.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.products import Answers, built
from tests.reference import METRICS, WEEKDAYS, Keep, Person, Reference, everybody

PHASES = (Phase.explicit, Phase.generate)
A_BUILD_EACH = settings(
    deadline=None, derandomize=True, database=None, phases=PHASES, suppress_health_check=list(HealthCheck)
)

GRAINS = ("day", "week", "month")
MODES = ("on", "on_or_after")
DAY = timedelta(days=1)

# The last days lie just after a change of the clocks in New York or Berlin, at a year's end, or at a month's.
LAST_DAYS = [
    date(2024, 3, 12),
    date(2024, 4, 2),
    date(2024, 10, 28),
    date(2024, 11, 5),
    date(2025, 1, 3),
    date(2024, 2, 29),
]
ZONES = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "UTC"]
# Where windows of 1, 3, 7, 12, 28 and 31 days close, and a day beside.
DAYS_BEFORE_THE_LAST = [0, 1, 2, 3, 5, 6, 7, 8, 11, 12, 26, 27, 28, 29, 30, 31]
DEFINITIONS: dict[str, dict[str, Any]] = {
    "came_back": {"label": "Came back", "start": "signed_up", "return": "active"},
    "opened": {"label": "Active, then opened", "start": "first_active", "return": ["open"]},
    "rebuy": {
        "label": "Bought again",
        "start": "first_payment",
        "return": "payment",
        "brackets": [[0, 0], [1, 30]],
    },
    "stayed": {"label": "Finished, then active", "start": ["finish", "task"], "return": "active"},
    "paid": {"label": "Opened, then paid", "start": ["open"], "return": "payment", "brackets": [[2, 5]]},
}

numbers = st.integers


@st.composite
def products(draw: st.DrawFn) -> dict[str, Any]:
    """What a product.yml may say that changes a count."""
    names = draw(st.lists(st.sampled_from(sorted(DEFINITIONS)), min_size=1, max_size=2, unique=True))
    product: dict[str, Any] = {
        "timezone": draw(st.sampled_from(ZONES)),
        "week_start": draw(st.sampled_from(WEEKDAYS)),
        "dimensions": {"platform": "Platform", "country": "Country"},
        "groups": {"seeds": "Seed users"},
        "reward_events": ["task", "packet"],
        "active": draw(st.sampled_from(["any", "any", ["open", "finish"]])),
        "retention": {name: DEFINITIONS[name] for name in names},
        "max_rejected": 1,
    }
    activation = draw(
        st.sampled_from([None, {"times": 1, "within_days": 7}, {"times": 2, "within_days": 3}, {"within_days": 12}])
    )
    if activation is not None:
        product["activation"] = {"event": ["finish", "open"][: draw(numbers(1, 2))], **activation}
    return product


@st.composite
def moments(draw: st.DrawFn, last: date, span: int) -> str:
    """A time as a company might write it: with a zone or without."""
    day = last - draw(st.one_of(numbers(0, span), st.sampled_from(DAYS_BEFORE_THE_LAST))) * DAY
    minute = draw(numbers(0, 1439))
    zone = draw(st.sampled_from(["", "", "", "Z", "+08:00", "-05:00", "+02:00"]))
    return f"{day} {minute // 60:02}:{minute % 60:02}:00{zone}"


@st.composite
def logs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]], date]:
    """A product, its rows, and the day of the build."""
    last = draw(st.sampled_from(LAST_DAYS))
    span = draw(st.sampled_from([20, 50, 130, 400, 800]))
    somebody = st.sampled_from([f"person {number}" for number in range(10)])
    at = moments(last, span)
    early = moments(last - 2 * DAY, span)
    users = [
        {
            "user_id": f"person {number}",
            "signed_up_at": draw(st.one_of(early, early, early, at, st.none())) if number else draw(early),
            "platform": draw(st.sampled_from(["ios", "android", None])),
            "country": draw(st.sampled_from(["cn", "us"])),
            "invited_by": draw(st.sampled_from([None, None, "person 0", "nobody"])),
            "incentive": draw(st.sampled_from([None, False, True])),
        }
        for number in range(draw(numbers(3, 9)))
    ]
    events = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "user_id": somebody,
                    "event": st.sampled_from(["open", "open", "finish", "task", "packet"]),
                    "occurred_at": at,
                }
            ),
            min_size=25,
            max_size=70,
        )
    )
    payments = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "user_id": somebody,
                    "paid_at": at,
                    "amount": st.sampled_from(["12.5", "0.01", "30", "0", "-12.5"]),
                }
            ),
            max_size=20,
        )
    )
    tables: dict[str, list[dict[str, Any]]] = {"users": users, "events": events}
    if payments:
        tables["payments"] = payments
    members = draw(st.sets(somebody | st.just("listed only"), min_size=1, max_size=5))
    tables["groups"] = [{"user_id": who, "group_name": name} for name in ("seeds", "others") for who in sorted(members)]
    for rows in tables.values():
        rows.extend(draw(st.lists(st.sampled_from(rows).map(_spoilt), max_size=2)))
    # A day of build before the last row rejects it; one on it leaves it uncovered; a later one covers it.
    return draw(products()), tables, last + draw(numbers(-1, 4)) * DAY


def _spoilt(row: dict[str, Any]) -> dict[str, Any]:
    """A row that cannot be used: its person is missing, or it repeats the key."""
    return row if "signed_up_at" in row else {**row, "user_id": None}


class Both:
    """A product's own answers and the plain count of the same rows, side by side."""

    def __init__(self, product: dict[str, Any], answers: Answers, counted: Reference) -> None:
        self.product, self.answers, self.counted = product, answers, counted
        self.segments = answers.dicts("data/segments")
        [build] = answers.dicts("data/build")
        self.first_day: date = build["first_day"]
        everything = counted.metrics("month", counted.start("month", self.first_day))
        # What never happened may be told as 0 or as no data; test_metrics.py says which.
        self.silent = {
            name for name in METRICS if not any(cell[0] for (metric, _), cell in everything.items() if metric == name)
        }

    def filters(self) -> Iterator[tuple[list[int] | None, Keep]]:
        """Everybody, some segments, and real users only: as the query's parameter and as a rule."""
        yield None, everybody
        names = [*self.counted.dimensions, "standing"]
        for chosen in (self.segments[::2], [row for row in self.segments if row["standing"] == "real"]):
            values = {tuple(row[name] for name in names) for row in chosen}

            def keep(person: Person, values: set[tuple[str, ...]] = values) -> bool:
                return tuple(self.counted.value(person, name) for name in names) in values

            yield [row["segment_id"] for row in chosen], keep

    def windows(self, grain: str) -> Iterator[tuple[date | None, date | None, date]]:
        """From and until as parameters, and the first day that a missing `from` stands for."""
        until = self.counted.data_until
        first = self.counted.start(grain, self.first_day)
        for since, end in ((until - 40 * DAY, None), (until - 300 * DAY, until - 250 * DAY)):
            yield since, end, since
        if grain != "day":
            yield None, None, first

    def asked(self, grain: str) -> Iterator[tuple[dict[str, Any], tuple[date, date | None, Keep]]]:
        """What to ask the query and what to count: every filter in the first window, one in the others."""
        filters = list(self.filters())
        for place, (since, until, first) in enumerate(self.windows(grain)):
            for segments, keep in filters if place == 0 else filters[-1:]:
                yield {"from_": since, "until": until, "segments": segments}, (first, until, keep)


@contextmanager
def both(log: tuple[dict[str, Any], dict[str, list[dict[str, Any]]], date]) -> Iterator[Both]:
    """The log, built and counted."""
    product, tables, today = log
    with built(product, tables, today=today) as answers:
        yield Both(product, answers, Reference(product, tables, today))


def by(rows: Iterable[dict[str, Any]], *keys: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Rows by their key; a repeated key is a fault of its own."""
    answers: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        assert key not in answers, f"{key} is there twice"
        answers[key] = tuple(value for name, value in row.items() if name not in keys)
    return answers


def agree_on_metrics(sides: Both, grain: str) -> None:
    """`overview/metrics`: every metric in every period, in any window, for any filter."""
    counted = sides.counted
    for parameters, (first, until, keep) in sides.asked(grain):
        found = by(sides.answers.dicts("overview/metrics", grain=grain, **parameters), "metric", "period")
        expected = counted.metrics(grain, first, until, keep)
        assert found.keys() == expected.keys()
        for (metric, period), (*cell, is_complete) in found.items():
            assert is_complete == counted.is_complete(grain, period)
            agree_on_cell(metric, period, cell, expected[metric, period], metric in sides.silent)


def agree_on_cell(metric: str, period: date, found: list[Any], expected: tuple[Any, ...], is_silent: bool) -> None:
    """All three numbers are equal; where one of a ratio's two is missing there is no figure."""
    if is_silent and not found[0]:
        return
    if metric in ("churn", "quick_ratio") and expected[0] is None:
        assert None in found[:2] or not found[1], f"{metric} {period}: {found}"
        return
    numerator, denominator, pending = found
    if numerator is not None:
        numerator, pending = pytest.approx(numerator), pending or 0
    assert (numerator, denominator, pending) == expected, f"{metric} {period}: {found}, counted {expected}"


def agree_on_metrics_by_value(sides: Both, grain: str) -> None:
    """`overview/metrics_by_value`: each value is a filter of its own."""
    counted = sides.counted
    first = max(counted.data_until - 100 * DAY, sides.first_day)
    for dimension in ("platform", "seeds", "standing"):
        for segments, keep in sides.filters():
            parameters = {"grain": grain, "from_": first, "segments": segments, "dimension": dimension}
            rows = sides.answers.dicts("overview/metrics_by_value", **parameters)
            found = by(rows, "value", "metric", "period")
            for value in {counted.value(person, dimension) for person in counted.chosen(keep)}:

                def has_value(
                    person: Person, value: str = value, dimension: str = dimension, keep: Keep = keep
                ) -> bool:
                    return keep(person) and counted.value(person, dimension) == value

                for (metric, period), cell in counted.metrics(grain, first, keep=has_value).items():
                    *answer, _ = found[value, metric, period]
                    agree_on_cell(metric, period, answer, cell, metric in sides.silent)


def agree_on_growth(sides: Both, grain: str) -> None:
    """`lifecycle/growth`: every state of every period."""
    for parameters, (first, until, keep) in sides.asked(grain):
        found = by(sides.answers.dicts("lifecycle/growth", grain=grain, **parameters), "period", "state")
        expected = sides.counted.growth(grain, first, until, keep)
        assert {key: users for key, (users, _) in found.items()} == expected
        for (period, _), (_, is_complete) in found.items():
            assert is_complete == sides.counted.is_complete(grain, period)


def agree_on_triangle(sides: Both, grain: str) -> None:
    """`retention/triangle`: a full grid, in both modes."""
    for name, definition in sides.product["retention"].items():
        for mode in MODES:
            chosen = {"definition": name, "grain": grain, "mode": mode}
            for parameters, (first, until, keep) in sides.asked(grain):
                rows = sides.answers.dicts("retention/triangle", **chosen, **parameters)
                expected = sides.counted.triangle(definition, grain, mode, first, until, keep)
                assert by(rows, "cohort", "age") == expected, (chosen, parameters)


def agree_on_curve(sides: Both, grain: str) -> None:
    """`retention/curve_by_value`: the complete cells of the triangle, pooled."""
    since = sides.counted.data_until - 120 * DAY
    for name, definition in sides.product["retention"].items():
        for mode, dimension in zip(MODES, ("country", "standing"), strict=True):
            for segments, keep in sides.filters():
                rows = sides.answers.dicts(
                    "retention/curve_by_value",
                    definition=name,
                    grain=grain,
                    mode=mode,
                    from_=since,
                    segments=segments,
                    dimension=dimension,
                )
                found = {key: cell for key, cell in by(rows, "value", "age").items() if cell[0]}
                expected = sides.counted.curve_by_value(definition, grain, mode, since, None, dimension, keep)
                assert found == expected, (name, mode, dimension)


def agree_on_brackets(sides: Both) -> None:
    """`retention/brackets`: those whose window is closed, and those pending."""
    until = sides.counted.data_until
    for name, definition in sides.product["retention"].items():
        for window in ((None, None), (until - 60 * DAY, None), (until - 60 * DAY, until - 9 * DAY)):
            for segments, keep in sides.filters():
                rows = sides.answers.dicts(
                    "retention/brackets", definition=name, from_=window[0], until=window[1], segments=segments
                )
                expected = sides.counted.brackets(definition, window[0], window[1], keep)
                assert by(rows, "bracket") == {(bracket,): cell for bracket, cell in expected.items()}, (
                    name,
                    window,
                )


def agree_on_active_days(sides: Both, grain: str) -> None:
    """The cube `active_days`, which no page reads yet."""
    rows = sides.answers.sql(
        f"select period, days, sum(users) from active_days where grain = '{grain}' group by period, days"
    )
    first = min((day for person in sides.counted.people for day in person.active), default=date(2020, 1, 1))
    expected: dict[tuple[date, int], int] = {}
    for period in sides.counted.periods(grain, sides.counted.start(grain, first)):
        for days, users in sides.counted.active_days(grain, period).items():
            expected[period, days] = users
    assert {(period, days): users for period, days, users in rows} == expected


@settings(A_BUILD_EACH, max_examples=7)
@given(log=logs())
def test_headline_figures_equal_a_plain_count(log: Any) -> None:
    with both(log) as sides:
        for grain in GRAINS:
            agree_on_metrics(sides, grain)
        for grain in ("week", "month"):
            agree_on_metrics_by_value(sides, grain)


@settings(A_BUILD_EACH, max_examples=5)
@given(log=logs())
def test_lifecycle_states_equal_a_plain_count(log: Any) -> None:
    with both(log) as sides:
        for grain in GRAINS:
            agree_on_growth(sides, grain)
            agree_on_active_days(sides, grain)


@settings(A_BUILD_EACH, max_examples=5)
@given(log=logs())
def test_retention_equals_a_plain_count(log: Any) -> None:
    with both(log) as sides:
        agree_on_brackets(sides)
        for grain in GRAINS:
            agree_on_triangle(sides, grain)
            agree_on_curve(sides, grain)


@settings(A_BUILD_EACH, max_examples=5)
@given(log=logs())
def test_the_build_knows_its_data(log: Any) -> None:
    """Days covered, segments and their people; and accepted + rejected = read, row by row."""
    product, tables, _ = log
    with both(log) as sides:
        counted = sides.counted
        [build] = sides.answers.dicts("data/build")
        assert build["data_until"] == counted.data_until
        assert build["timezone"] == product["timezone"]
        assert build["week_start"] == WEEKDAYS.index(product["week_start"]) + 1
        assert build["first_day"] <= min(
            (day for person in counted.people for day in [person.acquired_on, *person.active] if day),
            default=build["first_day"],
        )

        names = [*counted.dimensions, "standing"]
        people = Counter(tuple(counted.value(person, name) for name in names) for person in counted.people)
        found = {tuple(row[name] for name in names): row["users"] for row in sides.segments if row["users"]}
        assert found == dict(people)
        values = {(row["dimension"], row["value"]): row["users"] for row in sides.answers.dicts("data/values")}
        for place, name in enumerate(names):
            for value in {key[place] for key in people}:
                assert values[name, value] == sum(n for key, n in people.items() if key[place] == value)

        read = {row["source"]: row for row in sides.answers.dicts("data/tables")}
        for name, rows in tables.items():
            assert read[name]["read"] == len(rows)
            assert read[name]["rejected"] == counted.rejected[name]
            assert read[name]["accepted"] == len(rows) - counted.rejected[name]


def summed(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """The counts of rows, by all that is no count."""
    counts = ("numerator", "denominator", "pending", "users", "cohort_size", "entrants", "retained")
    total: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        key = tuple((name, value) for name, value in row.items() if name not in counts)
        for name in counts:
            total[*key, name] += row.get(name) or 0
    return total


def by_grain(grain: str, definition: str) -> list[tuple[str, dict[str, Any]]]:
    """Every query that takes segments, with its parameters."""
    asked: list[tuple[str, dict[str, Any]]] = [
        ("overview/metrics", {"grain": grain}),
        ("lifecycle/growth", {"grain": grain}),
        ("retention/brackets", {"definition": definition}),
    ]
    return [
        *asked,
        *(("retention/triangle", {"definition": definition, "grain": grain, "mode": mode}) for mode in MODES),
    ]


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs(), grain=st.sampled_from(["week", "month"]))
def test_sums_over_segments_are_the_total(log: Any, grain: str) -> None:
    product, tables, today = log
    with built(product, tables, today=today) as answers:
        segments = [row["segment_id"] for row in answers.dicts("data/segments")]
        for name, parameters in by_grain(grain, next(iter(product["retention"]))):
            parts: Counter[tuple[Any, ...]] = Counter()
            for segment in segments:
                parts.update(summed(answers.dicts(name, **parameters, segments=[segment])))
            whole = summed(answers.dicts(name, **parameters))
            assert parts.keys() == whole.keys()
            assert all(parts[key] == pytest.approx(total) for key, total in whole.items()), name


@settings(A_BUILD_EACH, max_examples=4)
@given(log=logs())
def test_states_add_up_to_the_active(log: Any) -> None:
    """Active = new + retained + resurrected; retained + dormant = active in the period before."""
    product, tables, today = log
    with built(product, tables, today=today) as answers:
        segments = [row["segment_id"] for row in answers.dicts("data/segments")]
        for grain in GRAINS:
            for chosen in (None, segments[1::2]):
                figures = answers.dicts("overview/metrics", grain=grain, segments=chosen)
                active = {row["period"]: row["numerator"] or 0 for row in figures if row["metric"] == "active_users"}
                states = by(answers.dicts("lifecycle/growth", grain=grain, segments=chosen), "period", "state")
                periods = sorted({period for period, _ in states})
                assert periods == sorted(active)
                before = 0
                for period in periods:
                    new, retained, resurrected, dormant = (
                        states[period, state][0] for state in ("new", "retained", "resurrected", "dormant")
                    )
                    assert active[period] == new + retained + resurrected
                    assert dormant is None or retained + dormant == before
                    before = active[period]


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs(), chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(log: Any, chance: Any) -> None:
    product, tables, today = log
    # Of rows that repeat a key the first wins, so only there the order counts.
    tables["users"] = list({row["user_id"]: row for row in tables["users"]}.values())
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in tables.items()}
    definition = next(iter(product["retention"]))
    asked = [one for grain in GRAINS for one in by_grain(grain, definition)]
    asked += [("data/values", {}), ("data/segments", {})]
    with built(product, tables, today=today) as answers, built(product, shuffled, today=today) as others:
        for name, parameters in asked:
            assert answers.rows(name, **parameters) == others.rows(name, **parameters), name


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs(), limit=numbers(1, 4))
def test_folding_never_changes_a_total_and_unknown_stays(log: Any, limit: int) -> None:
    product, tables, today = log
    folded = {**product, "max_segments": limit}
    asked = [one for grain in ("week", "month") for one in by_grain(grain, next(iter(product["retention"])))]
    with built(product, tables, today=today) as answers, built(folded, tables, today=today) as others:
        for name, parameters in asked:
            assert answers.rows(name, **parameters) == others.rows(name, **parameters), name
        names = list(product["dimensions"])
        before = {(row["dimension"], row["value"]): row["users"] for row in answers.dicts("data/values")}
        after = {(row["dimension"], row["value"]): row["users"] for row in others.dicts("data/values")}
        for name in names:
            if before.get((name, "unknown")):
                assert after[name, "unknown"] == before[name, "unknown"]
            # With more than one value beside unknown, something must have been put together to fit.
            kept = [value for dimension, value in after if dimension == name]
            assert sum(after[name, value] for value in kept) == sum(
                users for (dimension, _), users in before.items() if dimension == name
            )
        unknown_kinds = 2 ** len(names)
        combinations = {tuple(row[name] for name in names) for row in others.dicts("data/segments")}
        assert len(combinations) <= max(limit, unknown_kinds)
