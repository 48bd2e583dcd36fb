"""What is known of a campaign beside its outcomes, and where it stands on a day."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

State = Literal["planned", "running", "open", "final"]

CONTROL = "control"
# The goal that is no event: any payment above 0.
PAYMENT = "payment"


@dataclass(frozen=True)
class Campaign:
    """A row of campaigns/list. Numbers that are not known are missing (nan), other things None.

    starts_on, ends_on  both days belong to it; as given, even where they were mixed up: see first_day, last_day
    expected            difference of shares hoped for: 0.05 is five points
    control_share       planned share of the control, 0-1
    closes_on           first day on which every window is over; while it runs, of those still to be reached too
    overlapped          people assigned who were shown another campaign inside the window
    goal_times          how often anybody ever did the goal
    """

    campaign_id: str
    name: str
    starts_on: date
    ends_on: date
    kind: str | None = None
    cost: float = math.nan
    goal: str | None = None
    window_days: float = math.nan
    expected: float = math.nan
    control_share: float = math.nan
    assigned: float = math.nan
    in_two_arms: float = 0
    exposed_again: float = 0
    before_joining: float = 0
    closes_on: date | None = None
    closed: float = math.nan
    pending: float = math.nan
    reached_so_far: float = math.nan
    overlapped: float = math.nan
    outside_days: float = 0
    goal_times: float = math.nan
    is_window_stated: bool = True

    @classmethod
    def of(cls, row: Mapping[Hashable, Any]) -> "Campaign":
        """From a row of the table; what is absent or empty stays unknown. ValueError without one of the first four."""
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row and not pd.isna(row[name])}
        for name in ("campaign_id", "name", "starts_on", "ends_on"):
            if name not in known:
                raise ValueError(f"a campaign has no {name}: {dict(row)}")
        for name in ("starts_on", "ends_on", "closes_on"):
            if name in known:
                known[name] = pd.Timestamp(known[name]).date()
        if "is_window_stated" in known:
            known["is_window_stated"] = bool(known["is_window_stated"])
        numbers = (name for name, kind in cls.__annotations__.items() if kind is float and name in known)
        return cls(**{**known, **{name: float(known[name]) for name in numbers}})

    @property
    def is_reversed(self) -> bool:
        """Whether its two days were mixed up."""
        return self.ends_on < self.starts_on

    @property
    def first_day(self) -> date:
        """The earlier of its two days."""
        return min(self.starts_on, self.ends_on)

    @property
    def last_day(self) -> date:
        """The later one."""
        return max(self.starts_on, self.ends_on)

    @property
    def complete_on(self) -> date:
        """First day on which every window is over; by the last day of the campaign where that is not known."""
        if self.closes_on is not None:
            return self.closes_on
        return self.last_day + timedelta(days=int(self.window_days) if math.isfinite(self.window_days) else 1)

    @property
    def planned_share(self) -> float:
        """control_share where it can be one, else missing."""
        return self.control_share if 0 < self.control_share < 1 else math.nan


def state(campaign: Campaign, data_until: date) -> State:
    """Where the campaign stands on the last day the data cover.

    data_until  first day not covered
    returns     planned (not begun) | running | open (over, but some people's windows are not) | final
    """
    if data_until <= campaign.first_day:
        return "planned"
    if data_until <= campaign.last_day:
        return "running"
    if campaign.pending > 0 or (campaign.closes_on is not None and campaign.closes_on > data_until):
        return "open"
    return "final"
