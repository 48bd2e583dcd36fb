"""The week's review in order: each figure by how unusual its week was, or the most unusual of its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

import numpy as np
import pandas as pd

from analysis.finding import Fact, Finding
from analysis.usual import LENGTH, NO_DAYS, RANK, Grain, Scores, Verdict, falls_seen

WEEK = timedelta(days=7)
# Day-30 retention is over five weeks after its own.
MOST_BACK = 6


@dataclass(frozen=True)
class Scored:
    """A figure of one period beside its usual range; as analysis.usual.Scores, and what could have been seen.

    could_see  the smallest fall, as a share of what was expected, that raises an alarm four times in five; missing
               where there is no expectation
    """

    grain: Grain
    period: date
    value: float
    expected: float
    low: float
    high: float
    z: float
    verdict: Verdict
    could_see: float

    @property
    def direction(self) -> Literal["up", "down", "none"]:
        """On which side of its usual range the value is."""
        if RANK[self.verdict] < RANK["watch"]:
            return "none"
        return "up" if self.z > 0 else "down"

    @property
    def finding(self) -> Finding:
        """Where it lies, in plain words; its fields are raw, and the name of the figure is the screen's."""
        facts: dict[str, Fact] = {"value": self.value, "expected": self.expected, "low": self.low, "high": self.high}
        facts |= {"period": self.period}
        if self.direction != "none":
            return Finding(f"usual.{self.grain}.{self.verdict}.{self.direction}", facts)
        return Finding("usual.usual" if self.verdict == "usual" else "usual.too_little", facts)

    @property
    def seen(self) -> Finding:
        """The smallest fall that would have been called unusual."""
        if not np.isfinite(self.could_see):
            return Finding(f"usual.seen.{self.grain}.nothing")
        return Finding(f"usual.seen.{self.grain}.fall", {"fall": self.could_see})


@dataclass(frozen=True)
class Known:
    """Something known of the week that may be why: days off on end, an incident.

    kind  holiday | workday | incident
    """

    kind: str
    name: str
    first: date
    last: date

    @property
    def finding(self) -> Finding:
        """What it was and when; a weekend that was worked has no name."""
        when = "day" if self.first == self.last else "days"
        return Finding(f"usual.known.{self.kind}.{when}", {"title": self.name, "first": self.first, "last": self.last})


@dataclass(frozen=True)
class Exceptional:
    """One figure's week.

    week   the week asked for or, where that is still open, the last settled one up to MOST_BACK weeks earlier
    day    the most unusual of that week's days; None where none of them could be judged
    by     what speaks for the figure: the day where it is outside its usual range and more so than the week
    known  what is known of the period that speaks
    """

    metric: str
    week: Scored
    day: Scored | None
    by: Scored
    known: tuple[Known, ...]

    @property
    def verdict(self) -> Verdict:
        """The figure's: as unusual as its week, or as that week's most unusual day."""
        return self.by.verdict


def week_of(weekly: Scores, daily: Scores, week: date, days: pd.DataFrame = NO_DAYS) -> list[Exceptional]:
    """Every figure of the week that begins on that day, in the order of the scores; one without data is left out.

    daily  of the same figures; its days begin and end where they may
    days   day, kind, name: as both were scored with
    """
    chosen = []
    for row, metric in enumerate(weekly.metrics):
        at = _settled(weekly, row, week)
        if at is not None:
            own = daily.metrics.index(metric)
            chosen.append((metric, row, at, own, _worst_day(daily, own, _day(weekly, at))))
    seen = falls_seen(weekly, [row for _, row, *_ in chosen], [at for _, _, at, *_ in chosen])
    judged = [(own, worst) for *_, own, worst in chosen if worst is not None]
    seen_of_day = iter(falls_seen(daily, [own for own, _ in judged], [worst for _, worst in judged]))
    found = []
    for (metric, row, at, own, worst), fall in zip(chosen, seen, strict=True):
        of_week = _scored(weekly, row, at, fall)
        of_day = None if worst is None else _scored(daily, own, worst, next(seen_of_day))
        by = of_week
        if of_day is not None and of_day.direction != "none" and _how(of_day) > _how(of_week):
            by = of_day
        found.append(Exceptional(metric, of_week, of_day, by, known_of(days, by.period, LENGTH[by.grain])))
    return found


def in_order(found: Sequence[Exceptional]) -> list[Exceptional]:
    """The most unusual first: alarms, then what to watch, then the rest, each by z; of equal ones as they stand."""
    return sorted(found, key=lambda each: _how(each.by), reverse=True)


def known_of(days: pd.DataFrame, first: date, length: int) -> tuple[Known, ...]:
    """What is known of so many days from that one on: incidents first, days on end of one name as one."""
    of_days = pd.to_datetime(days["day"])
    there = (of_days >= pd.Timestamp(first)) & (of_days < pd.Timestamp(first) + pd.Timedelta(days=length))
    own = days[there].drop_duplicates(["day", "kind", "name"]).sort_values(["kind", "name", "day"])
    found: list[Known] = []
    for stamp, kind, name in own[["day", "kind", "name"]].itertuples(index=False):
        day = pd.Timestamp(stamp).date()
        last = found[-1] if found else None
        if last is not None and (last.kind, last.name) == (kind, name) and day - last.last <= timedelta(days=1):
            found[-1] = Known(kind, name, last.first, day)
        else:
            found.append(Known(kind, name, day, day))
    return tuple(sorted(found, key=lambda each: (each.kind != "incident", each.first)))


def _settled(weekly: Scores, row: int, week: date) -> int | None:
    for back in range(MOST_BACK + 1):
        at = weekly.at(week - back * WEEK)
        if at is not None and np.isfinite(weekly.value[row, at]):
            return at
    return None


def _worst_day(daily: Scores, row: int, week: date) -> int | None:
    places = [daily.at(week + timedelta(days=number)) for number in range(7)]
    judged = [at for at in places if at is not None and np.isfinite(daily.z[row, at])]
    return max(judged, key=lambda at: _rank(daily.verdict[row, at], daily.z[row, at]), default=None)


def _how(each: Scored) -> tuple[int, float]:
    return _rank(each.verdict, each.z)


def _rank(verdict: str, z: float) -> tuple[int, float]:
    return RANK[verdict], abs(z) if np.isfinite(z) else -1.0


def _scored(scores: Scores, row: int, at: int, fall: float) -> Scored:
    value, expected, low, high, z = (
        float(grid[row, at]) for grid in (scores.value, scores.expected, scores.low, scores.high, scores.z)
    )
    verdict = cast(Verdict, scores.verdict[row, at])
    return Scored(scores.grain, _day(scores, at), value, expected, low, high, z, verdict, float(fall))


def _day(scores: Scores, at: int) -> date:
    found: date = scores.periods[at].astype("datetime64[D]").astype(date)
    return found
