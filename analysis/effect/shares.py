"""Two groups' shares set against each other, and whether people fell into the groups as planned."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from analysis import proportions as intervals

# Below so many people expected in a group the test of the split is not to be relied on.
SMALLEST_EXPECTED = 5


@dataclass(frozen=True)
class Difference(intervals.Difference):
    """A difference of two shares, the treated group's minus the control's, with its 95 % interval.

    p_value  of no difference at all; missing where nothing varies: everybody did it, or nobody
    """

    p_value: float = math.nan


def proportions(treated: float, treated_n: float, control: float, control_n: float) -> Difference:
    """The share of the treated who did it minus that of the control; missing where one side is empty.

    treated, control       people who did it
    treated_n, control_n   people in the group
    ValueError             where more did it than there are, or a number is below 0
    source                 interval: Newcombe (1998), method 10; p-value: score test, that is z with the pooled share,
                           without a correction for continuity. The two can part at the very edge of 5 %.
    """
    for name, did, n in (("treated", treated, treated_n), ("control", control, control_n)):
        if not 0 <= did <= n:
            raise ValueError(f"{name} is {did} of {n}: it must lie between 0 and the number of people")
    if not (treated_n and control_n):
        return Difference(math.nan, math.nan, math.nan)
    found = intervals.newcombe(treated, treated_n, control, control_n)
    error = pooled_error(treated, treated_n, control, control_n)
    p_value = two_sided(found.difference / error) if error > 0 else math.nan
    return Difference(found.difference, found.low, found.high, p_value)


def pooled_error(treated: float, treated_n: float, control: float, control_n: float) -> float:
    """The standard error of the difference if both groups have one share; missing where one side is empty."""
    if not (treated_n and control_n):
        return math.nan
    pooled = (treated + control) / (treated_n + control_n)
    return math.sqrt(share_variance(pooled) * (1 / treated_n + 1 / control_n))


def share_variance(share: float) -> float:
    """The variance of one person's yes or no: p(1 − p)."""
    return max(share * (1 - share), 0.0)


def two_sided(z: float) -> float:
    """The chance of a standard normal value at least so far from 0."""
    return float(2 * ndtr(-abs(z)))


def sample_ratio(counts: Sequence[float], shares: Sequence[float]) -> float:
    """The chance of a split so far from the planned one or farther, if the plan was kept.

    counts      people in each group
    shares      planned for each group, above 0; they are scaled to add up to 1
    returns     p-value; missing with fewer than two groups, or where a group should hold fewer than 5 people
    ValueError  where the lists differ in length, or a share is not above 0
    source      Pearson's χ², one degree of freedom less than groups
    """
    if len(counts) != len(shares):
        raise ValueError(f"counts has {len(counts)} groups and shares has {len(shares)}")
    if not all(share > 0 for share in shares):
        raise ValueError(f"shares must all be above 0, not {list(shares)}")
    observed, planned = np.asarray(counts, float), np.asarray(shares, float)
    if len(observed) < 2:
        return math.nan
    expected = observed.sum() * planned / planned.sum()
    if expected.min() < SMALLEST_EXPECTED:
        return math.nan
    return float(chdtrc(len(observed) - 1, float(((observed - expected) ** 2 / expected).sum())))
