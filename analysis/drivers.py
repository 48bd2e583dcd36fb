"""What a change is made of: contributions of factors or of values that add up to it exactly.

Nothing is left over and nothing is hidden in a rest: each function splits the whole change, so that the sum of the
contributions is the change, to the last digits of a float.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from math import factorial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from analysis.proportions import ratio

Floats = npt.NDArray[np.float64]

# A value counts as having moved otherwise than the rest where chance alone would do so once in twenty tables.
ALPHA = 0.05


# Factors --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Product:
    """The change of a product and what each factor brought to it, all in the product's unit.

    before, after  the product; missing where a factor is missing and none of that side is 0
    contributions  factor: its part of after − before, in the order given; missing where a side is
    """

    before: float
    after: float
    contributions: Mapping[str, float] = field(default_factory=dict)

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def shares(self) -> dict[str, float]:
        """Factor: contribution / change, together 1; below 0 where it worked against the change; missing over 0."""
        return {name: float(ratio(part, self.change)) for name, part in self.contributions.items()}


def product(before: Mapping[str, float], after: Mapping[str, float]) -> Product:
    """What each factor brought to the change of their product (payers × orders a payer × revenue an order).

    A factor's part is what changing it does to the product, on average over all orders in which the factors can be
    changed one after another. Unlike logarithmic shares (LMDI) it needs no positive values: refunds can make a
    factor negative, and a 0 is a value like any other.

    A factor is missing (nan) where nobody paid: there are no orders a payer of no payers. Its side's product is then
    0 if another factor of that side is 0, and the missing one stands at the other side's value, so that it
    contributes nothing; missing on both sides it stands at 0.

    raises  ValueError where the two sides name different factors, or none
    source  Shapley (1953); Shorrocks (2013), "Decomposition procedures for distributional analysis", section 3
    """
    if not before or set(before) != set(after):
        raise ValueError(f"before and after must name the same factors, not {sorted(before)} and {sorted(after)}")
    names = list(before)
    old, new = (np.array([float(side[name]) for name in names]) for side in (before, after))
    first, last = _multiplied(old), _multiplied(new)
    if not (np.isfinite(first) and np.isfinite(last)):
        return Product(first, last, dict.fromkeys(names, np.nan))
    old, new = (
        np.where(np.isfinite(own), own, np.where(np.isfinite(other), other, 0.0))
        for own, other in ((old, new), (new, old))
    )
    return Product(first, last, {name: _shapley(at, old, new) for at, name in enumerate(names)})


def _multiplied(factors: Floats) -> float:
    known = factors[np.isfinite(factors)]
    if len(known) == len(factors):
        # In the order of the factors, as the parts are.
        return float(reduce(np.multiply, known))
    return 0.0 if (known == 0).any() else np.nan


def _shapley(at: int, old: Floats, new: Floats) -> float:
    """The mean of what factor `at` adds, over all sets of the others that were changed before it."""
    others = [each for each in range(len(old)) if each != at]
    total = 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(old))
        for changed in combinations(others, size):
            total += weight * float(np.prod([new[each] if each in changed else old[each] for each in others]))
    return float(new[at] - old[at]) * total


# Values of a dimension ------------------------------------------------------------------------------------


def count(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What each value brought to the change of a count (or of an amount).

    before, after  value, numerator; further columns are ignored, several rows of a value are added up, a value
                   that one side lacks is 0 there; a missing numerator makes its value's contribution missing
    returns        value, before, after, contribution (after − before); the largest contribution either way first,
                   ties by value
    """
    table = _sides(before, after, ("numerator",))
    table = table.rename(columns={"numerator_before": "before", "numerator_after": "after"})
    return _largest_first(table.assign(contribution=table["after"] - table["before"]))


def rate(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What each value brought to the change of a rate: by its share of the people (mix), and by its own rate.

    With w a value's share of the denominators, r its rate and R the rate of all, a bar the mean of both sides:
    mix = (w₁ − w₀) · (r̄ − R̄): more people where the rate is above the mean lift it, and of all values that adds up
    to the whole effect of who came; rate = w̄ · (r₁ − r₀). A value that one side lacks has no rate there, so that its
    coming or going is mix alone. A numerator over no denominator (a refund among no orders) still counts in R;
    it is put to the rate.

    before, after  value, numerator, denominator; several rows of a value are added up
    returns        value, contribution (mix + rate), mix, rate (all in the rate's unit: .01 is a point of a share),
                   rate_before, rate_after (missing over 0), weight_before, weight_after (0-1); the largest
                   contribution either way first, ties by value. All contributions are missing where a side has no
                   denominator at all.
    source         Kitagawa (1955), "Components of a difference between two rates", with the mix measured from R̄
    """
    table = _sides(before, after, ("numerator", "denominator"))
    top0, top1 = (table[f"numerator_{side}"].to_numpy(float) for side in ("before", "after"))
    low0, low1 = (table[f"denominator_{side}"].to_numpy(float) for side in ("before", "after"))
    weight0, weight1 = ratio(low0, low0.sum()), ratio(low1, low1.sum())
    rate0, rate1 = ratio(top0, low0), ratio(top1, low1)
    middle = (ratio(top0.sum(), low0.sum()) + ratio(top1.sum(), low1.sum())) / 2
    both = np.isfinite(rate0) & np.isfinite(rate1)
    known = np.where(np.isfinite(rate0), rate0, rate1)
    mean = np.where(both, (rate0 + rate1) / 2, np.where(np.isfinite(known), known, 0.0))
    # What is not mix; of a value with a rate on both sides the same as the second form, which loses no digits.
    rest = ratio(top1, low1.sum()) - ratio(top0, low0.sum()) - mean * (weight1 - weight0)
    own = np.where(both, (weight0 + weight1) / 2 * (rate1 - rate0), rest)
    mix = (weight1 - weight0) * (mean - middle)
    return _largest_first(
        pd.DataFrame(
            {
                "value": table["value"],
                "contribution": mix + own,
                "mix": mix,
                "rate": own,
                "rate_before": rate0,
                "rate_after": rate1,
                "weight_before": weight0,
                "weight_after": weight1,
            }
        )
    )


def _sides(before: pd.DataFrame, after: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """A row a value, by value: each column of both sides, 0 where a side lacks the value."""
    # numpy, not groupby: pages ask this of every dimension.
    names = [side["value"].to_numpy(object) for side in (before, after)]
    values, place = np.unique(np.concatenate(names).astype(str), return_inverse=True)
    places = np.split(place, [len(before)])
    found: dict[str, object] = {"value": values.astype(object)}
    for name in columns:
        for kind, side, own in zip(("before", "after"), (before, after), places, strict=True):
            numbers = side[name].to_numpy(float, na_value=np.nan)
            found[f"{name}_{kind}"] = np.bincount(own, numbers, minlength=len(values)).astype(float)
    return pd.DataFrame(found)


def _largest_first(table: pd.DataFrame) -> pd.DataFrame:
    order = np.argsort(-np.nan_to_num(np.abs(table["contribution"].to_numpy(float)), nan=-1.0), kind="stable")
    return table.iloc[order].reset_index(drop=True)


# Which dimension ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Explanation:
    """The dimension whose values tell a change apart best.

    dimension  None where in none of them a value moved otherwise than the rest beyond chance
    table      its contributions (as `count` or `rate`), with `alike`, what each value would have brought had all
               moved alike, and `apart`, the contribution less that; empty where there is no dimension
    scores     dimension: the sum of squared `apart` less what chance makes of it, in the squared unit of the change
    """

    dimension: str | None
    table: pd.DataFrame
    scores: Mapping[str, float]


def explains(
    before: Mapping[str, pd.DataFrame],
    after: Mapping[str, pd.DataFrame],
    kind: Literal["count", "rate"],
    of: Literal["people", "amounts"] = "people",
) -> Explanation:
    """The dimension that explains most of a change: whose values moved least alike, in the fewest values.

    Had nothing to do with a dimension made the change, all its values would have moved alike: a count by the same
    factor, a rate by the same points with the same mix. A dimension's score is the sum over its values of the
    squared distance from that. Squares put one value that made all of it before ten that made a tenth each; what
    chance adds to them, which grows with the number of values, is taken off. A dimension in which no value is
    farther from the rest than chance (5 % over all its values, Bonferroni) explains nothing; ties go to the dimension
    named first.

    before, after  dimension: its table (as `count` and `rate` take them); all of the same people
    of             people: counts and shares of them, judged as multinomial and binomial; amounts: money or orders a
                   person, whose chance cannot be told from sums, so that nothing is taken off
    """
    found: dict[str, pd.DataFrame] = {}
    scores: dict[str, float] = {}
    for name in before:
        table = _with_chance(before[name], after[name], kind)
        if of == "amounts":
            table = table.assign(chance=0.0)
        table = table[np.isfinite(table["apart"].to_numpy(float))]
        far, chance = table["apart"].to_numpy(float), table["chance"].to_numpy(float)
        scores[name] = float((far**2 - chance).sum())
        bound = float(ndtri(1 - ALPHA / 2 / max(len(table), 1)))
        if (np.abs(far) > np.maximum(bound * np.sqrt(chance), 1e-12 * np.abs(far).max(initial=0.0))).any():
            found[name] = table.drop(columns="chance").reset_index(drop=True)
    best = max(found, key=lambda name: scores[name], default=None)
    return Explanation(best, found[best] if best is not None else pd.DataFrame(), scores)


def _with_chance(before: pd.DataFrame, after: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The contributions with `alike`, `apart` and `chance`, the variance of `apart` had all moved alike."""
    if kind == "count":
        table = count(before, after)
        old, new = table["before"].to_numpy(float), table["after"].to_numpy(float)
        total0, total1 = old.sum(), new.sum()
        alike = ratio(old, total0) * (total1 - total0)
        share = ratio(old + new, total0 + total1)
        chance = share * (1 - share) * total1 * ratio(total0 + total1, total0)
    else:
        table = rate(before, after)
        weights = [table[f"weight_{side}"].to_numpy(float) for side in ("before", "after")]
        totals = [float(side["denominator"].to_numpy(float).sum()) for side in (before, after)]
        sizes = [np.nan_to_num(own * total) for own, total in zip(weights, totals, strict=True)]
        weight = (weights[0] + weights[1]) / 2
        alike = weight * table["rate"].sum()
        chance = _chance_of_rates(table, sizes, weight)
    return table.assign(alike=alike, apart=table["contribution"] - alike, chance=chance)


def _chance_of_rates(table: pd.DataFrame, sizes: list[Floats], weight: Floats) -> Floats:
    """The binomial variance of each value's rate, and the multinomial one of its weight, as they enter its part."""
    noise, rates = np.zeros(len(table)), []
    for name, size in zip(("rate_before", "rate_after"), sizes, strict=True):
        own = table[name].to_numpy(float)
        rates.append(own)
        # A rate of 0 of 3 people is no proof of 0: one success and one failure are added (Laplace).
        likely = (np.nan_to_num(own) * size + 1) / (size + 2)
        noise += np.where(size > 0, np.clip(likely * (1 - likely), 0, None) / np.maximum(size, 1), 0.0)
    both = np.isfinite(rates[0]) & np.isfinite(rates[1])
    moved = table["weight_after"].to_numpy(float) - table["weight_before"].to_numpy(float)
    # How far a value lies from the mean is what its mix was multiplied by.
    lever = ratio(table["mix"].to_numpy(float), moved)
    spread = weight * (1 - weight) * (ratio(1.0, sizes[0].sum()) + ratio(1.0, sizes[1].sum()))
    return np.where(both, weight**2 * noise, 0.0) + np.nan_to_num(lever) ** 2 * spread
