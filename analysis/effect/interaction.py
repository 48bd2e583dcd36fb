"""Whether the effect differs between the values of a dimension: one question, asked before any value is looked at."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from analysis.effect.campaign import CONTROL
from analysis.effect.effects import FEWEST_PEOPLE, GOAL, sums_by
from analysis.effect.means import Sums
from analysis.effect.shares import proportions, share_variance
from analysis.finding import Finding

SURE = 0.05


@dataclass(frozen=True)
class Interaction:
    """One question to all values together; the values' own effects are exploratory whatever its answer.

    p_value   of one effect for all values; missing where fewer than two values can be told
    values    how many entered the test; left_out: how many had fewer than 30 people in a group
    by_value  value, treated, control (shares), treated_n, control_n, difference, low, high, p_value; most people first
    """

    p_value: float
    values: int
    left_out: int
    by_value: pd.DataFrame
    finding: Finding


def interaction(outcomes: pd.DataFrame, treatment: str | None = None) -> Interaction:
    """The test, and each value's difference.

    outcomes   as campaigns/outcomes_by_value: value, and the columns of campaigns/outcomes, metric goal
    treatment  None: all treatments together against the control
    source     heterogeneity Q = Σ w(d − d̄)² on χ² with one degree less than values (Cochran 1954), w = 1/variance;
               variances with one success and one failure added to each group (Agresti and Caffo 2000), so that a group
               in which nobody did it has one
    """
    rows, weighed = [], []
    for value, sums in sums_by(outcomes[outcomes["metric"] == GOAL], "value").items():
        control = sums.get((CONTROL, GOAL), Sums())
        arms = [arm for arm, _ in sums if arm != CONTROL and treatment in (None, arm)]
        treated = sum((sums[arm, GOAL] for arm in arms), start=Sums())
        found = proportions(treated.sum_y, treated.n, control.sum_y, control.n)
        rows.append((value, treated.mean, control.mean, treated.n, control.n,
                     found.difference, found.low, found.high, found.p_value))  # fmt: skip
        if min(treated.n, control.n) >= FEWEST_PEOPLE:
            weighed.append((found.difference, _variance(treated) + _variance(control)))
    table = pd.DataFrame(rows, columns=["value", "treated", "control", "treated_n", "control_n",
                                        "difference", "low", "high", "p_value"])  # fmt: skip
    people = table["treated_n"] + table["control_n"]
    table = table.iloc[np.argsort(-people.to_numpy(float), kind="stable")].reset_index(drop=True)
    p_value = _heterogeneity(weighed)
    what = "cannot" if math.isnan(p_value) else "differs" if p_value < SURE else "same"
    finding = Finding(f"effect.interaction.{what}", {"values": len(weighed), "chance": p_value})
    return Interaction(p_value, len(weighed), len(rows) - len(weighed), table, finding)


def _variance(group: Sums) -> float:
    return share_variance((group.sum_y + 1) / (group.n + 2)) / (group.n + 2)


def _heterogeneity(weighed: list[tuple[float, float]]) -> float:
    if len(weighed) < 2:
        return math.nan
    difference, variance = np.asarray(weighed).T
    mean = (difference / variance).sum() / (1 / variance).sum()
    return float(chdtrc(len(weighed) - 1, float(((difference - mean) ** 2 / variance).sum())))
