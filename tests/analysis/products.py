"""Simulated products whose stage is known in every week, and the naive rules that analysis.stage is held against.

A product lives through cold start, growth, maturity and decline: three true changes. What is drawn, uniformly, is

    weeks        10-26 of cold start, then 40-80 each of growth, maturity and decline
    cold start   weekly actives climb in a straight line from 10-40 to 60-90; growth starts at 110-150
    growth       4-12 % a week at first, slowing evenly to 1.5-2.5 % a week when it ends
    maturity     between -0.3 and +0.3 % a week
    decline      1.5-4 % a week
    noise        autoregressive: 3-8 % of the level, each week's correlated .0-.6 with the one before
    season       a yearly wave of 2-8 % up and down, that starts anywhere in the year
    outages      up to two weeks in which 20-70 % of the people are kept away; the next week is ordinary
    churn        10-40 % of a week's actives are not there in the next; the rest of the balance is new or back

and people come in whole numbers (Poisson).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.stage import assess
from config.stages import StageRules

FIRST = pd.Timestamp("2020-01-06")
STAGES = ("cold_start", "growth", "maturity", "decline")


@dataclass(frozen=True)
class Simulated:
    """A product's weeks as analysis.stage takes them, and its true stage in each."""

    weeks: pd.DataFrame
    truth: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Score:
    """How a rule did: shares of all weeks called right and called the reverse of the truth; changes a product."""

    right: float
    opposite: float
    changes: float


def simulate(seed: int) -> Simulated:
    """One product."""
    rng = np.random.default_rng(seed)
    lengths = [int(rng.integers(10, 27)), *(int(each) for each in rng.integers(40, 81, 3))]
    cold = np.log(np.linspace(rng.uniform(10, 40), rng.uniform(60, 90), lengths[0]))
    slopes = np.concatenate(
        [
            np.linspace(rng.uniform(0.04, 0.12), rng.uniform(0.015, 0.025), lengths[1] - 1),
            np.full(lengths[2], rng.uniform(-0.003, 0.003)),
            np.full(lengths[3], -rng.uniform(0.015, 0.04)),
        ]
    )
    level = np.concatenate([cold, np.log(rng.uniform(110, 150)) + np.concatenate([[0.0], np.cumsum(slopes)])])
    total = len(level)
    season = rng.uniform(0.02, 0.08) * np.sin(2 * np.pi * (np.arange(total) / 52 + rng.uniform()))
    active = np.exp(level + season + _noise(rng, total, rng.uniform(0.03, 0.08), rng.uniform(0.0, 0.6)))
    for week in rng.integers(lengths[0] + 1, total - 1, int(rng.integers(0, 3))):
        active[week] *= rng.uniform(0.3, 0.8)
    truth = np.repeat(np.array(STAGES), lengths)
    return Simulated(flows(rng.poisson(active), rng.uniform(0.1, 0.4)), truth)


def _noise(rng: np.random.Generator, weeks: int, size: float, correlation: float) -> npt.NDArray[np.float64]:
    shocks = rng.normal(0, size * np.sqrt(1 - correlation**2), weeks)
    shocks[0] = rng.normal(0, size)
    for week in range(1, weeks):
        shocks[week] += correlation * shocks[week - 1]
    return shocks


def flows(active: npt.ArrayLike, churn: float = 0.2, first: pd.Timestamp = FIRST) -> pd.DataFrame:
    """Weeks with these actives: `churn` of the week before goes quiet, most of those won are new."""
    now = np.asarray(active, float)
    before = np.concatenate([[0.0], now[:-1]])
    dormant = np.maximum(np.round(before * churn), before - now)
    won = now - before + dormant
    new = np.ceil(won * 0.7)
    return pd.DataFrame(
        {
            "week": first + pd.to_timedelta(7 * np.arange(len(now)), unit="D"),
            "new": new,
            "retained": before - dormant,
            "resurrected": won - new,
            "dormant": dormant,
        }
    )


def score(shown: npt.NDArray[np.str_], truth: npt.NDArray[np.str_]) -> Score:
    """One product's score."""
    opposite = ((shown == "growth") & (truth == "decline")) | ((shown == "decline") & (truth == "growth"))
    return Score(float((shown == truth).mean()), float(opposite.mean()), float((shown[1:] != shown[:-1]).sum()))


def pooled(scores: list[Score], weeks: list[int]) -> Score:
    """Many products' scores: each week counts once, changes are a product's mean."""
    return Score(
        right=float(np.average([each.right for each in scores], weights=weeks)),
        opposite=float(np.average([each.opposite for each in scores], weights=weeks)),
        changes=float(np.mean([each.changes for each in scores])),
    )


def naive(active: npt.NDArray[np.float64], rules: StageRules) -> dict[str, npt.NDArray[np.str_]]:
    """What people do by hand: the change a week, by three ways of comparing; the cold start as the rule has it."""
    logs = np.log(np.maximum(active, 0.5))
    month = np.convolve(active, np.full(4, 0.25), "full")[: len(active)]
    month = np.log(np.maximum(month, 0.5))
    found = {}
    for name, series, lag in (
        ("week on week", logs, 1),
        ("last four weeks against the four before", month, 4),
        ("year over year", logs, 52),
    ):
        slope = np.full(len(active), np.nan)
        slope[lag:] = (series[lag:] - series[:-lag]) / lag
        called = np.select(
            [np.isnan(slope), slope > np.log1p(rules.growth), slope < np.log1p(-rules.decline)],
            ["unknown", "growth", "decline"],
            "maturity",
        )
        young = np.arange(len(active)) + 1 < rules.cold_start_weeks
        small = np.maximum.accumulate(active) <= rules.cold_start_actives
        found[name] = np.where(young | small, "cold_start", called)
    return found


def compare(products: int, rules: StageRules) -> dict[str, Score]:
    """The rule of analysis.stage ("ours") and the naive ones on so many products."""
    scores: dict[str, list[Score]] = {}
    weeks = []
    for seed in range(products):
        product = simulate(seed)
        history = assess(product.weeks, rules).history
        weeks.append(len(history))
        called = {"ours": history["stage"].to_numpy(str), **naive(history["active"].to_numpy(float), rules)}
        for name, shown in called.items():
            scores.setdefault(name, []).append(score(shown, product.truth))
    return {name: pooled(each, weeks) for name, each in scores.items()}
