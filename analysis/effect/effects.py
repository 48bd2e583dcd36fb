"""What the treated did more than the control, metric by metric, from the sums of campaigns/outcomes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.effect.campaign import CONTROL
from analysis.effect.chance import benjamini_hochberg, mde, per_group, sequence
from analysis.effect.means import Mean, Sums, adjusted
from analysis.effect.shares import pooled_error, proportions, share_variance

GOAL = "goal"
# Of each person an amount or a number of days; every other metric is a yes or no.
MEANS = frozenset({"payments", "active_days"})
GUARDRAILS = ("opt_out", "complaint")
# The name of all treatments taken as one.
ALL = ""

# Fewer people than this in a group, or fewer people expected to do it (or not to), and nothing is told.
FEWEST_PEOPLE = 30
FEWEST_EXPECTED = 5
# An effect is plausible up to so many times the expected one, or up to the share who do it at all if that is more.
TIMES_EXPECTED = 3
SURE = 0.05

SumsOf = Mapping[tuple[str, str], Sums]


@dataclass(frozen=True)
class Effect:
    """One metric of one treatment set against the control.

    unit               share (0-1; differences in shares) | mean (of one person, in the metric's unit)
    treated, control   the share or mean of each group; people whose window is over: treated_n, control_n
    low, high          95 % interval: Newcombe for shares; for means Welch, adjusted by what people did before
                       (is_adjusted); where is_early, limits that hold although somebody looks before the planned end
    p_value            of no difference; missing where is_early, whose limits decide
    q_value            the same beside all treatments (goal) or all metrics and treatments (others)
    standard_error     of the difference, if there were none (shares)
    mde                smallest difference seen four times in five
    pooled             share or mean of both groups together
    """

    metric: str
    treatment: str
    unit: Literal["share", "mean"]
    treated: float
    control: float
    treated_n: float
    control_n: float
    difference: float
    low: float
    high: float
    p_value: float
    q_value: float
    standard_error: float
    mde: float
    pooled: float
    is_adjusted: bool = False
    is_early: bool = False

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0 and few false findings are to be expected among ones so clear."""
        outside = self.low > 0 or self.high < 0
        return outside and (self.is_early or self.q_value < SURE)

    @property
    def fewest(self) -> float:
        """People in the smaller group."""
        return min(self.treated_n, self.control_n)


def sums_of(outcomes: pd.DataFrame) -> dict[tuple[str, str], Sums]:
    """By arm and metric; rows of the same arm and metric add up. Missing sums count as 0."""
    found: dict[tuple[str, str], Sums] = {}
    for arm, metric, sums in zip(outcomes["arm"], outcomes["metric"], _rows(outcomes), strict=True):
        found[arm, metric] = found[arm, metric] + sums if (arm, metric) in found else sums
    return found


def sums_by(outcomes: pd.DataFrame, column: str) -> dict[str, dict[tuple[str, str], Sums]]:
    """The same for each value of a column, in order of appearance."""
    found: dict[str, dict[tuple[str, str], Sums]] = {}
    names = outcomes[column].astype(str)
    for name, arm, metric, sums in zip(names, outcomes["arm"], outcomes["metric"], _rows(outcomes), strict=True):
        own = found.setdefault(name, {})
        own[arm, metric] = own[arm, metric] + sums if (arm, metric) in own else sums
    return found


def _rows(outcomes: pd.DataFrame) -> list[Sums]:
    columns = ("n", "sum_y", "sum_yy", "sum_x", "sum_xx", "sum_xy")
    numbers = np.column_stack([outcomes[name].to_numpy(float, na_value=np.nan) for name in columns])
    return [Sums(*row) for row in np.nan_to_num(numbers).tolist()]


def treatments_of(arms: Mapping[str, float]) -> list[str]:
    """Every arm but the control, in order."""
    return [arm for arm in arms if arm != CONTROL]


def measure(
    sums: SumsOf, metrics: list[str], treatments: list[str], assigned: Mapping[str, float], early: bool
) -> tuple[Effect, ...]:
    """Each treatment's effect on each metric; those with an empty side left out.

    assigned  people in each arm, windows over or not: where early, the number that is aimed at
    early     whether the planned end is not reached, so that the limits must hold however often one looks
    """
    pairs = [(metric, arm) for metric in metrics for arm in treatments if (arm, metric) in sums]
    effects = []
    for metric, arm in pairs:
        treated, control = sums[arm, metric], sums.get((CONTROL, metric), Sums())
        if treated.n and control.n:
            of = _mean if metric in MEANS else _share
            effects.append(of(metric, arm, treated, control))
    if early:
        return tuple(_at_any_time(effect, assigned, len(effects)) for effect in effects)
    q_values = benjamini_hochberg([effect.p_value for effect in effects])
    return tuple(replace(effect, q_value=q) for effect, q in zip(effects, q_values, strict=True))


def together(
    outcomes: pd.DataFrame, metric: str, arms: pd.DataFrame | None = None, *, early: bool = False
) -> Effect | None:
    """All treatments as one against the control: what the whole campaign did, which its cost is set against.

    outcomes  as campaigns/outcomes; arms as campaigns/arms, needed where early
    returns   None where a side is empty
    """
    merged = outcomes.assign(arm=outcomes["arm"].where(outcomes["arm"] == CONTROL, ALL))
    assigned: dict[str, float] = {}
    if arms is not None:
        for arm, count in zip(arms["arm"].tolist(), arms["assigned"].to_numpy(float, na_value=0).tolist(), strict=True):
            name = arm if arm == CONTROL else ALL
            assigned[name] = assigned.get(name, 0.0) + count
    found = measure(sums_of(merged), [metric], [ALL], assigned, early)
    return found[0] if found else None


def plausible(effect: Effect, expected: float) -> float:
    """The largest difference of shares that could be believed: 3 times the expected one, or all who did it at all."""
    hoped = TIMES_EXPECTED * abs(expected) if math.isfinite(expected) else 0.0
    return max(hoped, effect.pooled)


def _share(metric: str, arm: str, treated: Sums, control: Sums) -> Effect:
    found = proportions(treated.sum_y, treated.n, control.sum_y, control.n)
    error = pooled_error(treated.sum_y, treated.n, control.sum_y, control.n)
    both = treated + control
    return Effect(
        metric, arm, "share", treated.mean, control.mean, treated.n, control.n,
        found.difference, found.low, found.high, found.p_value, math.nan, error, mde(error), both.mean,
    )  # fmt: skip


def _mean(metric: str, arm: str, treated: Sums, control: Sums) -> Effect:
    found: Mean = adjusted(treated, control)
    return Effect(
        metric, arm, "mean", treated.mean, control.mean, treated.n, control.n,
        found.difference, found.low, found.high, found.p_value, math.nan, found.standard_error,
        mde(found.standard_error), (treated + control).mean,
        is_adjusted=treated.spread_before + control.spread_before > 0,
    )  # fmt: skip


def _at_any_time(effect: Effect, assigned: Mapping[str, float], several: int) -> Effect:
    error = effect.standard_error
    if effect.unit == "share":
        error = math.sqrt(
            share_variance(effect.treated) / effect.treated_n + share_variance(effect.control) / effect.control_n
        )
    now = per_group(effect.treated_n, effect.control_n)
    aim = max(now, per_group(assigned.get(effect.treatment, 0.0), assigned.get(CONTROL, 0.0)))
    low, high = sequence(effect.difference, error, now, aim, SURE / several)
    return replace(effect, low=low, high=high, p_value=math.nan, is_early=True)
