"""How steep a slope must be for the rule to see it in time, given how much a product's weeks stray."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from config.stages import StageRules

WEEKS_A_YEAR = 52
# A slope is seen if it is called four times in five.
POWER = 0.8


@dataclass(frozen=True)
class Power:
    """The smallest change that is called within the short window, four times in five.

    growth, decline                     a week: 0.02 is 2 % more, -0.02 is 2 % fewer
    growth_a_year, decline_a_year       the same over 52 weeks
    """

    growth: float
    decline: float
    growth_a_year: float
    decline_a_year: float


def yearly(slope: float) -> float:
    """A slope of logarithms a week as the change over 52 weeks: -0.01005 (1 % fewer a week) is -0.407."""
    return float(np.expm1(np.minimum(slope * WEEKS_A_YEAR, 700)))


def power(noise: float, correlation: float, rules: StageRules) -> Power:
    """The smallest slopes called; missing where the noise is.

    noise        standard deviation of log weekly actives about their trend
    correlation  of one week's straying with the next week's, 0 to below 1
    source       a slope b is estimated with error e = noise/√Σx² · √((1+r)/(1−r)); P(b̂ > bound) ≥ sure asks for
                 b̂ ≥ bound + t·e, which holds four times in five where b = bound + (t + .84)·e
    """
    weeks = rules.short_window
    widening = (1 + correlation) / (1 - correlation)
    error = noise / np.sqrt(weeks * (weeks**2 - 1) / 12) * np.sqrt(widening)
    freedom = max(weeks / widening - 2, 1.0)
    reach = float(error * (stdtrit(freedom, rules.sure) + ndtri(POWER)))
    up, down = float(np.log1p(rules.growth)) + reach, float(np.log1p(-rules.decline)) - reach
    return Power(float(np.expm1(up)), float(np.expm1(down)), yearly(up), yearly(down))
