"""Whether what a campaign brought was only brought forward: the same people two windows later."""

from dataclasses import dataclass

import pandas as pd

from analysis.effect.campaign import CONTROL
from analysis.effect.shares import Difference, proportions
from analysis.finding import Finding

WINDOWS_LATER = 2
# A lead of which at least so much is left, though no longer beyond chance, is not called made up for.
HALF = 0.5


@dataclass(frozen=True)
class PullForward:
    """The effect at the end of the window and two windows past it, cumulated: who had reached the goal by then.

    day     last day counted since exposure, the day of exposure being 0; fewer than two windows past the end where
            not everybody has come so far
    """

    at_end: Difference
    later: Difference
    day: int
    finding: Finding


def pull_forward(daily: pd.DataFrame, treatment: str, window_days: int) -> PullForward | None:
    """The lead of the treated at the window's end, and what is left of it.

    daily    as campaigns/daily: arm, day, n (whose day is over), reached (of them, up to and with that day)
    returns  None where the last day both groups have is not past the window
    source   a promotion that only moves purchases shows as a lead that the control later makes up
    """
    groups = {arm: _by_day(daily, arm) for arm in (treatment, CONTROL)}
    end = window_days - 1
    if not all(end in group for group in groups.values()):
        return None
    # Later on only the people assigned first have come so far, who are not those of the window's end.
    whole = [
        day
        for day in groups[CONTROL]
        if end < day <= end + WINDOWS_LATER * window_days
        and all(day in group and group[day][1] == group[end][1] for group in groups.values())
    ]
    if not whole:
        return None
    day = max(whole)
    at_end, later = (proportions(*groups[treatment][on], *groups[CONTROL][on]) for on in (end, day))
    figures = {"first": abs(at_end.difference), "later": abs(later.difference), "days": day + 1}
    what = _what(at_end, later)
    if at_end.beyond_chance and at_end.difference < 0:
        what = f"{what}_behind"
    return PullForward(at_end, later, day, Finding(f"effect.later.{what}", figures))


def _by_day(daily: pd.DataFrame, arm: str) -> dict[int, tuple[float, float]]:
    own = daily[(daily["arm"] == arm) & (daily["n"] > 0)]
    reached, n = (own[name].to_numpy(float).tolist() for name in ("reached", "n"))
    return dict(zip(own["day"].astype(int).tolist(), zip(reached, n, strict=True), strict=True))


def _what(at_end: Difference, later: Difference) -> str:
    if not at_end.beyond_chance:
        return "nothing_to_keep"
    left = later.difference / at_end.difference
    if later.beyond_chance:
        return "kept" if left > 0 else "turned"
    # With time more people do it by themselves, and a lead no smaller may drown in their noise.
    return "made_up" if left < HALF else "unclear"
