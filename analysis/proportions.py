"""Shares of people, with what chance alone could make of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """A difference of two shares with its 95 % interval, all in shares (0.02 is two points)."""

    difference: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0; False where there is no interval."""
        return self.low > 0 or self.high < 0


def ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Floats:
    """Numerator by denominator, elementwise; missing (nan) where the denominator is 0 or missing."""
    over, under = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    divided = np.full(over.shape, np.nan)
    np.divide(over, under, out=divided, where=np.isfinite(under) & (under != 0))
    return divided


def wilson(reached: npt.ArrayLike, entrants: npt.ArrayLike) -> tuple[Floats, Floats]:
    """The 95 % interval of reached / entrants, elementwise; missing where nobody entered.

    source  Wilson (1927): (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    """
    n = np.asarray(entrants, float)
    p = ratio(reached, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = p + Z_95**2 / (2 * n)
        reach = Z_95 * np.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2))
        scale = 1 + Z_95**2 / n
        return np.clip((middle - reach) / scale, 0, 1), np.clip((middle + reach) / scale, 0, 1)


def newcombe(reached: float, entrants: float, reached_before: float, entrants_before: float) -> Difference:
    """This share minus the one before, with Newcombe's 95 % interval; missing where one side is empty.

    source  Newcombe (1998), method 10: from the two Wilson limits
    """
    now, before = ratio(reached, entrants), ratio(reached_before, entrants_before)
    low, high = wilson(reached, entrants)
    low_before, high_before = wilson(reached_before, entrants_before)
    gap = now - before
    return Difference(
        difference=float(gap),
        low=float(gap - np.sqrt((now - low) ** 2 + (high_before - before) ** 2)),
        high=float(gap + np.sqrt((high - now) ** 2 + (before - low_before) ** 2)),
    )
