"""The story the demo tells: every date and every planted number, in one place.

Days are counted from FIRST_DAY (day 0) and weeks from FIRST_WEEK (week 0), in the product's zone, which has
no daylight-saving time. Weeks start on Monday; week 0 holds only the days from FIRST_DAY on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

TIMEZONE = "Asia/Shanghai"
UTC_OFFSET = 8 * 3600
FIRST_DAY = date(2025, 1, 1)
DATA_UNTIL = date(2026, 6, 24)
FIRST_WEEK = date(2024, 12, 30)
DAYS = (DATA_UNTIL - FIRST_DAY).days
DAY_SECONDS = 86_400


def day(when: date) -> int:
    """The number of a day, counted from FIRST_DAY."""
    return (when - FIRST_DAY).days


def week(when: date) -> int:
    """The number of the week that holds a day, counted from FIRST_WEEK."""
    return (when - FIRST_WEEK).days // 7


def week_start(number: int) -> date:
    """The Monday of a week."""
    return FIRST_WEEK + timedelta(weeks=number)


WEEK_OF_DAY: Integers = (np.arange(DAYS) + (FIRST_DAY - FIRST_WEEK).days) // 7
WEEKS = int(WEEK_OF_DAY[-1]) + 1

# The stages of real users: the first week of each. The plateau ends in a fall that a campaign hides at first.
GROWTH_FROM = date(2025, 3, 17)
MATURITY_FROM = date(2025, 11, 3)
DECLINE_FROM = date(2026, 3, 9)

# Weekly actives of real users, as natural logarithms' slopes a week.
COLD_START_ACTIVES = (42.0, 78.0)
LAUNCH_ACTIVES = 130.0
GROWTH_SLOPES = (0.180, 0.045)
MATURITY_SLOPE = 0.0005
DECLINE_SLOPE = -0.032
# In the decline readers leave, whatever kind they are: this share of those still there, every week.
LEAVING_A_WEEK = 0.025

RELEASE_DAY = date(2025, 8, 12)
RELEASE_POINTS = 10.0

TASKS_RELEASED = date(2025, 8, 29)  # reading tasks with red packets, for everybody

OUTAGE_DAY = date(2025, 12, 10)
OUTAGE_KEPT = 0.2

# The task centre: people who come for red packets, a growing number each week, while real users already fall.
TASK_FROM = date(2026, 3, 16)
TASK_LAST = date(2026, 4, 26)
TASK_SHARE_OF_USERS = 0.13
TASK_EMPTY_SHARE = 0.88
TASK_WEEKS: Floats = np.array([0.45, 0.62, 0.80, 0.97, 1.12, 1.25])

# People read more at the week's end and on days off; not on weekends worked to make up for them.
WEEKDAYS: Floats = np.array([0.97, 0.95, 0.95, 0.96, 0.99, 1.09, 1.09])
WORKDAY, DAY_OFF = 0.96, 1.09
DAYS_OFF = (
    date(2025, 1, 1), date(2025, 4, 4), date(2025, 6, 2), date(2025, 10, 8), date(2026, 1, 1),
    date(2026, 1, 2), date(2026, 2, 15), date(2026, 4, 6), date(2026, 6, 19),
)  # fmt: skip
WORKING_WEEKENDS = (
    date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11),
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9),
)  # fmt: skip


@dataclass(frozen=True)
class Holiday:
    """Days on which people read more or less than usual; factors apply day by day from the first."""

    name: str
    first: date
    factors: tuple[float, ...]


HOLIDAYS = (
    Holiday("Spring Festival 2025", date(2025, 1, 28), (0.72, 0.70, 0.85, 0.98, 1.05, 1.08, 1.08, 1.02)),
    Holiday("Labour Day 2025", date(2025, 5, 1), (1.05, 1.10, 1.12, 1.10, 1.04)),
    Holiday("National Day 2025", date(2025, 10, 1), (1.04, 1.10, 1.14, 1.15, 1.14, 1.12, 1.06)),
    Holiday("Spring Festival 2026", date(2026, 2, 16), (0.72, 0.70, 0.85, 0.98, 1.05, 1.10, 1.10, 1.06)),
    Holiday("Labour Day 2026", date(2026, 5, 1), (1.05, 1.10, 1.12, 1.10, 1.04)),
)


def rhythm() -> Floats:
    """How much each day is above or below an ordinary one: weekday, holiday, outage. One number a day."""
    weekday = np.array([(FIRST_DAY + timedelta(days=number)).weekday() for number in range(DAYS)])
    factor: Floats = WEEKDAYS[weekday].copy()
    factor[[day(when) for when in DAYS_OFF]] = DAY_OFF
    factor[[day(when) for when in WORKING_WEEKENDS]] = WORKDAY
    for holiday in HOLIDAYS:
        start = day(holiday.first)
        factor[start : start + len(holiday.factors)] *= holiday.factors
    factor[day(OUTAGE_DAY)] *= OUTAGE_KEPT
    return factor


def weekly_target() -> Floats:
    """Weekly actives of real users that the story asks for, week by week, when 40,000 people are made."""
    growth, maturity, decline = week(GROWTH_FROM), week(MATURITY_FROM), week(DECLINE_FROM)
    slopes = np.concatenate(
        [
            np.linspace(*GROWTH_SLOPES, maturity - growth - 1),
            np.full(decline - maturity, MATURITY_SLOPE),
            np.full(WEEKS - decline, DECLINE_SLOPE),
        ]
    )
    launched = LAUNCH_ACTIVES * np.exp(np.concatenate([[0.0], np.cumsum(slopes)]))
    return np.concatenate([np.linspace(*COLD_START_ACTIVES, growth), launched])


@dataclass(frozen=True)
class Campaign:
    """A campaign, and what was planted in it.

    cost       CNY
    expected   hoped-for effect on the share of people who reach the goal in window_days; 0.05 is five points
    chosen     how people came into it: nobody | random | broken | most active | task wall
    share      of the eligible (active in the 28 days before, and not newcomers) who were chosen
    arms       name, share of those chosen, points planted: so many in a hundred reach the goal only by it
    opt_out_points  so many in a hundred of each treated arm opt out because of it
    """

    campaign_id: str
    name: str
    kind: str
    first: date
    last: date
    cost: float
    goal: str
    window_days: int
    expected: float
    chosen: str = "nobody"
    share: float = 0.0
    arms: tuple[tuple[str, float, float], ...] = ()
    opt_out_points: float = 0.0


CAMPAIGNS = (
    Campaign(
        "reading_list_202503", "Launch reading list", "content",
        date(2025, 3, 17), date(2025, 3, 30), 26_000, "open_book", 7, 0.05,
    ),
    Campaign(
        "author_live_202508", "Live evening with an author", "community",
        date(2025, 8, 25), date(2025, 8, 31), 5_200, "comment", 7, 0.05,
        "random", 0.024, (("control", 0.5, 0.0), ("live_seat", 0.5, 0.0)),
    ),
    Campaign(
        "marathon_202510", "National Day reading marathon", "content",
        date(2025, 10, 1), date(2025, 10, 8), 41_000, "finish_chapter", 8, 0.04,
    ),
    Campaign(
        "member_offer_202511", "Member offer to the most active", "product",
        date(2025, 11, 10), date(2025, 11, 16), 15_000, "payment", 14, 0.03,
        "most active", 0.16, (("offer", 1.0, 0.0),),
    ),
    Campaign(
        "circle_202601", "Reading circle: write a review", "community",
        date(2026, 1, 5), date(2026, 1, 11), 18_000, "comment", 14, 0.10,
        "random", 0.9, (("control", 0.5, 0.0), ("invite_card", 0.5, 6.0)),
    ),
    Campaign(
        "evening_push_202602", "Evening push", "product",
        date(2026, 2, 2), date(2026, 2, 5), 3_000, "finish_chapter", 7, 0.04,
        "broken", 0.5, (("control", 0.5, 0.0), ("push", 0.5, 0.0)), 0.8,
    ),
    Campaign(
        "reminder_202603", "Reading reminder, morning or evening", "product",
        date(2026, 3, 2), date(2026, 3, 5), 4_500, "finish_chapter", 7, 0.05,
        "random", 0.8, (("control", 0.34, 0.0), ("evening", 0.33, 8.0), ("morning", 0.33, 0.0)), 0.8,
    ),
    Campaign(
        "task_centre_202603", "Task centre: read and earn red packets", "product",
        TASK_FROM, TASK_LAST, 61_000, "finish_chapter", 7, 0.30,
        "task wall", 1.0, (("task_centre", 1.0, 0.0),),
    ),
    Campaign(
        "summer_202606", "Summer reading circle", "community",
        date(2026, 6, 15), date(2026, 7, 12), 20_000, "share", 21, 0.04,
        "random", 0.6, (("control", 0.2, 0.0), ("circle", 0.8, 0.0)),
    ),
    Campaign(
        "autumn_202609", "Autumn book fair", "content",
        date(2026, 9, 1), date(2026, 9, 14), 30_000, "payment", 14, 0.02,
    ),
)  # fmt: skip
BROKEN_CONTROL_LOST = 0.18  # of the control group that was drawn

VENDOR_BIAS = 0.012  # the vendor's daily actives are above ours by this proportion
SEED_USERS = 60
ORPHANS = 25
WITHOUT_SIGN_UP_TIME = 20
UNKNOWN_INVITERS = 6
