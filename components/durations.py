"""How long something took: as people say it, and as a histogram has it."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.aarrr import Times
from components import figures
from components.words import say

# Bounds of the axis of time are whole powers of this many seconds, so that few specifications are made.
_ROUND = 4.0
_UNITS = (("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400))


def spelled(seconds: float) -> str:
    """Two significant figures in the unit that suits: < 1 s, 45 s, 12 min, 3.2 h, 5.1 days; a dash where missing.

    Hours go on to two days, as people count them.
    """
    if not math.isfinite(seconds):
        return figures.DASH
    if seconds < 1:
        return say("duration.none")
    unit, size = next((unit, size) for unit, size in reversed(_UNITS) if seconds >= (2 if unit == "day" else 1) * size)
    amount = seconds / size
    # 9.96 is 10, not 10.0.
    text = f"{amount:.0f}" if amount >= 9.95 else f"{amount:.1f}".removesuffix(".0")
    return say(f"duration.{unit}", count=text) if text != "1" else say(f"duration.one_{unit}")


def bounds(histograms: Iterable[pd.DataFrame]) -> tuple[float, float]:
    """The ends of one axis of time for all these histograms (analysis.aarrr.histogram), of which one has a bar."""
    filled = [each for each in histograms if len(each)]
    shortest = min(float(each["shortest"].min()) for each in filled)
    longest = max(float(each["longest"].max()) for each in filled)
    first, last = np.floor(np.log(shortest) / np.log(_ROUND)), np.ceil(np.log(longest) / np.log(_ROUND))
    return float(_ROUND**first), float(_ROUND**last)


def points(bars: pd.DataFrame, found: Times) -> pa.Table:
    """What aarrr_charts.times draws: the bars of a histogram, and its quartiles."""
    drawn = pa.table(
        {
            **{name: bars[name].to_numpy(float) for name in ("shortest", "longest", "users", "share")},
            "from_": [spelled(each) for each in bars["shortest"]],
            "to": [spelled(each) for each in bars["longest"]],
            "kind": ["bar"] * len(bars),
        }
    )
    names = ("lower", "median", "upper")
    at = [float(getattr(found, name)) for name in names]
    marks = pa.table({"shortest": at, "from_": [spelled(each) for each in at], "kind": list(names)})
    return pa.concat_tables([drawn, marks], promote_options="default")
