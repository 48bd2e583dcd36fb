"""The rule that tells the stage, week by week, each week by what was known at its end.

source  thresholds: config/stages.yml. A stage is a candidate where the slope of log weekly actives makes it probable;
        the stage shown changes only after equal candidates in a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import outages
from analysis.outages import Outages
from analysis.slopes import Slopes, rolling
from analysis.weeks import Weeks
from config.stages import StageId, StageRules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TRENDS: tuple[StageId, ...] = ("growth", "maturity", "decline")
# Nobody active at all has no logarithm: half a person stands for it.
NOBODY = float(np.log(0.5))


@dataclass(frozen=True)
class Trend:
    """The slope that decides, week by week: over the short window where that is sure, else over the long one.

    logs       natural logarithm of weekly actives; missing where there are no data
    chances    a row a week: probability of growth, maturity, decline; missing where undefined
    window     weeks
    """

    logs: Floats
    outages: Outages
    short: Slopes
    chances: Floats
    slope: Floats
    low: Floats
    high: Floats
    level: Floats
    window: npt.NDArray[np.int64]
    candidate: list[StageId | None]


@dataclass(frozen=True)
class State:
    """What the rule carries from week to week: every product begins in its cold start.

    in_a_row   equal candidates up to now; undecided: weeks without one up to now
    """

    stage: StageId = "cold_start"
    candidate: StageId | None = None
    in_a_row: int = 0
    undecided: int = 0


def logarithms(active: Floats) -> Floats:
    """Natural logarithms of weekly actives; missing stays missing."""
    return np.where(active > 0, np.log(np.where(active > 0, active, 1.0)), np.where(active == 0, NOBODY, np.nan))


def trend(logs: Floats, rules: StageRules) -> Trend:
    """Where weekly actives are going, for every week of a series without its weeks before the first active user."""
    found = outages.find(logs)
    known, latest = np.where(found.outage, np.nan, logs), np.where(found.fell, np.nan, logs)
    short, long = (rolling(known, weeks, latest) for weeks in (rules.short_window, rules.long_window))
    by_short, by_long = (_chances(slopes, logs, weeks, rules) for slopes, weeks in (
        (short, rules.short_window), (long, rules.long_window)
    ))  # fmt: skip
    with np.errstate(invalid="ignore"):
        decided = by_short.max(axis=1, initial=0) >= rules.sure
    chances = np.where(decided[:, None], by_short, by_long)
    here = np.isfinite(logs)
    sure = np.nan_to_num(chances).max(axis=1, initial=0) >= rules.sure
    best = np.nan_to_num(chances).argmax(axis=1)
    (low, high), (low_long, high_long) = short.interval(), long.interval()
    return Trend(
        logs=logs,
        outages=found,
        short=short,
        chances=chances,
        slope=np.where(decided, short.slope, long.slope),
        low=np.where(decided, low, low_long),
        high=np.where(decided, high, high_long),
        level=np.where(decided, short.level, long.level),
        window=np.where(decided, rules.short_window, rules.long_window),
        candidate=[TRENDS[at] if ok else None for at, ok in zip(best.tolist(), (here & sure).tolist(), strict=True)],
    )


def _chances(slopes: Slopes, logs: Floats, window: int, rules: StageRules) -> Floats:
    """Growth, maturity, decline; missing where nobody was active in the window, whose logarithm has no slope."""
    growth = slopes.above(float(np.log1p(rules.growth)))
    # 1 % a week down is a little more in logarithms than 1 % up.
    decline = 1 - slopes.above(float(np.log1p(-rules.decline)))
    maturity = np.clip(1 - growth - decline, 0, 1)
    somebody = np.cumsum(np.concatenate([np.zeros(window), np.nan_to_num(logs, nan=NOBODY) > NOBODY]))
    anybody = somebody[window:] - somebody[:-window] > 0
    return np.where(anybody[:, None], np.column_stack([growth, maturity, decline]), np.nan)


def candidates(weeks: Weeks, found: Trend, rules: StageRules) -> list[StageId | None]:
    """Each week's candidate from the first active week on: cold start by age and size, then as the trend has it."""
    active = weeks.active[weeks.first :]
    most = np.maximum.accumulate(np.nan_to_num(active))
    cold = (np.arange(len(active)) + 1 < rules.cold_start_weeks) | (most <= rules.cold_start_actives)
    return ["cold_start" if is_cold else each for is_cold, each in zip(cold.tolist(), found.candidate, strict=True)]


def follow(candidates: Sequence[StageId | None], rules: StageRules, before: State | None = None) -> list[State]:
    """The state after each week."""
    states, now = [], before or State()
    for candidate in candidates:
        if candidate is None:
            undecided = now.undecided + 1
            stage: StageId = "unknown" if undecided >= rules.weeks_undecided else now.stage
            now = State(stage, None, 0, undecided)
        else:
            in_a_row = now.in_a_row + 1 if candidate == now.candidate else 1
            now = State(candidate if in_a_row >= rules.weeks_to_change else now.stage, candidate, in_a_row)
        states.append(now)
    return states
