"""Who signs up: when, from where, and what kind of reader each one is."""

from dataclasses import dataclass

import numpy as np

from warehouse.demo import story
from warehouse.demo.story import Booleans, Floats, Integers

CHANNELS = ("organic", "app_store", "paid_social", "search", "referral", "kol", "partner", "task_wall", "")
PLATFORMS = ("iOS", "Android", "HarmonyOS", "Web")
COUNTRIES = ("CN", "SG", "MY", "US", "TW", "HK", "")
COUNTRY_SHARES = (0.826, 0.044, 0.041, 0.028, 0.032, 0.025, 0.004)

BRIEF, CASUAL, HABITUAL, EMPTY = range(4)
DAILY_CHANCE = (0.45, 0.28, 0.47)  # of being active on a day, while still a reader
LIFETIME = (2.8, 50.0, 240.0)  # mean days until a reader is gone for good
ACTIVATION = (0.23, 0.58, 0.80)  # before the release, which adds RELEASE_POINTS to each
MONEY = (0.006, 0.05, 0.19)  # share who ever pay
READERS = {  # brief, casual, habitual
    "organic": (0.52, 0.29, 0.19),
    "app_store": (0.57, 0.28, 0.15),
    "paid_social": (0.65, 0.25, 0.10),
    "search": (0.54, 0.29, 0.17),
    "referral": (0.43, 0.31, 0.26),
    "kol": (0.62, 0.27, 0.11),
    "partner": (0.58, 0.28, 0.14),
    "task_wall": (0.80, 0.17, 0.03),
    "": (0.58, 0.27, 0.15),
}
LATE_HABITUAL = 0.75  # of the habitual share is left among those who come once the decline has begun
CHANNEL_SHARES = {  # week: share of each channel, in the order of CHANNELS; between the weeks a straight line
    0: (0.30, 0.08, 0.02, 0.10, 0.42, 0.02, 0.04, 0.00, 0.02),
    10: (0.30, 0.10, 0.06, 0.12, 0.32, 0.04, 0.04, 0.00, 0.02),
    16: (0.24, 0.17, 0.20, 0.11, 0.15, 0.07, 0.04, 0.00, 0.02),
    43: (0.19, 0.16, 0.32, 0.09, 0.12, 0.07, 0.02, 0.01, 0.02),
    62: (0.20, 0.17, 0.29, 0.10, 0.13, 0.06, 0.02, 0.01, 0.02),
    78: (0.24, 0.19, 0.22, 0.12, 0.13, 0.04, 0.03, 0.01, 0.02),
}
HOURS: Floats = np.array(
    [8, 4, 2, 1, 1, 2, 6, 14, 20, 18, 17, 19, 30, 28, 18, 16, 16, 18, 24, 32, 42, 48, 30, 0], dtype=np.float64
)  # no session starts after 23:00, so that all of it falls on one day


@dataclass(frozen=True)
class People:
    """One entry a person, in the order of signing up; elsewhere people are places in these arrays.

    day, second   when: days from FIRST_DAY, second of that day
    channel, platform, country   places in the lists above
    reader        BRIEF, CASUAL, HABITUAL or EMPTY
    chance        of being active on a day, while still a reader
    lifetime      days until gone for good
    activated     finishes a chapter within 7 days
    incentive     1 yes, 0 no, -1 not recorded
    pay_rate      payments an active day
    """

    day: Integers
    second: Integers
    channel: Integers
    platform: Integers
    country: Integers
    reader: Integers
    chance: Floats
    lifetime: Floats
    activated: Booleans
    from_task_centre: Booleans
    incentive: Integers
    has_sign_up: Booleans
    pay_rate: Floats

    def __len__(self) -> int:
        return len(self.day)


def seconds_of_day(rng: np.random.Generator, count: int) -> Integers:
    """Seconds of the day at which sessions start, most of them in the evening."""
    hour: Integers = rng.choice(24, size=count, p=HOURS / HOURS.sum())
    return hour * 3600 + rng.integers(0, 3600, size=count)


def pick(rng: np.random.Generator, shares: Floats) -> Integers:
    """One choice a row of `shares` (rows sum to 1): the place chosen in each."""
    edges = np.cumsum(shares, axis=1)
    drawn = rng.random(len(shares))[:, None] * edges[:, -1:]
    chosen: Integers = (drawn >= edges).sum(axis=1)
    return chosen


def channel_shares() -> Floats:
    """Share of each channel among the sign-ups of each week; shape weeks × channels."""
    known = sorted(CHANNEL_SHARES)
    table = np.array([CHANNEL_SHARES[number] for number in known])
    weeks = np.arange(story.WEEKS)
    shares: Floats = np.stack([np.interp(weeks, known, column) for column in table.T], axis=1)
    total: Floats = shares.sum(axis=1, keepdims=True)
    return shares / total


def reader_shares() -> Floats:
    """Share of brief, casual and habitual readers; shape weeks × channels × 3."""
    shares = np.tile(np.array([READERS[channel] for channel in CHANNELS]), (story.WEEKS, 1, 1))
    late = np.arange(story.WEEKS) >= story.week(story.DECLINE_FROM)
    lost = shares[late, :, HABITUAL] * (1 - LATE_HABITUAL)
    shares[late, :, HABITUAL] -= lost
    shares[late, :, BRIEF] += lost
    return shares


def traits(rng: np.random.Generator, reader: Integers) -> tuple[Floats, Floats]:
    """How often each reader comes (chance a day) and for how long (days)."""
    mean = np.array([*DAILY_CHANCE, 0.0])[reader]
    spread = 5.0
    chance = rng.beta(np.maximum(mean, 0.01) * spread, (1 - mean) * spread)
    lifetime = rng.exponential(np.array([*LIFETIME, 0.0])[reader])
    return np.where(reader == EMPTY, 0.0, chance), lifetime


def weekly_return(rng: np.random.Generator) -> Floats:
    """Chance that a reader of each kind is active in the week so many weeks after sign-up: kinds × weeks.

    Estimated on readers drawn for it; the sign-ups are chosen so that they lead to the weekly actives wanted.
    """
    sample, horizon = 1_500, story.WEEKS * 7
    result = np.zeros((3, story.WEEKS))
    for kind in (BRIEF, CASUAL, HABITUAL):
        chance, lifetime = traits(rng, np.full(sample, kind))
        ages = np.arange(horizon)
        active = rng.random((sample, horizon), dtype=np.float32) < chance[:, None]
        active &= ages[None, :] <= lifetime[:, None]
        active[:, 0] = True
        for weekday in range(7):
            week = (ages + weekday) // 7
            starts = np.flatnonzero(np.diff(week, prepend=-1))
            weekly = np.logical_or.reduceat(active, starts, axis=1).mean(axis=0)
            result[kind] += weekly[: story.WEEKS] / 7
    return result


def weekly_sign_ups(rng: np.random.Generator) -> Floats:
    """Sign-ups of real users a week that make their weekly actives follow the story."""
    returning = weekly_return(rng)
    kinds = np.einsum("wc,wck->wk", channel_shares(), reader_shares())
    target = story.weekly_target()
    sign_ups = np.zeros(story.WEEKS)
    for week in range(story.WEEKS):
        cohorts = np.arange(week)
        falling = np.maximum(week - np.maximum(cohorts, story.week(story.DECLINE_FROM)), 0)
        kept = (1 - story.LEAVING_A_WEEK) ** falling
        back = (kinds[:week] * returning[:, week - cohorts].T).sum(axis=1)
        there = float((sign_ups[:week] * kept * back).sum())
        sign_ups[week] = max(target[week] - there, 0.02 * target[week])
    return sign_ups


def sign_up_days(rng: np.random.Generator, count: int, weekly: Floats) -> Integers:
    """Days on which `count` people sign up, given each week's weight and the days' own rhythm."""
    factor = story.rhythm()
    whole = np.bincount(story.WEEK_OF_DAY, weights=factor)
    days_there = np.bincount(story.WEEK_OF_DAY)
    weight = (weekly * days_there / 7 / whole)[story.WEEK_OF_DAY] * factor
    return np.repeat(np.arange(story.DAYS), rng.multinomial(count, weight / weight.sum()))


def sign_up(rng: np.random.Generator, users: int) -> People:
    """Everyone who signs up."""
    by_task = round(users * story.TASK_SHARE_OF_USERS)
    task_weeks = np.zeros(story.WEEKS)
    first = story.week(story.TASK_FROM)
    task_weeks[first : first + len(story.TASK_WEEKS)] = story.TASK_WEEKS
    day = np.concatenate(
        [
            sign_up_days(rng, users - by_task, weekly_sign_ups(rng)),
            sign_up_days(rng, by_task, task_weeks),
        ]
    )
    second = seconds_of_day(rng, users)
    from_task_centre = np.arange(users) >= users - by_task
    order = np.lexsort((second, day))
    day, second, from_task_centre = day[order], second[order], from_task_centre[order]
    week = story.WEEK_OF_DAY[day]

    channel = pick(rng, channel_shares()[week])
    channel = np.where(from_task_centre, CHANNELS.index("task_wall"), channel)
    harmony = np.interp(day, [0, story.DAYS], [0.06, 0.20])
    platform = pick(rng, np.stack([np.full(users, 0.34), 0.56 - harmony, harmony, np.full(users, 0.10)], axis=1))
    country = pick(rng, np.tile(np.array(COUNTRY_SHARES), (users, 1)))

    reader = pick(rng, reader_shares()[week, channel])
    seeds = np.arange(users) < story.SEED_USERS
    reader = np.where(seeds & (rng.random(users) < 0.45), HABITUAL, reader)
    empty = from_task_centre & (rng.random(users) < story.TASK_EMPTY_SHARE)
    reader = np.where(empty, EMPTY, reader)
    chance, lifetime = traits(rng, reader)
    # the decline: whoever is still there then has one more reason to leave
    until_decline = np.maximum(story.day(story.DECLINE_FROM) - day, 0)
    leaving = rng.exponential(-7 / np.log(1 - story.LEAVING_A_WEEK), size=users)
    lifetime = np.minimum(lifetime, until_decline + leaving)

    released = day >= story.day(story.RELEASE_DAY)
    activation = np.array([*ACTIVATION, 0.0])[reader] + np.where(released & ~empty, story.RELEASE_POINTS / 100, 0)
    activated = rng.random(users) < activation

    # The task wall sends most people with a flag; the rest arrive through a mini-program that registers them
    # silently: no flag, no sign_up event, reward events only.
    silent = empty & (rng.random(users) < 0.2)
    bonus = (channel == CHANNELS.index("referral")) & (rng.random(users) < 0.08) & (day >= story.day(story.RELEASE_DAY))
    incentive = np.where(from_task_centre | bonus, 1, 0)
    incentive = np.where(silent, -1, incentive)

    payer = rng.random(users) < np.array([*MONEY, 0.0])[reader]
    pay_rate = np.where(payer, rng.gamma(1.5, 0.06, size=users), 0.0)
    return People(
        day=day,
        second=second,
        channel=channel,
        platform=platform,
        country=country,
        reader=reader,
        chance=chance,
        lifetime=lifetime,
        activated=activated,
        from_task_centre=from_task_centre,
        incentive=incentive,
        has_sign_up=~silent,
        pay_rate=pay_rate,
    )
