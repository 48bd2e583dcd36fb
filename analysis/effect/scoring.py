"""What was promised of campaigns beside what they did: how often the range held, and how much we promise too much."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.finding import Finding
from analysis.proportions import ratio, wilson

# Fewer judged campaigns than this, and neither rate nor bias is shown.
SHOWN_FROM = 5
# A bias no larger than this, either way, is called none.
ABOUT_RIGHT = 1.1


@dataclass(frozen=True)
class Score:
    """Over all campaigns with a forecast and an effect.

    judged     how many; hits: whose effect lay in [low, high]
    hit_rate   hits / judged with its 95 % interval (Wilson); missing below five
    bias       median of promised / got: 2.1 is "we promise 2.1 times what we get"; missing below five, and where half
               of them or more got nothing or less than nothing
    rows       the table given, with is_hit and ratio (promised / got; missing where nothing was got, or not judged)
    """

    judged: int
    hits: int
    hit_rate: float
    low: float
    high: float
    bias: float
    is_shown: bool
    finding: Finding
    rows: pd.DataFrame


def score(table: pd.DataFrame) -> Score:
    """The hit rate and the bias of forecasts.

    table       one row a campaign: low, likely, high (promised effect), got (the verdict's effect; missing where there
                is none, which is then not judged), all in one unit; other columns are kept
    ValueError  where a forecast's low is above its high
    """
    low, likely, high, got = (table[name].to_numpy(float, na_value=np.nan) for name in ("low", "likely", "high", "got"))
    if (low > high).any():
        worst = int(np.flatnonzero(low > high)[0])
        raise ValueError(f"low is above high in a forecast: {low[worst]} and {high[worst]}")
    is_judged = np.isfinite(low) & np.isfinite(likely) & np.isfinite(high) & np.isfinite(got)
    is_hit = is_judged & (low <= got) & (got <= high)
    times = np.where(is_judged & (got > 0), ratio(likely, got), np.nan)
    rows = table.assign(is_hit=pd.array(is_hit, "boolean"), ratio=times)
    rows.loc[~is_judged, "is_hit"] = pd.NA
    judged, hits = int(is_judged.sum()), int(is_hit.sum())
    missing = math.nan
    if judged < SHOWN_FROM:
        finding = Finding("effect.score.few", {"count": judged, "from_": SHOWN_FROM})
        return Score(judged, hits, missing, missing, missing, missing, False, finding, rows)
    # What got nothing was promised infinitely more: it takes its place at that end of the order.
    median = float(np.median(np.where(got > 0, times, np.inf)[is_judged]))
    bias = median if math.isfinite(median) else missing
    least, most = (float(each) for each in wilson(hits, judged))
    what = _what(bias)
    finding = Finding(f"effect.score.{what}", {"judged": judged, "hits": hits, "times": max(bias, 1 / bias)})
    return Score(judged, hits, hits / judged, least, most, bias, True, finding, rows)


def _what(bias: float) -> str:
    if math.isnan(bias):
        return "nothing"
    if bias > ABOUT_RIGHT:
        return "too_much"
    return "too_little" if bias < 1 / ABOUT_RIGHT else "right"
