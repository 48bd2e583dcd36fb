"""On which days each person is active."""

from dataclasses import dataclass

import numpy as np

from warehouse.demo import story
from warehouse.demo.people import CHANNELS, EMPTY, People, seconds_of_day
from warehouse.demo.story import Integers

CHUNK = 4_000
EMPTY_RETURNS = (0.30, 0.08, 0.02)  # of those who come for red packets: back on day 1, 2, 3, then never


@dataclass(frozen=True)
class Visits:
    """One entry a person and active day, ordered by both; second: of that day, at which the visit starts."""

    person: Integers
    day: Integers
    second: Integers

    def __len__(self) -> int:
        return len(self.person)


def visit(rng: np.random.Generator, people: People) -> Visits:
    """Every person's active days: the sign-up day, then by chance while the person is still a reader."""
    factor = story.rhythm().astype(np.float32)
    persons, days = [np.arange(len(people))], [people.day]
    for start in range(0, len(people), CHUNK):
        part = slice(start, start + CHUNK)
        first = int(people.day[part].min())
        shape = (len(people.day[part]), story.DAYS - first)
        # float32 throughout: this is the largest array of the demo
        wanted = people.chance[part].astype(np.float32)[:, None] * factor[None, first:]
        active = rng.random(shape, dtype=np.float32) < wanted
        day = np.arange(first, story.DAYS)[None, :]
        active &= day > people.day[part][:, None]
        active &= day <= (people.day[part] + people.lifetime[part])[:, None]
        row, column = np.nonzero(active)
        persons.append(row + start)
        days.append(column + first)

    empty = np.flatnonzero(people.reader == EMPTY)
    for age, share in enumerate(EMPTY_RETURNS, start=1):
        back = empty[rng.random(len(empty)) < share]
        persons.append(back)
        days.append(people.day[back] + age)

    person, day_of_visit = np.concatenate(persons), np.concatenate(days)
    order = np.lexsort((day_of_visit, person))
    person, day_of_visit = person[order], day_of_visit[order]
    second = np.where(day_of_visit == people.day[person], people.second[person], seconds_of_day(rng, len(person)))
    return Visits(person=person, day=day_of_visit, second=second)


def inviters(rng: np.random.Generator, people: People, visits: Visits) -> Integers:
    """Who invited each person (a place in People, -1 for nobody).

    Most of those who come by referral name somebody who was active the day before.
    """
    invited = np.flatnonzero((people.channel == CHANNELS.index("referral")) & (rng.random(len(people)) < 0.88))
    inviting = np.flatnonzero(people.reader[visits.person] != EMPTY)
    order = inviting[np.argsort(visits.day[inviting], kind="stable")]
    day = visits.day[order]
    before = people.day[invited] - 1
    low, high = np.searchsorted(day, before, side="left"), np.searchsorted(day, before, side="right")
    chosen = low + (rng.random(len(invited)) * (high - low)).astype(np.int64)
    found = visits.person[order[np.minimum(chosen, len(order) - 1)]]
    inviter = np.full(len(people), -1)
    inviter[invited] = np.where(high > low, found, -1)
    return inviter
