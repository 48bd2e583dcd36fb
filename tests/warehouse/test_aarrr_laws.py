"""Laws of AARRR: on any log every query answers what a plain count of people answers."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.products import Answers, built
from tests.reference import DAY, Keep, Person, Reference, everybody
from tests.reference_aarrr import STAGES, Aarrr, Span

A_BUILD_EACH = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    max_examples=4,
)
LAST = date(2024, 3, 12)
TODAY = LAST + 5 * DAY
# Values that a careless program would take for SQL, for a pattern or for markup.
PLATFORMS = ["ios", 'o\'hare "q"', "100 %", "🙂", "<b>[web](x)</b>", "$from"]
NAMES = ["open", "open", "open", "finish", "invite", "task"]
COUNTS = ("entrants", "reached", "pending", "pending_reached")
Log = tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """A product and what 90 people did; numbers are drawn by a generator, days lie near the ends of windows."""
    chance = Random(draw(st.integers(0, 2**32)))
    days = [0, 0, 0, 1, 2, 2, 3, 3, 6, 7, 7, 8, 12, 13, 14, 28, 29, 30, 31, 45, 89, 90, 90, 91, 95]
    users, events, payments = [], [], []
    for number in range(90):
        who = f"person {number}"
        joined = datetime(2024, 3, 12) - chance.choice([*days, -1, 1, 2, 20, 60]) * DAY
        joined += timedelta(seconds=chance.choice([0, 30_000, 43_200, 86_399]))
        if chance.random() < 0.9:
            users.append(
                {
                    "user_id": who,
                    "signed_up_at": str(joined) if chance.random() < 0.85 else None,
                    "platform": chance.choice(PLATFORMS),
                    "invited_by": chance.choice([None, None, who, "nobody", f"person {chance.randrange(90)}"]),
                    "incentive": chance.choice([None, False, True]),
                }
            )
        for _ in range(chance.choice([0, 1, 2, 4, 7])):
            at = joined + chance.choice([*days, -1]) * DAY + timedelta(seconds=chance.choice([-1, 0, 0.5, 1, 4_000]))
            at = min(at, datetime(2024, 3, 14, 12))
            if chance.random() < 0.7:
                events.append({"user_id": who, "event": chance.choice(NAMES), "occurred_at": str(at)})
            else:
                amount = chance.choice(["5", "5", "12.5", "0", "-5"])
                payments.append({"user_id": who, "paid_at": str(at), "amount": amount})
    aarrr: dict[str, Any] = {
        "retained": {"days": chance.choice([[0, 0], [1, 3], [7, 13], [28, 30]])},
        "paid": {
            "event": chance.choice(["payment", "payment", ["finish", "task"], ["never"]]),
            "within_days": chance.choice([1, 8, 30]),
        },
        "referred": {"within_days": chance.choice([1, 7, 29])},
    }
    if chance.random() < 0.6:
        aarrr["referred"]["event"] = ["invite", "never"]
    stated: dict[str, Any] = {
        "timezone": chance.choice(["UTC", "Asia/Shanghai"]),
        "week_start": chance.choice(["monday", "sunday"]),
        "dimensions": {"platform": "Platform"},
        "active": chance.choice(["any", "any", ["open"]]),
        "reward_events": ["task"],
        "aarrr": aarrr,
        "funnels": {
            "first": {"label": "F", "steps": ["open", ["finish", "payment"], ["invite", "task"]]},
            "second": {"label": "S", "steps": ["task", "open"]},
        },
        "data_until": LAST + chance.choice([-1, 0, 1, 2]) * DAY,
    }
    if chance.random() < 0.85:
        rule = {"times": chance.choice([1, 1, 2]), "within_days": chance.choice([1, 3, 8])}
        stated["activation"] = {"event": ["finish", "open"][: chance.choice([1, 2])], **rule}
    tables: dict[str, list[dict[str, Any]]] = {"users": users, "events": events, "payments": payments}
    return stated, {name: rows for name, rows in tables.items() if chance.random() < 0.93 or name == "events"}


class Sides:
    """A product's own answers and the plain count of the same rows, for a span of days and a filter."""

    def __init__(self, stated: dict[str, Any], answers: Answers, counted: Aarrr, span: Span, half: bool) -> None:
        self.stated, self.answers, self.counted, self.span = stated, answers, counted, span
        self.keep: Keep = everybody
        self.segments: list[int] | None = None
        if half:
            chosen = answers.dicts("data/segments")[::2]
            values = {(row["platform"], row["standing"]) for row in chosen}
            self.segments = [row["segment_id"] for row in chosen]

            def keep(person: Person) -> bool:
                return (person.values["platform"], person.standing) in values

            self.keep = keep
        self.asked = {"from_": span[0], "until": span[1], "segments": self.segments}

    def agree(self) -> None:
        """Every query that joins people or days to a span."""
        ask, chosen = self.answers.dicts, (self.span, self.keep)
        stages = {row["stage"]: tuple(row[name] for name in COUNTS) for row in ask("funnel/aarrr", **self.asked)}
        assert list(stages) == list(STAGES)
        assert stages == self.counted.stages(*chosen)
        assert self.answers.rows("funnel/aarrr_losses", **self.asked) == self.counted.losses(*chosen)
        assert self.answers.rows("funnel/referral", **self.asked) == [self.counted.referral(*chosen)]
        groups = self.answers.rows("funnel/newcomer_groups", **self.asked)
        assert {(kind, side): tuple(counts) for kind, side, *counts in groups} == self.counted.groups(*chosen)
        assert self.answers.rows("funnel/revenue", **self.asked) == [self.counted.revenue(*chosen)]
        self._agree_on_times(stages)
        self._agree_on_activity()
        self._agree_on_values(stages)

    def _agree_on_times(self, stages: dict[str, Any]) -> None:
        """Every person's time lies in the span that counts them, and the sums are equal."""
        rows = self.answers.dicts("funnel/aarrr_time", **self.asked)
        assert "retained" not in {row["stage"] for row in rows}
        for stage in ("activated", "paid", "referred"):
            mine = [row for row in rows if row["stage"] == stage]
            spans = [(row["shortest"], row["longest"]) for row in mine for _ in range(row["users"])]
            expected = self.counted.seconds(stage, self.span, self.keep)
            assert len(spans) == len(expected) == (stages[stage][1] or 0)
            assert all(low <= one < high for (low, high), one in zip(spans, expected, strict=True))
            assert sum(row["sum_seconds"] for row in mine) == pytest.approx(sum(expected))

    def _agree_on_activity(self) -> None:
        rows = self.answers.rows("funnel/activity_by_age", **self.asked)
        [build] = self.answers.dicts("data/build")
        since, until = max(self.span[0] or build["first_day"], build["first_day"]), self.span[1] or self.counted.until
        expected = self.counted.activity(since, until, self.keep)
        assert {ages: tuple(counts) for ages, *counts in rows} == expected

    def _agree_on_values(self, stages: dict[str, Any]) -> None:
        """Each value is a filter of its own, and they add up."""
        rows = self.answers.dicts("funnel/aarrr_by_value", dimension="platform", **self.asked)
        found = {(row["value"], row["stage"]): tuple(row[name] for name in COUNTS) for row in rows}
        for value in {person.values["platform"] for person in self.counted.reference.people if self.keep(person)}:

            def has_value(person: Person, value: str = value) -> bool:
                return self.keep(person) and person.values["platform"] == value

            for stage, counts in self.counted.stages(self.span, has_value).items():
                assert found.pop((value, stage)) == counts
        assert not found
        for stage, whole in stages.items():
            parts = [row for row in rows if row["stage"] == stage]
            summed = tuple(_total([row[name] for row in parts]) for name in COUNTS)
            assert summed == (whole if parts else (None,) * 4)


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


@A_BUILD_EACH
@given(log=logs())
def test_every_query_counts_what_a_plain_count_of_people_counts(log: Log) -> None:
    stated, tables = log
    counted = Aarrr(Reference(stated, tables, TODAY))
    spans: list[tuple[Span, bool]] = [
        ((None, None), False),
        ((LAST - 31 * DAY, LAST - 7 * DAY), True),
        ((LAST - 100 * DAY, LAST + 9 * DAY), True),
    ]
    with built(stated, tables, today=TODAY) as answers:
        for span, half in spans:
            sides = Sides(stated, answers, counted, span, half)
            sides.agree()
        for funnel, step, events in (("first", 2, ["finish", "payment"]), ("second", None, ["open"])):
            since = LAST - 25 * DAY
            rows = answers.rows("funnel/adoption", funnel=funnel, step=step, since=since, segments=sides.segments)
            expected = counted.adoption(events, since, sides.keep)
            assert {(week, group): tuple(counts) for week, group, *counts in rows} == expected


@settings(A_BUILD_EACH, max_examples=1)
@given(log=logs())
def test_sums_over_segments_are_the_total(log: Log) -> None:
    stated, tables = log
    span = {"from_": LAST - 40 * DAY, "until": LAST - DAY}
    asked: dict[str, dict[str, Any]] = {
        **{f"funnel/{name}": span for name in ("aarrr", "aarrr_losses", "aarrr_time", "activity_by_age")},
        **{f"funnel/{name}": span for name in ("referral", "newcomer_groups", "revenue")},
        "funnel/adoption": {"since": LAST - 40 * DAY},
    }
    with built(stated, tables, today=TODAY) as answers:
        segments = [row["segment_id"] for row in answers.dicts("data/segments")]
        for name, parameters in asked.items():
            parts: Counter[Any] = Counter()
            for segment in segments:
                parts.update(_summed(answers.dicts(name, **parameters, segments=[segment])))
            whole = _summed(answers.dicts(name, **parameters))
            assert {key: parts[key] for key in whole} == pytest.approx(whole), name


def _summed(rows: list[dict[str, Any]]) -> dict[Any, Any]:
    """The counts of rows, by all that is no count."""
    keys = ("stage", "before", "shortest", "ages", "kind", "is_in", "week", "age_group")
    return {
        (*((key, row.get(key)) for key in keys), name): value or 0
        for row in rows
        for name, value in row.items()
        if name not in (*keys, "longest", "n_days", "is_complete")
    }


@settings(A_BUILD_EACH, max_examples=2)
@given(log=logs())
def test_data_that_reach_further_only_turn_the_pending_into_reached_or_lost(log: Log) -> None:
    stated, tables = log
    sides = []
    for until in (LAST - 12 * DAY, LAST):
        with built({**stated, "data_until": until}, tables, today=TODAY) as answers:
            rows = answers.dicts("funnel/aarrr", until=LAST - 12 * DAY)
            sides.append({row["stage"]: [row[name] for name in COUNTS] for row in rows})
    for stage, (entrants, reached, pending, so_far) in sides[0].items():
        later_entrants, later_reached, later_pending, later_so_far = sides[1][stage]
        if entrants is None or later_entrants is None:  # nobody had done it then
            continue
        assert later_entrants + later_pending == entrants + pending
        assert later_reached >= reached
        assert later_entrants - later_reached >= entrants - reached
        assert later_reached + later_so_far >= reached + so_far
        assert so_far <= pending
