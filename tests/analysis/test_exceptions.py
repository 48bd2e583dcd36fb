"""The order of a week's review, from figures made by hand."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import holidays, usual
from analysis.cards import Series
from analysis.exceptions import in_order, known_of, week_of
from analysis.finding import Finding
from analysis.usual import Scores

Floats = npt.NDArray[np.float64]
MONDAY = date(2024, 5, 20)
FIRST = np.datetime64("2024-01-01")
WEEKS = 21


def figures(rows: Mapping[str, Floats], grain: str) -> Series:
    """Figures of people, a row each; missing where nothing is settled."""
    values = np.array(list(rows.values()), float)
    settled = np.isfinite(values)
    none = np.full(values.shape, np.nan)
    return Series(
        metrics=tuple(rows),
        units=("people",) * len(rows),
        periods=FIRST + (7 if grain == "week" else 1) * np.arange(values.shape[1]),
        value=values,
        numerator=values,
        denominator=none,
        pending=np.zeros(values.shape),
        settled=settled,
        complete=settled,
        quotient=np.zeros(len(rows), bool),
        has_data=np.ones(len(rows), bool),
    )


def scored(daily: Mapping[str, Floats], days: pd.DataFrame = usual.NO_DAYS) -> tuple[Scores, Scores]:
    """By week, each the sum of its days, and by day."""
    weekly = {name: values.reshape(-1, 7).sum(axis=1) for name, values in daily.items()}
    return (
        usual.score_all(figures(weekly, "week"), grain="week", days=days),
        usual.score_all(figures(daily, "day"), grain="day", days=days),
    )


def steady(level: float) -> Floats:
    return np.full(7 * WEEKS, float(level))


def with_day(level: float, day: date, value: float) -> Floats:
    values = steady(level)
    values[(day - date(2024, 1, 1)).days] = value
    return values


def test_the_most_unusual_comes_first_and_a_day_can_speak_for_its_week():
    wednesday = MONDAY + timedelta(days=2)
    daily = {
        "quiet": steady(1000),
        "little": steady(10),
        "up": with_day(1000, wednesday, 1200),
        "down": with_day(1000, wednesday, 600),
    }
    weekly, by_day = scored(daily)
    found = in_order(week_of(weekly, by_day, MONDAY))
    first, second, *rest = found
    assert [first.metric, second.metric] == ["down", "up"]
    assert {each.metric for each in rest} == {"quiet", "little"}
    assert (first.by.grain, first.by.period, first.by.direction, first.verdict) == ("day", wednesday, "down", "unusual")
    assert (second.by.grain, second.by.direction) == ("day", "up")
    assert [(each.by.grain, each.by.direction, each.verdict) for each in rest] == [("week", "none", "usual")] * 2
    # Of `little` 70 come in a week: enough to judge weeks by, but not days.
    assert [each.metric for each in rest if each.day is None] == ["little"]
    assert first.by.expected == 1000
    assert first.week.value == 6600


def test_a_week_speaks_where_no_single_day_is_far_off():
    daily = {"active": steady(100)}
    daily["active"][-7:] = 122
    daily["active"][-4] = 134
    weekly, by_day = scored(daily)
    [found] = week_of(weekly, by_day, MONDAY)
    assert (found.by.grain, found.by.direction, found.verdict) == ("week", "up", "unusual")
    # The Thursday was somewhat above its range; the week was far above.
    assert found.day is not None
    assert found.day.verdict == "watch"
    assert found.by.finding.key == "usual.week.unusual.up"


def test_a_figure_still_open_is_told_by_its_last_settled_week():
    daily = {"activation": steady(1000)}
    daily["activation"][-14:] = np.nan
    daily["activation"][-21:-14] = 1300
    weekly, by_day = scored(daily)
    [found] = week_of(weekly, by_day, MONDAY)
    assert found.week.period == MONDAY - timedelta(days=14)
    assert found.by.period >= found.week.period
    assert found.verdict in ("unusual", "shift")


def test_a_figure_without_any_settled_week_is_left_out():
    daily = {"never": np.full(7 * WEEKS, np.nan), "active": steady(1000)}
    weekly, by_day = scored(daily)
    assert [each.metric for each in week_of(weekly, by_day, MONDAY)] == ["active"]
    assert week_of(weekly, by_day, date(2030, 1, 7)) == []


def test_a_logged_incident_is_named_and_still_stands_first():
    day = MONDAY + timedelta(days=2)
    days = holidays.each_day([(day, day, "incident", "Login down"), (MONDAY, MONDAY, "holiday", "A feast")])
    weekly, by_day = scored({"quiet": steady(1000), "active": with_day(1000, day, 300)}, days=days)
    first, second = in_order(week_of(weekly, by_day, MONDAY, days))
    assert (first.metric, first.verdict) == ("active", "unusual")
    assert [(each.kind, each.name) for each in first.known] == [("incident", "Login down")]
    assert [each.kind for each in second.known] == ["incident", "holiday"]
    assert str(first.known[0].finding) == "Known incident on 22 May 2024: Login down."


def test_days_on_end_of_one_name_are_one():
    days = holidays.each_day(
        [
            (MONDAY, MONDAY + timedelta(days=2), "holiday", "A feast"),
            (MONDAY + timedelta(days=4), MONDAY + timedelta(days=9), "holiday", "A feast"),
        ]
    )
    found = known_of(days, MONDAY, 7)
    assert [(each.first.day, each.last.day) for each in found] == [(20, 22), (24, 26)]
    assert known_of(usual.NO_DAYS, MONDAY, 7) == ()


def test_each_verdict_has_its_sentence_and_what_could_have_been_seen():
    weekly, by_day = scored({"active": with_day(1000, MONDAY, 600), "quiet": steady(1000), "little": steady(2)})
    active, quiet, little = week_of(weekly, by_day, MONDAY)
    assert (active.by.finding.key, quiet.by.finding.key) == ("usual.day.unusual.down", "usual.usual")
    assert little.by.finding.key == "usual.too_little"
    said = Finding(active.by.finding.key, {**active.by.finding.figures, "name": "Active users"})
    assert str(said).startswith("Active users was 600.0 on Mon 20 May 2024: far below its usual range for such a day")
    # √1000 is 3 % of it: 4.84 of those, a little fewer for a fall.
    assert 0.13 < active.by.could_see < 0.16
    assert str(active.by.seen).endswith("on that day would have been seen.")
    assert str(little.by.seen) == "In that week no fall, however large, would have been seen."


def test_a_figure_is_judged_by_what_was_known_then():
    daily = {"active": with_day(1000, MONDAY, 600)}
    weekly, by_day = scored(daily)
    later = scored({"active": np.concatenate([daily["active"], np.full(70, 10.0)])})
    assert week_of(weekly, by_day, MONDAY) == week_of(*later, MONDAY)
