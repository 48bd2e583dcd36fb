"""Whether the people a campaign brought stayed like those who came by themselves: a description, no effect."""

import math
from dataclasses import dataclass

import pandas as pd

from analysis.effect.shares import Difference, proportions
from analysis.finding import Finding
from analysis.proportions import ratio

DAYS = (7, 30)
# Fewer people than this on a side, and their shares say nothing.
FEWEST = 30


@dataclass(frozen=True)
class Quality:
    """Who came back on a day after joining.

    days               since joining
    campaign, organic  shares 0-1 of those whose day is over: campaign_n, organic_n; missing where there are none
    difference         campaign minus organic, with Newcombe's interval: between people who differ in more than that
    """

    days: int
    campaign: float
    organic: float
    campaign_n: float
    organic_n: float
    difference: Difference
    finding: Finding


def quality(table: pd.DataFrame) -> tuple[Quality, ...]:
    """Day 7 and day 30 of those who joined by the campaign, beside those who joined otherwise in the same weeks.

    table  as campaigns/quality: who (campaign | organic), entrants_7, returned_7, entrants_30, returned_30
    """
    sums = table.groupby("who")[[f"{what}_{days}" for days in DAYS for what in ("entrants", "returned")]].sum()
    return tuple(_quality(sums, days) for days in DAYS)


def _quality(sums: pd.DataFrame, days: int) -> Quality:
    def count(who: str, what: str) -> float:
        return float(sums[f"{what}_{days}"].to_numpy(float)[sums.index == who].sum())

    returned, n = count("campaign", "returned"), count("campaign", "entrants")
    organic, organic_n = count("organic", "returned"), count("organic", "entrants")
    found = proportions(returned, n, organic, organic_n)
    own, theirs = float(ratio(returned, n)), float(ratio(organic, organic_n))
    figures = {"day": days, "campaign": own, "organic": theirs, "campaign_n": n, "organic_n": organic_n,
               "size": abs(found.difference)}  # fmt: skip
    what = _what(found, n, organic_n)
    return Quality(days, own, theirs, n, organic_n, found, Finding(f"effect.quality.{what}", figures))


def _what(found: Difference, n: float, organic_n: float) -> str:
    if min(n, organic_n) < FEWEST or math.isnan(found.difference):
        return "few"
    if not found.beyond_chance:
        return "same"
    return "better" if found.difference > 0 else "worse"
