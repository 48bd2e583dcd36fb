"""How much can be seen, how often one may look, and what several questions at once cost."""

import math
from collections.abc import Sequence

import numpy as np

# An effect of so many standard errors is seen four times in five, at 5 % false alarms: z(.975) + z(.8).
POWER_80 = 2.80


def mde(standard_error: float) -> float:
    """The smallest effect seen four times in five, in the unit of the standard error; missing where that is or is 0."""
    return POWER_80 * standard_error if standard_error > 0 else math.nan


def needed_per_arm(p: float, effect: float) -> float:
    """People needed in each of two equal groups to see the effect four times in five, a whole number.

    p        share who do it anyway, 0-1
    effect   difference of shares wished for, either sign
    returns  missing where the effect is 0 or a number is missing, and where nothing varies (p is 0 or 1)
    """
    return needed(p * (1 - p), effect)


def needed(variance: float, effect: float) -> float:
    """The same for a measure with this variance of one person's value, the effect in its unit.

    source  n = 2 · 2.80² · variance / effect²
    """
    if not (variance > 0 and math.isfinite(effect) and effect):
        return math.nan
    return float(math.ceil(2 * POWER_80**2 * variance / effect**2 - 1e-9))


def sequence(
    difference: float, standard_error: float, n: float, n_planned: float, alpha: float = 0.05
) -> tuple[float, float]:
    """Limits that hold however often one looks: low, high, in the unit of the difference.

    n, n_planned  people in a group now, and when all are counted; of unequal groups 2 / (1/n₁ + 1/n₀)
    returns       missing where nothing varies or nobody is counted
    ValueError    where alpha is not between 0 and 1
    source        Waudby-Smith et al. (2024), asymptotic confidence sequences: d ± e · √(2(k + 1)/k · log(√(k + 1)/α)),
                  k = nρ², ρ² = (−2 log α + log(−2 log α + 1)) / n_planned, so that it is tightest at the planned end
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, not {alpha}")
    if not (standard_error > 0 and n > 0 and n_planned > 0):
        return math.nan, math.nan
    wide = -2 * math.log(alpha)
    known = (wide + math.log(wide + 1)) * n / n_planned
    reach = standard_error * math.sqrt(2 * (known + 1) / known * math.log(math.sqrt(known + 1) / alpha))
    return difference - reach, difference + reach


def per_group(one: float, other: float) -> float:
    """The size of two equal groups that tell as much as these two: 2 / (1/n₁ + 1/n₀); 0 where one is empty."""
    return 2 / (1 / one + 1 / other) if one and other else 0.0


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Each one's q: the share of false findings among all that are at least as clear. Missing stays missing.

    source  Benjamini and Hochberg (1995): q of the i-th smallest of m is the least p₍ⱼ₎ · m / j over j ≥ i
    """
    values = np.asarray(p_values, float)
    known = np.flatnonzero(np.isfinite(values))
    q_values = np.full(len(values), np.nan)
    order = known[np.argsort(values[known], kind="stable")]
    raised = values[order] * len(order) / np.arange(1, len(order) + 1)
    q_values[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return [float(each) for each in q_values]
