"""Signs of product-market fit: does the retention curve flatten, and how many people will ever come.

source  the shape of the retention curve, not its height, is the sign (B. Balfour, Reforge; "a curve that flattens into
        a stable floor means a durable core": scaleon.com/insights/retention-curve-product-market-fit)
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import stdtrit

from analysis.finding import Fact, Finding
from analysis.proportions import Z_95, ratio, wilson

Floats = npt.NDArray[np.float64]

# A third of the ages must hold three, and an age so many people: fewer say nothing about a tail.
LEAST_AGES = 9
LEAST_PEOPLE = 100
# From the middle third to the last a power law loses the same share however long it is watched: 23 % for 1/√age.
# A curve that loses less than this is called flat, if chance leaves no more than twice of it open.
FLAT_LOSS = 0.10
SURELY_LESS = 0.20
AGES_A_PERSON = 3

LEAST_PERIODS = 26
# The peak is seen when it is this far behind: a share of all periods, and no fewer than …
BEHIND_SHARE = 0.2
BEHIND_PERIODS = 8
SMOOTHED = 5
# A ceiling whose interval spans more than this factor says nothing.
WIDEST = 3.0
# The curve's ceiling may fall short of those who came already by noise alone, not by more.
AT_LEAST = 0.95


@dataclass(frozen=True)
class Flattening:
    """Whether the end of a retention curve is flat.

    verdict    flat | falling | unclear (too few people to tell) | short (too few ages)
    level      share of the last third of the ages, 0-1, with its 95 % interval low-high; missing where short
    loss       share lost from the middle third of the ages to the last, with its interval
    first, last  the ages of the last third
    finding    the same in a sentence
    """

    verdict: Literal["flat", "falling", "unclear", "short"]
    finding: Finding
    level: float = np.nan
    low: float = np.nan
    high: float = np.nan
    loss: float = np.nan
    loss_low: float = np.nan
    loss_high: float = np.nan
    first: int = -1
    last: int = -1

    @property
    def is_flat(self) -> bool | None:
        """For analysis.stage: None where it cannot be told."""
        return {"flat": True, "falling": False}.get(self.verdict)


def flattening(curve: pd.DataFrame) -> Flattening:
    """Whether the pooled curve is flat: the share lost from the middle third of its ages to the last.

    curve    age, entrants, users (as analysis.retention.curve); age 0 and ages with fewer than 100 people are left out
    source   the interval of a ratio of two shares: Katz et al. (1978), exp(log(a/b) ± z·√((1−a)/an + (1−b)/bm)). The
             same people are seen at many ages, so that counting them at each would be too sure: a person counts once in
             three ages, as for a correlation of .5 from age to age. The level's interval: Wilson (1927), each once.
    """
    age, entrants, users = (curve[name].to_numpy(float) for name in ("age", "entrants", "users"))
    told = (age > 0) & (entrants >= LEAST_PEOPLE) & np.isfinite(users)
    order = np.argsort(age[told])
    age, entrants, users = (column[told][order] for column in (age, entrants, users))
    if len(age) < LEAST_AGES:
        return Flattening("short", Finding("fit.flat.short", {"count": len(age), "needed": LEAST_AGES}))
    third = len(age) // 3
    before, people_before = _share(users[-2 * third : -third], entrants[-2 * third : -third])
    level, people = _share(users[-third:], entrants[-third:])
    low, high = (float(each) for each in wilson(level * people, people))
    # Half a person where there is nobody, so that a curve that reaches 0 has a logarithm.
    now, was = max(level, 0.5 / people), max(before, 0.5 / people_before)
    counted = max(third / AGES_A_PERSON, 1.0)
    reach = Z_95 * np.sqrt(((1 - now) / (now * people) + (1 - was) / (was * people_before)) / counted)
    loss, least, most = 1 - now / was, 1 - now / was * np.exp(reach), 1 - now / was * np.exp(-reach)
    first, last = int(age[-third]), int(age[-1])
    verdict: Literal["flat", "falling", "unclear"] = "unclear"
    if loss < FLAT_LOSS and most < SURELY_LESS:
        verdict = "flat"
    elif loss >= FLAT_LOSS and least > 0:
        verdict = "falling"
    facts: dict[str, Fact] = {"level": level, "low": low, "high": high, "loss": loss, "first": first, "last": last}
    return Flattening(
        verdict=verdict,
        finding=Finding(f"fit.flat.{verdict}", facts),
        level=level,
        low=low,
        high=high,
        loss=float(loss),
        loss_low=float(least),
        loss_high=float(most),
        first=first,
        last=last,
    )


def _share(users: Floats, entrants: Floats) -> tuple[float, float]:
    return float(users.sum() / entrants.sum()), float(entrants.min())


@dataclass(frozen=True)
class Ceiling:
    """How many people will ever have come, if new users follow Bass's curve; missing until its peak is behind.

    people, low, high  with the 95 % interval
    acquired           people who came so far
    peak               the place (0 = first period with anybody new) of the most new users, smoothed
    """

    finding: Finding
    people: float = np.nan
    low: float = np.nan
    high: float = np.nan
    acquired: float = np.nan
    peak: int = -1


def ceiling(new: Floats, starts: npt.NDArray[np.datetime64]) -> Ceiling:
    """The ceiling of new users, period by period in order (missing where there are no data).

    starts   the periods' first days
    source   Bass (1969), "A new product growth for model consumer durables": F(t) = (1 − e^−(p+q)t) / (1 + q/p ·
             e^−(p+q)t), fitted by least squares (Srinivasan & Mason 1986) to the roots of the counts, whose noise is
             even. Before the peak it is 40-60 % too low however well it fits (R² ≥ .93; as Van den Bulte & Lilien 1997,
             "Bias and systematic change in the parameter estimates of macro-level diffusion models"): it is not said.
    """
    some = np.flatnonzero(np.nan_to_num(new) > 0)
    counts, days = (new[some[0] :], starts[some[0] :]) if len(some) else (new[:0], starts[:0])
    known = np.isfinite(counts)
    if int(known.sum()) < LEAST_PERIODS:
        return Ceiling(Finding("fit.ceiling.short", {"count": int(known.sum()), "needed": LEAST_PERIODS}))
    smooth = _smoothed(counts)
    peak, last = int(smooth.argmax()), len(counts) - 1
    acquired = float(counts[known].sum())
    top: date = days[peak].astype("datetime64[D]").astype(date)
    if last - peak < max(BEHIND_PERIODS, BEHIND_SHARE * len(counts)) or not _fell(counts, peak):
        return Ceiling(Finding("fit.ceiling.ahead", {"acquired": acquired}), acquired=acquired, peak=peak)
    people, low, high = _bass(counts, known, peak)
    if not (high <= WIDEST * low and people >= AT_LEAST * acquired and high >= acquired):
        return Ceiling(Finding("fit.ceiling.unclear", {"acquired": acquired}), acquired=acquired, peak=peak)
    people, low = max(people, acquired), max(low, acquired)
    facts: dict[str, Fact] = {
        "people": people,
        "low": low,
        "high": high,
        "acquired": acquired,
        "share": acquired / people,
        "peak": top,
    }
    return Ceiling(Finding("fit.ceiling.seen", facts), people, low, high, acquired, peak)


def _smoothed(counts: Floats) -> Floats:
    """The centred mean of five periods, of those there are."""
    known = np.isfinite(counts)
    window = np.ones(SMOOTHED)
    return ratio(np.convolve(np.where(known, counts, 0), window, "same"), np.convolve(known, window, "same"))


def _fell(counts: Floats, peak: int) -> bool:
    """Whether the last periods are below those around the peak by more than their own scatter."""
    top, end = counts[max(peak - 4, 0) : peak + 4], counts[-BEHIND_PERIODS:]
    top, end = np.sqrt(top[np.isfinite(top)]), np.sqrt(end[np.isfinite(end)])
    if len(top) < 3 or len(end) < 3:
        return False
    error = np.sqrt(top.var(ddof=1) / len(top) + end.var(ddof=1) / len(end))
    return bool(top.mean() - end.mean() > 3 * error)


def _bass(counts: Floats, known: npt.NDArray[np.bool_], peak: int) -> tuple[float, float, float]:
    """The ceiling with its 95 % interval; missing where the fit has no peak of its own."""
    time = np.arange(1.0, len(counts) + 1)
    roots = np.sqrt(counts[known])
    total = float(counts[known].sum())

    def miss(logs: Floats) -> Floats:
        return np.asarray(np.sqrt(_new_users(time, *np.exp(logs)))[known] - roots)

    speed = 3.0 / (peak + 1)
    start = np.log([total * 1.3, speed * 0.05, speed])
    found = least_squares(miss, start, bounds=(np.log([total * 0.5, 1e-7, 1e-5]), np.log([total * 50, 1.0, 5.0])))
    size, slow, fast = np.exp(found.x)
    left, freedom = found.fun, len(roots) - 3
    inner = found.jac.T @ found.jac
    if fast <= slow or freedom < 1 or np.linalg.cond(inner) > 1e12:
        return np.nan, np.nan, np.nan
    together = float((left[1:] * left[:-1]).sum() / (left**2).sum()) if (left**2).sum() > 0 else 0.0
    widening = np.sqrt((1 + max(together, 0.0)) / (1 - min(max(together, 0.0), 0.9)))
    error = float(np.sqrt((left**2).sum() / freedom * np.linalg.inv(inner)[0, 0]) * widening)
    reach = np.exp(min(float(stdtrit(freedom, 0.975)) * error, 50))
    return float(size), float(size / reach), float(size * reach)


def _new_users(time: Floats, people: float, innovation: float, imitation: float) -> Floats:
    """New users of each period by Bass's curve."""
    both = innovation + imitation

    def reached(until: Floats) -> Floats:
        faded = np.exp(-both * until)
        return np.asarray((1 - faded) / (1 + imitation / innovation * faded))

    return np.maximum(people * (reached(time) - reached(time - 1)), 0)
