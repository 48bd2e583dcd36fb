"""Who was shown which campaign, and the effect that was planted in it."""

from dataclasses import dataclass

import numpy as np

from warehouse.demo import story
from warehouse.demo.activity import Visits
from warehouse.demo.events import CODE, Events, joined
from warehouse.demo.people import EMPTY, People
from warehouse.demo.story import Booleans, Integers


@dataclass(frozen=True)
class Exposures:
    """One entry a person and campaign: places in story.CAMPAIGNS and in its arms; at: as in Events."""

    campaign: Integers
    person: Integers
    arm: Integers
    at: Integers

    def __len__(self) -> int:
        return len(self.person)


def active_days_before(visits: Visits, people: int, day: int, days: int = 28) -> Integers:
    """Days each person was active in the `days` days before a day."""
    near = (visits.day < day) & (visits.day >= day - days)
    return np.bincount(visits.person[near], minlength=people)


def dealt(rng: np.random.Generator, before: Integers, shares: list[float]) -> Integers:
    """An arm for each person by chance, in blocks of 100 people who were about as active before."""
    block = np.repeat(np.arange(len(shares)), [round(100 * share) for share in shares])
    order = np.lexsort((rng.random(len(before)), before))
    blocks = rng.permuted(np.tile(block, (len(before) // 100 + 1, 1)), axis=1).ravel()
    arm = np.empty(len(before), dtype=np.int64)
    arm[order] = blocks[: len(before)]
    return arm


def chosen(
    rng: np.random.Generator, campaign: story.Campaign, people: People, visits: Visits
) -> tuple[Integers, Integers]:
    """The people of a campaign and the arm of each (a place in its arms)."""
    start = story.day(campaign.first)
    if campaign.chosen == "task wall":
        members = np.flatnonzero(people.from_task_centre)
        return members, np.zeros(len(members), dtype=np.int64)
    before = active_days_before(visits, len(people), start)
    eligible = (before > 0) & (people.day <= start - 7) & (people.reader != EMPTY)
    if campaign.chosen == "most active":
        # exactly the strongest selection there is: those who read most before
        members = np.flatnonzero(eligible)
        members = members[np.argsort(-before[members], kind="stable")]
        members = np.sort(members[: round(len(members) * campaign.share)])
        return members, np.zeros(len(members), dtype=np.int64)
    members = np.flatnonzero(eligible & (rng.random(len(people)) < campaign.share))
    arm = dealt(rng, before[members], [share for _, share, _ in campaign.arms])
    if campaign.chosen == "broken":
        # people of the control group who had been quiet were never written down
        quiet = before[members] <= np.quantile(before[members], 0.4)
        lost = (arm == 0) & quiet & (rng.random(len(members)) < story.BROKEN_CONTROL_LOST / 0.4)
        members, arm = members[~lost], arm[~lost]
    return members, arm


def converted(
    events: Events, payments_at: Integers, payments_person: Integers, goal: str,
    people: int, members: Integers, at: Integers, window_days: int,
) -> Booleans:  # fmt: skip
    """Which members reached the goal at or after their exposure, on local days 0 … window_days − 1."""
    exposed = np.full(people, np.iinfo(np.int64).max)
    exposed[members] = at
    if goal == "payment":
        person, when = payments_person, payments_at
    else:
        wanted = events.event == CODE[goal]
        person, when = events.person[wanted], events.at[wanted]
    since = when // story.DAY_SECONDS - exposed[person] // story.DAY_SECONDS
    reached = np.zeros(people, dtype=bool)
    reached[person[(when >= exposed[person]) & (since < window_days)]] = True
    return reached[members]


def run(rng: np.random.Generator, people: People, visits: Visits, events: Events) -> tuple[Exposures, Events]:
    """Exposures of every campaign, and the events with each campaign's planted effect added.

    The effect is exact: of each treated arm, `points` in a hundred reach the goal only because of it.
    """
    parts: list[tuple[Integers, Integers, Integers, Integers]] = []
    for number, campaign in enumerate(story.CAMPAIGNS):
        if campaign.chosen == "nobody":
            continue
        members, arm = chosen(rng, campaign, people, visits)
        if campaign.chosen == "task wall":
            at = people.day[members] * story.DAY_SECONDS + people.second[members]
        else:
            days = min((campaign.last - campaign.first).days + 1, 3)
            shown = story.day(campaign.first) + rng.integers(0, days, size=len(members))
            at = shown * story.DAY_SECONDS + 9 * 3600 + rng.integers(0, 1_800, size=len(members))
        added: list[Events] = [events]
        for place, (_, _, points) in enumerate(campaign.arms):
            here = np.flatnonzero(arm == place)
            if points:
                none = np.zeros(0, dtype=np.int64)
                reached = converted(
                    events,
                    none,
                    none,
                    campaign.goal,
                    len(people),
                    members[here],
                    at[here],
                    campaign.window_days,
                )
                moved = rng.permutation(here[~reached])[: round(len(here) * points / 100)]
                added.append(later(rng, campaign.goal, members[moved], at[moved], campaign.window_days))
            if place > 0 and campaign.opt_out_points:
                annoyed = rng.permutation(here)[: round(len(here) * campaign.opt_out_points / 100)]
                added.append(later(rng, "opt_out", members[annoyed], at[annoyed], 3))
        events = joined(added) if len(added) > 1 else events
        parts.append((np.full(len(members), number), members, arm, at))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Exposures(campaign=columns[0], person=columns[1], arm=columns[2], at=columns[3]), events


def later(rng: np.random.Generator, event: str, person: Integers, exposed: Integers, window: int) -> Events:
    """One event for each person inside the window (never on its last day), after opening a book."""
    after = rng.integers(0, window - 1, size=len(person))
    evening = rng.integers(18 * 3600, 22 * 3600, size=len(person))
    at = (exposed // story.DAY_SECONDS + after) * story.DAY_SECONDS + evening
    return Events(
        person=np.concatenate([person, person]),
        event=np.concatenate([np.full(len(person), CODE["open_book"]), np.full(len(person), CODE[event])]),
        at=np.concatenate([at - 700, at]),
    )
