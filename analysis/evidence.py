"""What speaks for a stage and what against it, from the weeks up to the last one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.finding import Fact, Finding
from analysis.power import WEEKS_A_YEAR, power, yearly
from analysis.proportions import ratio
from analysis.slopes import rolling
from analysis.verdicts import TRENDS, State, Trend
from analysis.weeks import Weeks
from config.stages import StageId, StageRules

Floats = npt.NDArray[np.float64]
Side = Literal["for", "against", "aside"]

# Beyond doubling in a year a factor is easier to read than a percentage.
DOUBLED = 1.0
# Of the moves from week to week, how many must go one way to say so.
MOST_MOVES = 2 / 3
# This far below the highest week is no longer the top.
BELOW_TOP = 0.1


@dataclass(frozen=True)
class Evidence(Finding):
    """A finding that speaks for or against the stage shown, or that must be known to read the others (aside)."""

    side: Side = "aside"


@dataclass(frozen=True)
class Case:
    """What is known at the end of the last week. Arrays begin with the first active week, and are not empty."""

    weeks: Weeks
    trend: Trend
    states: list[State]
    rules: StageRules

    @property
    def now(self) -> State:
        """The state after the last week."""
        return self.states[-1]

    @property
    def window(self) -> int:
        """Weeks the slope is measured over."""
        return int(self.trend.window[-1])

    @property
    def active(self) -> Floats:
        """Weekly actives from the first active week on."""
        return self.weeks.active[self.weeks.first :]

    def day(self, place: int) -> date:
        """The first day of a week, counted from the first active one."""
        return self.weeks.day(self.weeks.first + place)

    def weigh(self, towards: StageId | None) -> Side:
        """Which side a fact is on that goes with one of the stages that are trends."""
        if self.now.stage not in TRENDS or towards is None:
            return "aside"
        return "for" if towards == self.now.stage else "against"


def collect(case: Case, is_flat: bool | None) -> tuple[Evidence, ...]:
    """All of it: for, then against, then aside."""
    found = [
        *_cold(case, is_flat),
        *_why_unknown(case),
        *_slope(case),
        *_turning(case),
        *_acquisition(case),
        *_quick(case),
        *_season(case),
        *_moves(case),
        *_level(case),
        *_undecided(case),
        *_left_out(case),
        *_noise(case),
    ]
    order: tuple[Side, ...] = ("for", "against", "aside")
    return tuple(sorted(found, key=lambda each: order.index(each.side)))


def quick_ratio(weeks: Weeks, window: int) -> Floats:
    """(new + resurrected) / dormant over each trailing window; weeks without one of them are left out."""
    known = np.isfinite(weeks.active + weeks.dormant)
    won = np.where(known, weeks.new + weeks.resurrected, 0.0)
    lost = np.where(known, weeks.dormant, 0.0)
    return ratio(_trailing(won, window), _trailing(lost, window))


def _trailing(values: Floats, window: int) -> Floats:
    total = np.cumsum(np.concatenate([np.zeros(window), values]))
    return np.asarray(total[window:] - total[:-window])


def _cold(case: Case, is_flat: bool | None) -> Iterator[Evidence]:
    if case.now.stage != "cold_start":
        return
    rules, active = case.rules, case.active
    most = float(np.nanmax(active))
    if len(active) < rules.cold_start_weeks:
        yield Evidence("stage.cold.young", {"count": len(active), "from_": rules.cold_start_weeks}, "for")
    if most <= rules.cold_start_actives:
        yield Evidence("stage.cold.small", {"most": most, "bound": rules.cold_start_actives}, "for")
    if len(active) >= rules.cold_start_weeks and most > rules.cold_start_actives:
        yield Evidence("stage.cold.unclear", {}, "for")
    acquired = float(np.nansum(case.weeks.new))
    facts = {"users": acquired, "bound": rules.launch_users}
    yield Evidence("stage.cold.few" if acquired < rules.launch_users else "stage.cold.many", facts, "aside")
    if is_flat is not None:
        yield Evidence("stage.cold.flat" if is_flat else "stage.cold.not_flat")


def _why_unknown(case: Case) -> Iterator[Evidence]:
    active = np.nan_to_num(case.active)
    some = np.flatnonzero(active > 0)
    quiet = len(active) - 1 - int(some[-1])
    if quiet and case.weeks.has_data[-quiet:].any():
        yield Evidence("stage.nobody", {"last": case.day(int(some[-1])), "count": quiet}, case.weigh("decline"))
    if case.now.stage == "unknown":
        yield Evidence("stage.unclear", {"count": case.now.undecided}, "for")


def _slope(case: Case) -> Iterator[Evidence]:
    slope = float(case.trend.slope[-1])
    chances = case.trend.chances[-1]
    if not np.isfinite(slope) or np.isnan(chances).any():
        return
    low, high = float(case.trend.low[-1]), float(case.trend.high[-1])
    year = yearly(slope)
    towards = TRENDS[int(chances.argmax())]
    called = float(chances.max()) >= case.rules.sure
    direction = "level"
    if low > 0 or (called and towards == "growth"):
        direction = "rise"
    elif high < 0 or (called and towards == "decline"):
        direction = "fall"
    if direction == "rise" and year > DOUBLED:
        direction = "rise_times"
    facts: dict[str, Fact] = {
        "weeks": case.window,
        "size": abs(_weekly(slope)),
        "change": _weekly(slope),
        "low": _weekly(low),
        "high": _weekly(high),
        "year": year,
        "times": 1 + year,
    }
    yield Evidence(f"stage.slope.{direction}", facts, case.weigh(towards))
    if direction != "level" and low < 0 < high:
        yield Evidence("stage.slope.wide", {"low": _weekly(low), "high": _weekly(high)}, "against")


def _weekly(slope: float) -> float:
    """A slope of logarithms as the change a week."""
    return float(np.expm1(np.clip(slope, -700, 700)))


def _turning(case: Case) -> Iterator[Evidence]:
    """The last weeks point to another stage, but not for long enough to change it."""
    candidate = case.now.candidate
    if candidate in TRENDS and candidate != case.now.stage:
        chance = float(case.trend.chances[-1][TRENDS.index(candidate)])
        side: Side = "against" if case.now.stage in TRENDS else "aside"
        needed = case.rules.weeks_to_change
        yield Evidence(f"stage.turning.{candidate}", {"chance": chance, "needed": needed}, side)


def _acquisition(case: Case) -> Iterator[Evidence]:
    """Nobody new for weeks, while data come in and people are active."""
    new = np.nan_to_num(case.weeks.new)
    known = int(np.isfinite(case.weeks.new[case.weeks.first :]).sum())
    some = np.flatnonzero(new > 0)
    if not len(some):
        if known >= case.rules.weeks_without_new:
            yield Evidence("stage.acquisition.never", {}, case.weigh("decline"))
        return
    quiet = int(np.isfinite(case.weeks.new[some[-1] + 1 :]).sum())
    if quiet >= case.rules.weeks_without_new:
        facts: dict[str, Fact] = {"since": case.weeks.day(int(some[-1]) + 1), "weeks": quiet}
        yield Evidence("stage.acquisition.none", facts, case.weigh("decline"))


def _quick(case: Case) -> Iterator[Evidence]:
    """Against 1, give or take what a slope at the bounds of growth and decline would make of it."""
    window = case.rules.short_window
    weeks = slice(-window, None)
    known = np.isfinite(case.weeks.active + case.weeks.dormant)[weeks]
    won = float((case.weeks.new + case.weeks.resurrected)[weeks][known].sum())
    lost = float(case.weeks.dormant[weeks][known].sum())
    count = int(known.sum())
    if count < min(window, case.rules.cold_start_weeks) or won + lost == 0:
        return
    facts: dict[str, Fact] = {"won": won, "lost": lost, "weeks": count}
    if lost == 0:
        yield Evidence("stage.quick.no_loss", facts, case.weigh("growth"))
        return
    quick = won / lost
    weekly = float(case.weeks.active[weeks][known].sum())
    towards: StageId = "maturity"
    if won - lost > case.rules.growth * weekly:
        towards = "growth"
    elif won - lost < -case.rules.decline * weekly:
        towards = "decline"
    yield Evidence(f"stage.quick.{towards}", {**facts, "ratio": quick}, case.weigh(towards))


def _season(case: Case) -> Iterator[Evidence]:
    """The same weeks a year before, once there are two years."""
    logs, window = case.trend.logs, case.window
    if len(logs) < 2 * WEEKS_A_YEAR:
        return
    gaps = np.where(case.trend.outages.outage, np.nan, logs)
    over = gaps[WEEKS_A_YEAR:] - gaps[:-WEEKS_A_YEAR]
    of_year, a_year_before = rolling(over, window), rolling(gaps[:-WEEKS_A_YEAR], window)
    recent = over[-window:]
    slope, before = float(case.trend.slope[-1]), float(a_year_before.slope[-1])
    if not (np.isfinite(recent).any() and np.isfinite([slope, before, float(of_year.slope[-1])]).all()):
        return
    moved = float(np.nanmean(recent))
    pace = _weekly(moved / WEEKS_A_YEAR)
    is_level = -case.rules.decline <= pace <= case.rules.growth
    facts: dict[str, Fact] = {
        "weeks": window,
        "size": _weekly(moved),
        "before": _weekly(before),
        "change": _weekly(slope),
    }
    if is_level:
        yield Evidence("stage.year.level", facts, case.weigh("maturity"))
    else:
        yield Evidence(
            f"stage.year.{'up' if pace > 0 else 'down'}", facts, case.weigh("growth" if pace > 0 else "decline")
        )
    low, high = of_year.interval()
    steep = slope > np.log1p(case.rules.growth) or slope < np.log1p(-case.rules.decline)
    if steep and is_level and slope * before > 0 and low[-1] <= 0 <= high[-1]:
        yield Evidence("stage.season", facts, case.weigh("maturity"))


def _moves(case: Case) -> Iterator[Evidence]:
    moves = np.diff(case.trend.logs[-case.window - 1 :])
    moves = moves[np.isfinite(moves)]
    if len(moves) < case.rules.cold_start_weeks:
        return
    up = int((moves > 0).sum())
    share = up / len(moves)
    towards: StageId = "growth" if share >= MOST_MOVES else "decline" if share <= 1 - MOST_MOVES else "maturity"
    yield Evidence("stage.moves", {"up": up, "of": len(moves)}, case.weigh(towards))


def _level(case: Case) -> Iterator[Evidence]:
    active = case.active
    some = np.flatnonzero(np.isfinite(active))
    last, peak = int(some[-1]), int(np.nanargmax(active))
    facts: dict[str, Fact] = {"active": float(active[last]), "highest": float(active[peak]), "peak": case.day(peak)}
    gap = 1 - float(active[last]) / float(active[peak])
    if peak == last:
        yield Evidence("stage.level.highest", facts, case.weigh("growth"))
    elif gap < BELOW_TOP:
        yield Evidence("stage.level.near", {**facts, "gap": gap}, case.weigh("maturity" if last - peak > 4 else None))
    else:
        old = last - peak >= case.rules.short_window
        yield Evidence("stage.level.below", {**facts, "gap": gap}, case.weigh("decline" if old else None))


def _undecided(case: Case) -> Iterator[Evidence]:
    if case.now.undecided and case.now.stage in TRENDS:
        yield Evidence("stage.undecided", {"count": case.now.undecided}, "against")


def _left_out(case: Case) -> Iterator[Evidence]:
    """Weeks that the slope leaves out, each with its reason."""
    found = case.trend.outages
    start = max(len(found.outage) - case.window, 0)
    for place in np.flatnonzero(found.outage[start:]) + start:
        yield Evidence("stage.outage", {"week": case.day(int(place)), "depth": float(found.depth[place])})
    if found.fell[-1]:
        fall = float(-np.expm1(case.trend.logs[-1] - case.trend.logs[-2]))
        yield Evidence("stage.fell", {"week": case.day(len(found.fell) - 1), "depth": fall})
    missing = int((~np.isfinite(case.trend.logs[start:])).sum())
    if missing:
        yield Evidence("stage.gaps", {"count": missing, "of": len(found.outage) - start})
    if case.weeks.running is not None:
        yield Evidence("stage.running", {"week": case.weeks.running})


def _noise(case: Case) -> Iterator[Evidence]:
    """How far weeks usually stray, and the change that would be seen through it."""
    year = slice(-WEEKS_A_YEAR, None)
    noise, correlation = case.trend.short.noise[year], case.trend.short.correlation[year]
    noise, correlation = noise[np.isfinite(noise)], correlation[np.isfinite(correlation)]
    if not len(noise):
        return
    usual = float(np.median(noise))
    seen = power(usual, float(np.median(correlation)), case.rules)
    facts: dict[str, Fact] = {
        "noise": _weekly(usual),
        "growth": seen.growth,
        "decline": seen.decline,
        "growth_a_year": seen.growth_a_year,
        "decline_a_year": seen.decline_a_year,
        "weeks": case.rules.short_window,
    }
    yield Evidence("stage.noise", facts)
