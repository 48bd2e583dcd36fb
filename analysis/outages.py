"""Weeks far below both of their neighbours: an outage, a closure. They are no trend, and are left out of slopes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# What a usual change is, is learnt from so many changes before, and from no fewer than …
LEARNT_FROM = 26
LEAST_CHANGES = 8
# A fall is sudden beyond four times the usual movement, and when it is of at least 10 %.
BEYOND = 4.0
LEAST_FALL = -float(np.log(0.9))
# Back is who makes up for at least half of the fall in one week; less is a fall with a bounce.
BACK = 0.5
# A normal distribution's standard deviation by its median absolute deviation.
MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class Outages:
    """One place a week.

    fell      far below the week before, as known at its end: an outage, or the start of a fall
    outage    the same, and the week after is back: told a week later
    depth     how far below the mean of its neighbours, as a share (0.4: 40 % below); missing where no outage
    """

    fell: Bools
    outage: Bools
    depth: Floats


def find(logs: Floats) -> Outages:
    """Outages in a series of natural logarithms, one place a week, missing where there are no data.

    Each week is judged by the weeks before it alone. The first nine weeks, and weeks next to one without data, are
    not judged.
    """
    change = np.diff(logs, prepend=np.nan)
    usual, spread = _usual(np.concatenate([[np.nan], change[:-1]]))
    sudden = np.maximum(BEYOND * spread, LEAST_FALL)
    with np.errstate(invalid="ignore"):
        fell = change - usual < -sudden
        rise = np.concatenate([change[1:], [np.nan]]) - usual
        back = (rise > sudden) & (rise >= BACK * (usual - change))
    outage = fell & back
    depth = np.full(len(logs), np.nan)
    at = np.flatnonzero(outage)
    depth[at] = 1 - np.exp(logs[at] - (logs[at - 1] + logs[at + 1]) / 2)
    return Outages(fell, outage, depth)


def _usual(changes: Floats) -> tuple[Floats, Floats]:
    """The median of the changes up to each place, and their robust standard deviation about it."""
    if not len(changes):
        return changes, changes
    padded = np.concatenate([np.full(LEARNT_FROM - 1, np.nan), changes])
    seen = np.lib.stride_tricks.sliding_window_view(padded, LEARNT_FROM)
    middle = _median(seen)
    return middle, MAD_TO_SD * _median(np.abs(seen - middle[:, None]))


def _median(rows: Floats) -> Floats:
    """Each row's median without its missing values; missing where there are fewer than LEAST_CHANGES."""
    known = np.isfinite(rows).sum(axis=1)
    ordered = np.sort(rows, axis=1)
    at = np.arange(len(rows))
    # A row too short may hold nothing but missing values: its answer is thrown away.
    low, high = ordered[at, np.maximum(known - 1, 0) // 2], ordered[at, np.minimum(known // 2, rows.shape[1] - 1)]
    return np.where(known >= LEAST_CHANGES, (low + high) / 2, np.nan)
