"""Which stage of its life a product is in: told from weekly actives, with the evidence for and against.

It describes, and barely predicts: on 436 games the stage told the direction of the next half year 57-63 times in 100.

Columns in: one row a week: week (its first day), new, retained, resurrected, dormant (missing while the week runs),
in any order. A week without a row has no data: it is missing, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import weeks as calendar
from analysis.evidence import Case, Evidence, collect, quick_ratio
from analysis.finding import Fact, Finding
from analysis.power import yearly
from analysis.verdicts import TRENDS, State, Trend, candidates, follow, logarithms, trend
from analysis.weeks import Weeks, wide
from config.stages import StageId, StageRules

__all__ = ["Assessment", "Evidence", "Verdict", "assess", "assess_each", "wide"]

Floats = npt.NDArray[np.float64]
SubStage = Literal["validation", "launch"]

# From these probabilities on a stage is called so sure.
VERY_SURE = 0.95
RATHER = 0.5
# "Growth again if …" looks so many weeks ahead, at twice the bound, and if that is too little at four times.
AHEAD = 26
PACES = (2.0, 4.0)
# Weeks before now that a look ahead takes with it: the long window, and what a usual change is learnt from.
BEHIND = 30


@dataclass(frozen=True)
class Verdict:
    """The stage after the last complete week.

    sub_stage     validation | launch in a cold start, else None
    since         first day of the week from which the stage has been shown; None where there is no week
    confidence    probability 0-1 of the stage; 1 where a bound decides (design, cold start), missing where it is
                  unknown or too little is known
    sure          the same in a word or two ("fairly sure"), to stand after the stage
    chances       growth, maturity, decline: probabilities 0-1, missing where nothing can be said
    evidence      for, then against, then aside
    would_change  what would have to happen for another stage to be shown
    """

    stage: StageId
    sub_stage: SubStage | None
    since: date | None
    confidence: float
    sure: Finding
    chances: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    would_change: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """Every week's verdict as it could be told at the end of that week, and the last one with its reasons.

    history  one row a week from the first to the last complete one, weeks without data included:
             week (datetime64); active, new, resurrected, dormant (people, missing where there are no data);
             p_growth, p_maturity, p_decline (0-1, missing where undefined); candidate (a stage, missing where none
             is clear); stage; slope, low, high (natural logarithm a week, with its 95 % interval); window (weeks the
             slope is measured over); quick_ratio (over the short window); is_outage (left out of later slopes);
             has_data
    """

    history: pd.DataFrame
    now: Verdict


def assess(weeks: pd.DataFrame, rules: StageRules, retention_is_flat: bool | None = None) -> Assessment:
    """The stage week by week.

    retention_is_flat  whether the retention curve has flattened (analysis.fit); None: not known, and cold start is
                       divided by the number of users alone
    ValueError         for a column that is absent or holds something else
    """
    counted = calendar.of(weeks)
    found = trend(logarithms(counted.active[counted.first :]), rules)
    states = follow(candidates(counted, found, rules), rules)
    history = _history(counted, found, states, rules)
    if not states:
        return Assessment(history, _design(counted))
    return Assessment(history, _verdict(Case(counted, found, states, rules), retention_is_flat))


def assess_each(table: pd.DataFrame, rules: StageRules) -> dict[str, Assessment]:
    """The same for each value of a dimension, in order of appearance: the columns of `assess`, and value."""
    if "value" not in table:
        raise ValueError(f"table has no column value, only {', '.join(map(str, table.columns))}")
    code, values = pd.factorize(table["value"])
    return {str(value): assess(table[code == place], rules) for place, value in enumerate(values)}


def _history(weeks: Weeks, found: Trend, states: list[State], rules: StageRules) -> pd.DataFrame:
    before = weeks.first

    def since_first(values: npt.NDArray[np.generic], fill: object) -> npt.NDArray[np.generic]:
        return np.concatenate([np.full(before, fill, values.dtype), values])

    chances = found.chances
    return pd.DataFrame(
        {
            "week": weeks.week.astype("datetime64[s]"),
            "active": weeks.active,
            "new": weeks.new,
            "resurrected": weeks.resurrected,
            "dormant": weeks.dormant,
            "p_growth": since_first(chances[:, 0], np.nan),
            "p_maturity": since_first(chances[:, 1], np.nan),
            "p_decline": since_first(chances[:, 2], np.nan),
            "candidate": pd.array([None] * before + [state.candidate for state in states], dtype="str"),
            "stage": pd.array(["design"] * before + [state.stage for state in states], dtype="str"),
            "slope": since_first(found.slope, np.nan),
            "low": since_first(found.low, np.nan),
            "high": since_first(found.high, np.nan),
            "window": since_first(found.window, rules.long_window),
            "quick_ratio": quick_ratio(weeks, rules.short_window),
            "is_outage": since_first(found.outages.outage, False),
            "has_data": weeks.has_data,
        }
    )


def _design(weeks: Weeks) -> Verdict:
    since = weeks.day(0) if len(weeks.week) else None
    return Verdict(
        stage="design",
        sub_stage=None,
        since=since,
        confidence=1.0,
        sure=Finding("stage.sure.bound"),
        chances=dict.fromkeys(TRENDS, np.nan),
        evidence=(Evidence("stage.design", side="for"),),
        would_change=(Finding("stage.change.first"),),
    )


def _verdict(case: Case, retention_is_flat: bool | None) -> Verdict:
    stage = case.now.stage
    part: SubStage | None = None
    if stage == "cold_start":
        enough = float(np.nansum(case.weeks.new)) >= case.rules.launch_users
        part = "launch" if enough and retention_is_flat is not False else "validation"
    others = [place for place, state in enumerate(case.states) if state.stage != stage]
    chances = dict(zip(TRENDS, case.trend.chances[-1].tolist(), strict=True))
    confidence = 1.0 if stage == "cold_start" else chances.get(stage, np.nan)
    return Verdict(
        stage=stage,
        sub_stage=part,
        since=case.day(others[-1] + 1 if others else 0),
        confidence=confidence,
        sure=_sure(stage, confidence, case.rules),
        chances=chances,
        evidence=collect(case, retention_is_flat),
        would_change=tuple(_would_change(case)),
    )


def _sure(stage: StageId, confidence: float, rules: StageRules) -> Finding:
    facts = {"chance": confidence}
    if stage == "cold_start":
        return Finding("stage.sure.bound")
    if not np.isfinite(confidence):
        return Finding("stage.sure.nothing")
    if confidence >= VERY_SURE:
        return Finding("stage.sure.very", facts)
    if confidence >= rules.sure:
        return Finding("stage.sure.fairly", facts)
    return Finding("stage.sure.rather" if confidence >= RATHER else "stage.sure.doubtful", facts)


def _would_change(case: Case) -> list[Finding]:
    """What leads to each other stage, and how soon: the rule run on from here without noise."""
    stage, rules = case.now.stage, case.rules
    if stage == "cold_start":
        return _out_of_cold_start(case)
    found = []
    earlier = {state.stage for state in case.states}
    for target in TRENDS:
        if target == stage:
            continue
        for slope in _slopes_of(target, rules):
            weeks = _until(case, target, slope)
            if weeks:
                change = float(np.expm1(slope))
                facts: dict[str, Fact] = {"size": abs(change), "year": yearly(slope), "count": weeks}
                found.append(Finding(f"stage.change.{target}{'_again' if target in earlier else ''}", facts))
                break
    return found or [Finding("stage.change.nothing", {"weeks": AHEAD})]


def _out_of_cold_start(case: Case) -> list[Finding]:
    found = []
    rules = case.rules
    if float(np.nanmax(case.active)) <= rules.cold_start_actives:
        found.append(Finding("stage.change.larger", {"bound": rules.cold_start_actives}))
    young = rules.cold_start_weeks - len(case.active)
    if young > 0:
        found.append(Finding("stage.change.older", {"count": young}))
    return found or [Finding("stage.change.clearer")]


def _slopes_of(target: StageId, rules: StageRules) -> list[float]:
    """Slopes that would be called so, the gentlest first."""
    if target == "growth":
        return [float(np.log1p(pace * rules.growth)) for pace in PACES]
    if target == "decline":
        return [float(np.log1p(-min(pace * rules.decline, 0.99))) for pace in PACES]
    return [0.0]


def _until(case: Case, target: StageId, slope: float) -> int:
    """Weeks at that slope until the stage is shown; 0 where it is not within AHEAD."""
    known = case.trend.logs[-case.rules.long_window - BEHIND :]
    level = float(case.trend.level[-1])
    if not np.isfinite(level):
        seen = known[np.isfinite(known)]
        if not len(seen):
            return 0
        level = float(seen[-1])
    ahead = level + slope * np.arange(1, AHEAD + 1)
    run_on = trend(np.concatenate([known, ahead]), case.rules)
    for weeks, state in enumerate(follow(run_on.candidate[-AHEAD:], case.rules, case.now), start=1):
        if state.stage == target:
            return weeks
    return 0
