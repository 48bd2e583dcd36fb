"""The next campaign: how many people and days an effect takes, and what a holdout costs and buys.

Variances are of one person's value: of a yes or no p(1 − p), `share_variance`. Effects are in the same unit. The groups
may differ in size: the standard error is √(variance · (1/treated + 1/held out)), the smallest effect seen four times in
five 2.80 of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.effect.chance import POWER_80, mde
from analysis.effect.means import Sums
from analysis.finding import Finding

HOLDOUTS = (0.05, 0.10, 0.20)


@dataclass(frozen=True)
class Plan:
    """People for a wished effect, whole numbers, and days until so many have come; missing where it cannot be told."""

    treated: float
    held_out: float
    people: float
    days: float
    finding: Finding


@dataclass(frozen=True)
class Holdout:
    """What it costs and buys to leave a share of the eligible people out.

    held_out       people left out, a whole number
    forgone        people who would have reached the goal if the campaign does what is expected; missing where no
                   effect is expected
    mde            smallest effect seen four times in five, in the unit of the measure
    sees_expected  whether that is no more than the expected effect; None where none is expected
    """

    share: float
    held_out: float
    forgone: float
    mde: float
    sees_expected: bool | None
    finding: Finding


def plan(variance: float, effect: float, arrivals_a_day: float, held_out: float = 0.5) -> Plan:
    """People in each group, and days, to see an effect four times in five.

    arrivals_a_day  people who can be assigned on a day
    held_out        share held out, 0-1
    ValueError      where held_out is not between 0 and 1
    """
    _check(held_out)
    if not (variance > 0 and math.isfinite(effect) and effect):
        missing = math.nan
        return Plan(missing, missing, missing, missing, Finding("effect.plan.cannot"))
    both = POWER_80**2 * variance * (1 / held_out + 1 / (1 - held_out)) / effect**2
    control = float(math.ceil(both * held_out - 1e-9))
    treated = float(math.ceil(both * (1 - held_out) - 1e-9))
    people = treated + control
    figures = {"effect": abs(effect), "treated": treated, "held_out": control, "people": people}
    if not arrivals_a_day > 0:
        return Plan(treated, control, people, math.nan, Finding("effect.plan.people", figures))
    days = float(math.ceil(people / arrivals_a_day))
    return Plan(treated, control, people, days, Finding("effect.plan.days", {**figures, "count": int(days)}))


def variance_of(group: Sums) -> float:
    """Variance of one person's amount, with what earlier doings foretell taken off; missing for fewer than two people.

    source  CUPED: the residual variance of y on x, (Σ(y − ȳ)² − (Σ(x − x̄)(y − ȳ))² / Σ(x − x̄)²) / (n − 1)
    """
    if group.n < 2:
        return math.nan
    foretold = group.together**2 / group.spread_before if group.spread_before > 0 else 0.0
    return max(group.spread - foretold, 0.0) / (group.n - 1)


def mde_if_all(variance: float, eligible: float, held_out: float = 0.5) -> float:
    """The smallest effect seen if everybody eligible takes part; missing where nobody is, or nothing varies.

    held_out    share held out, 0-1
    ValueError  where it is not between 0 and 1
    """
    _check(held_out)
    if not (variance > 0 and eligible > 0):
        return math.nan
    return mde(math.sqrt(variance / eligible * (1 / held_out + 1 / (1 - held_out))))


def holdouts(
    variance: float, eligible: float, expected: float, shares: Sequence[float] = HOLDOUTS
) -> tuple[Holdout, ...]:
    """Each share's price and what it shows.

    expected  effect expected on one person, a difference of shares; missing where none is stated
    """
    return tuple(_holdout(variance, eligible, expected, share) for share in shares)


def _holdout(variance: float, eligible: float, expected: float, share: float) -> Holdout:
    _check(share)
    people = float(math.ceil(eligible * share - 1e-9)) if eligible > 0 else 0.0
    forgone, seen = people * expected, mde_if_all(variance, eligible, share)
    sees = None
    if math.isfinite(expected) and math.isfinite(seen):
        sees = seen <= abs(expected)
    key = {None: "unknown", True: "enough", False: "blunt"}[sees]
    figures = {"share": share, "people": people, "forgone": abs(forgone), "mde": seen}
    return Holdout(share, people, forgone, seen, sees, Finding(f"effect.holdout.{key}", figures))


def _check(held_out: float) -> None:
    if not 0 < held_out < 1:
        raise ValueError(f"held_out must lie between 0 and 1, not {held_out}")
