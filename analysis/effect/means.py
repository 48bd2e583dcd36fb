"""Two groups' means set against each other, from sums alone: plainly, and with what people did before taken off."""

import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from analysis.proportions import Z_95

# Sums of squares lose digits where the spread is small beside the mean: below this share of them it is none.
ROUNDING = 1e-11


@dataclass(frozen=True)
class Sums:
    """What is added up over the people of one group, as a row of campaigns/outcomes; groups add up.

    y  the measure; x  the same measure in the 28 days before exposure
    """

    n: float = 0
    sum_y: float = 0
    sum_yy: float = 0
    sum_x: float = 0
    sum_xx: float = 0
    sum_xy: float = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.n + other.n,
            self.sum_y + other.sum_y,
            self.sum_yy + other.sum_yy,
            self.sum_x + other.sum_x,
            self.sum_xx + other.sum_xx,
            self.sum_xy + other.sum_xy,
        )

    @property
    def mean(self) -> float:
        """Of y; missing where nobody is in the group."""
        return self.sum_y / self.n if self.n else math.nan

    @property
    def mean_before(self) -> float:
        """Of x."""
        return self.sum_x / self.n if self.n else math.nan

    @property
    def spread(self) -> float:
        """Σ(y − ȳ)²"""
        return _centred(self.sum_yy, self.sum_y, self.n)

    @property
    def spread_before(self) -> float:
        """Σ(x − x̄)²"""
        return _centred(self.sum_xx, self.sum_x, self.n)

    @property
    def together(self) -> float:
        """Σ(x − x̄)(y − ȳ)"""
        return self.sum_xy - self.sum_x * self.sum_y / self.n if self.n else 0.0

    @property
    def before(self) -> "Sums":
        """The people with what they did before as the measure."""
        return Sums(self.n, self.sum_x, self.sum_xx)


@dataclass(frozen=True)
class Mean:
    """A difference of two means, the treated group's minus the control's, with its 95 % interval, in units of y.

    low, high, p_value, standard_error  missing where a group has fewer than two people, or nothing varies
    """

    difference: float
    low: float = math.nan
    high: float = math.nan
    p_value: float = math.nan
    standard_error: float = math.nan

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0; False where there is no interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Relative:
    """How much larger the treated group's mean is than the control's, with its 95 % interval: 0.1 is 10 %."""

    lift: float
    low: float = math.nan
    high: float = math.nan


def means(treated: Sums, control: Sums) -> Mean:
    """The difference of the means of y; missing where one side is empty.

    source  Welch (1947): unequal variances, degrees of freedom by Satterthwaite. Amounts are winsorised before they
            are summed.
    """
    return _welch(treated.mean - control.mean, treated, treated.spread, control, control.spread)


def adjusted(treated: Sums, control: Sums) -> Mean:
    """The same after taking off what people's doings before exposure foretell; as `means` where nobody did anything.

    source  CUPED, Deng et al. (2013): y − θ(x − x̄), θ = Σ(x − x̄)(y − ȳ) / Σ(x − x̄)², sums taken within the groups
    """
    spread_before = treated.spread_before + control.spread_before
    if spread_before <= 0:
        return means(treated, control)
    slope = (treated.together + control.together) / spread_before

    def left_over(group: Sums) -> float:
        left = group.spread - 2 * slope * group.together + slope**2 * group.spread_before
        return left if left > ROUNDING * group.sum_yy else 0.0

    difference = treated.mean - control.mean - slope * (treated.mean_before - control.mean_before)
    return _welch(difference, treated, left_over(treated), control, left_over(control))


def relative(treated: Sums, control: Sums) -> Relative:
    """The treated group's mean by the control's, minus 1; missing where the control's mean is 0 or a side is empty.

    source  delta method: var R = s₁²/(n₁ m₀²) + m₁² s₀²/(n₀ m₀⁴)
    """
    if not (treated.n and control.n and control.mean):
        return Relative(math.nan)
    lift = treated.mean / control.mean - 1
    if treated.n < 2 or control.n < 2:
        return Relative(lift)
    of_treated = treated.spread / (treated.n - 1) / treated.n
    of_control = control.spread / (control.n - 1) / control.n
    variance = of_treated / control.mean**2 + treated.mean**2 * of_control / control.mean**4
    if variance <= 0:
        return Relative(lift)
    reach = Z_95 * math.sqrt(variance)
    return Relative(lift, lift - reach, lift + reach)


def _welch(difference: float, treated: Sums, spread: float, control: Sums, control_spread: float) -> Mean:
    if treated.n < 2 or control.n < 2:
        return Mean(difference)
    of_treated = spread / (treated.n - 1) / treated.n
    of_control = control_spread / (control.n - 1) / control.n
    variance = of_treated + of_control
    if variance <= 0:
        return Mean(difference)
    freedom = variance**2 / (of_treated**2 / (treated.n - 1) + of_control**2 / (control.n - 1))
    error = math.sqrt(variance)
    reach = float(stdtrit(freedom, 0.975)) * error
    p_value = 2 * float(stdtr(freedom, -abs(difference) / error))
    return Mean(difference, difference - reach, difference + reach, p_value, error)


def _centred(squares: float, total: float, n: float) -> float:
    if not n:
        return 0.0
    centred = squares - total**2 / n
    return centred if centred > ROUNDING * squares else 0.0
