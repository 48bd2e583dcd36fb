"""How surprising a value is where another was expected, and which value would be how surprising.

A surprise is z: the place on a normal curve that is as rare as the value, below 0 for less than expected. Three kinds:
count    people: negative binomial, variance μ + aμ²; Poisson where a is 0
rate     a share of `of` people: binomial, of as many fewer people as make its variance p(1−p)/n + ap²
amount   money, and ratios: a Student distribution of 10 degrees about μ, scale μ√a, since one large order is no event
a is the *spread*: the variance, as a share of μ², beyond what chance alone makes of so many people.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.proportions import ratio

Floats = npt.NDArray[np.float64]
Kind = Literal["count", "rate", "amount"]

DEGREES = 10
# Less than this is no spread: a share of 0.003 % of the figure.
NO_SPREAD = 1e-9
# Two amounts are told apart from 0.1 % on, however steady the figure was.
LEAST_AMOUNT_SPREAD = 1e-6
# No probability below this is told from another: |z| ends at 37.
_RAREST = 1e-300


def surprise(kind: Kind, value: Floats, of: Floats, expected: Floats, spread: Floats) -> Floats:
    """How surprising each value is, as z by mid-p; missing where anything is, or nothing was expected.

    of      people that a rate is a share of; looked at for rates only
    source  mid-p: Lancaster (1961); the probability of less plus half that of the same
    """
    if kind == "amount":
        scale = np.abs(expected) * np.sqrt(np.maximum(spread, LEAST_AMOUNT_SPREAD))
        away = ratio(value - expected, scale)
        tail = np.maximum(special.stdtr(DEGREES, -np.abs(away)), _RAREST)
        return np.asarray(-np.sign(away) * special.ndtri(tail))
    known = np.isfinite(value) & (expected > 0) & np.isfinite(spread)
    if kind == "rate":
        known &= (of > 0) & (expected < 1)
    z = np.full(np.shape(value), np.nan)
    # Each by the tail it is in: what is far above has no digits left below 1.
    for above in (False, True):
        own = known & ((value > expected) == above)
        cells = value[own], expected[own], spread[own]
        tail = _rate_tail(of[own], *cells, above) if kind == "rate" else _count_tail(*cells, above)
        z[own] = (-1 if above else 1) * special.ndtri(np.maximum(tail, _RAREST))
    return z


def value_at(kind: Kind, of: Floats, expected: Floats, spread: Floats, z: float) -> Floats:
    """The value that would have this z; missing where even 0 (or everybody, of a rate) would have less."""
    if kind == "amount":
        scale = np.abs(expected) * np.sqrt(np.maximum(spread, LEAST_AMOUNT_SPREAD))
        return np.asarray(expected + scale * special.stdtrit(DEGREES, special.ndtr(z)), float)
    share, most = float(special.ndtr(z)), 1.0 if kind == "rate" else np.inf
    with np.errstate(invalid="ignore", divide="ignore"):
        # The smooth neighbour of the distribution is where to start from; a step by its width and two by secants
        # lead to the value itself.
        if kind == "rate":
            people = _people(of, expected, spread)
            found = special.betaincinv(people * expected, people * (1 - expected), share)
            step = np.maximum(np.sqrt(found * (1 - found) / people), 0.5 / people)
        else:
            scale = 1 + spread * expected
            found = special.gammaincinv(expected / scale, share) * scale
            step = np.maximum(np.sqrt(found + spread * found**2), 0.5)
        at = surprise(kind, found, of, expected, spread)
        for _ in range(2):
            following = np.clip(found + (z - at) * step, 0.0, most)
            now = surprise(kind, following, of, expected, spread)
            slope = ratio(now - at, following - found)
            step = np.where(slope > 0, 1 / slope, step)
            found, at = following, now
        found = np.clip(found + (z - at) * step, 0.0, most)
        end = 0.0 if z < 0 else most
        if not np.isfinite(end):
            return np.asarray(found)
        at_end = surprise(kind, np.full_like(expected, end), of, expected, spread)
        return np.where(at_end > z if z < 0 else at_end < z, np.nan, found)


def beyond_chance(kind: Kind, value: Floats, of: Floats, expected: Floats) -> Floats:
    """A value's squared distance as a share of what was expected, less what chance alone makes of it."""
    if kind == "amount":
        chance: Floats = np.zeros_like(expected)
    elif kind == "rate":
        chance = ratio(expected * (1 - expected), of)
    else:
        chance = expected
    return ratio((value - expected) ** 2 - chance, expected**2)


def _people(of: Floats, expected: Floats, spread: Floats) -> Floats:
    """How many independent people would make the same variance."""
    return np.asarray(1 / (1 / of + spread * expected / (1 - expected)))


def _count_tail(value: Floats, expected: Floats, spread: Floats, above: bool) -> Floats:
    """Probability of less (more, `above`) and half that of the same: the mean of those with and without the value."""
    tail = np.empty_like(value)
    wide = spread > NO_SPREAD
    size, poisson = 1 / spread[wide], special.gammainc if above else special.gammaincc
    share = size / (size + expected[wide])
    binomial = special.betaincc if above else special.betainc
    # Where the value is 0 there is nothing less, and everything is as much or more.
    some, none = value > 0, 1.0 if above else 0.0
    held = np.where(some, value, 1.0)
    tail[wide] = binomial(size, value[wide] + 1, share) + np.where(some[wide], binomial(size, held[wide], share), none)
    same = expected[~wide]
    tail[~wide] = poisson(value[~wide] + 1, same) + np.where(some[~wide], poisson(held[~wide], same), none)
    return tail / 2


def _rate_tail(of: Floats, value: Floats, expected: Floats, spread: Floats, above: bool) -> Floats:
    """The same for a share, of as many people as are independent."""
    people = _people(of, expected, spread)
    reached, missed = value * people, (1 - value) * people
    binomial = special.betaincc if above else special.betainc
    all_of_them, nobody = (0.0, 1.0) if above else (1.0, 0.0)
    with_it = np.where(missed > 0, binomial(np.maximum(missed, 1e-9), reached + 1, 1 - expected), all_of_them)
    without = np.where(reached > 0, binomial(missed + 1, np.maximum(reached, 1e-9), 1 - expected), nobody)
    return np.asarray((with_it + without) / 2)
