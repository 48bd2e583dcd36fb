"""What people do on the days they are active, and what they pay."""

from dataclasses import dataclass

import numpy as np

from warehouse.demo import story
from warehouse.demo.activity import Visits
from warehouse.demo.people import EMPTY, People
from warehouse.demo.story import Booleans, Integers

NAMES = (
    "sign_up",
    "search",
    "open_book",
    "finish_chapter",
    "comment",
    "share",
    "task_done",
    "red_packet",
    "opt_out",
    "complaint",
)
CODE = {name: place for place, name in enumerate(NAMES)}
WINDOW = 7  # days within which activation counts


@dataclass(frozen=True)
class Events:
    """One entry an event. event: a place in NAMES. at: seconds since FIRST_DAY, 00:00."""

    person: Integers
    event: Integers
    at: Integers

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Payments:
    """One entry a payment. at: seconds since FIRST_DAY, 00:00. cents: CNY cents, negative for a refund."""

    person: Integers
    at: Integers
    cents: Integers

    def __len__(self) -> int:
        return len(self.person)


def joined(parts: list[Events]) -> Events:
    """All events in the order of time; ties keep the order in which they were made."""
    person = np.concatenate([part.person for part in parts])
    event = np.concatenate([part.event for part in parts])
    at = np.concatenate([part.at for part in parts])
    order = np.argsort(at, kind="stable")
    return Events(person=person[order], event=event[order], at=at[order])


def finishing(rng: np.random.Generator, people: People, visits: Visits) -> Booleans:
    """The visits on which a chapter is finished.

    In the first days only those finish one who are meant to be activated, and each of them at least once.
    """
    age = visits.day - people.day[visits.person]
    activated = people.activated[visits.person]
    chance = np.where(age == 0, 0.85, 0.5)
    finishes: Booleans = rng.random(len(visits)) < chance
    finishes &= people.reader[visits.person] != EMPTY
    finishes &= activated | (age >= WINDOW)
    done = np.zeros(len(people), dtype=bool)
    done[visits.person[finishes & (age < WINDOW)]] = True
    finishes |= (age == 0) & activated & ~done[visits.person]
    return finishes


def do(rng: np.random.Generator, people: People, visits: Visits) -> Events:
    """Everything that people do."""
    count = len(visits)
    age = visits.day - people.day[visits.person]
    first = age == 0
    empty = people.reader[visits.person] == EMPTY
    real = ~empty
    start = visits.day * story.DAY_SECONDS + visits.second
    parts: list[Events] = []

    def add(name: str, chosen: Booleans, earliest: int, latest: int) -> None:
        places = np.flatnonzero(chosen)
        after = rng.integers(earliest, latest, size=len(places))
        parts.append(
            Events(
                person=visits.person[places],
                event=np.full(len(places), CODE[name]),
                at=start[places] + after,
            )
        )

    def often(chance: float) -> Booleans:
        return rng.random(count) < chance

    finishes = finishing(rng, people, visits)
    searches = np.where(first, often(0.5) | (finishes & often(0.45)), often(0.32))
    opens = np.where(first, finishes | often(0.35), True)
    silent = ~people.has_sign_up[visits.person]

    add("sign_up", first & ~silent, 0, 1)
    add("search", real & searches, 5, 240)
    add("open_book", real & opens, 250, 500)
    add("finish_chapter", finishes, 560, 1_200)
    add("finish_chapter", finishes & often(0.35), 1_260, 1_900)
    add("open_book", real & opens & ~first & often(0.22), 1_250, 1_900)
    # keen readers talk more: the most active are those who comment
    add("comment", real & (rng.random(count) < 0.09 * people.chance[visits.person] ** 2), 1_300, 2_200)
    add("share", real & often(0.012), 1_300, 2_200)
    tasks = real & (visits.day >= story.day(story.TASKS_RELEASED)) & opens
    add("task_done", tasks & often(0.03), 1_300, 2_200)
    add("red_packet", tasks & often(0.012), 2_200, 2_500)
    add("opt_out", real & ~first & often(0.0012), 2_200, 2_600)
    add("complaint", real & often(0.0008), 1_300, 2_600)

    # Those who come for red packets: tasks, a packet, and now and then a book opened for a task.
    add("task_done", empty, 20, 200)
    add("task_done", empty & often(0.6), 210, 500)
    add("red_packet", empty & often(0.8), 510, 700)
    add("open_book", empty & ~silent & first & often(0.2), 30, 400)
    return joined(parts)


def strangers(rng: np.random.Generator, known: int) -> Events:
    """People of whom only events are left, and no row among the users: each on one to four days."""
    person = np.repeat(known + np.arange(story.ORPHANS), rng.integers(1, 5, size=story.ORPHANS))
    first = rng.integers(story.day(story.RELEASE_DAY), story.DAYS - 20, size=story.ORPHANS)
    day = first[person - known] + rng.integers(0, 10, size=len(person))
    at = day * story.DAY_SECONDS + rng.integers(8 * 3600, 22 * 3600, size=len(person))
    return Events(person=person, event=np.full(len(person), CODE["open_book"]), at=at)


def pay(rng: np.random.Generator, people: People, visits: Visits) -> Payments:
    """What people pay on days they are active, and the few refunds some days later."""
    paid = np.flatnonzero(rng.random(len(visits)) < people.pay_rate[visits.person])
    person = visits.person[paid]
    at = visits.day[paid] * story.DAY_SECONDS + visits.second[paid] + rng.integers(300, 2_600, size=len(paid))
    prices = np.array([600, 1_200, 1_800, 3_000, 6_800, 12_800, 64_800])
    cents = rng.choice(prices, size=len(paid), p=[0.30, 0.18, 0.28, 0.13, 0.07, 0.037, 0.003])

    back = np.flatnonzero(rng.random(len(paid)) < 0.02)
    back_at = at[back] + rng.integers(3_600, 5 * story.DAY_SECONDS, size=len(back))
    back, back_at = (
        back[back_at < story.DAYS * story.DAY_SECONDS],
        back_at[back_at < story.DAYS * story.DAY_SECONDS],
    )
    person = np.concatenate([person, person[back]])
    at, cents = np.concatenate([at, back_at]), np.concatenate([cents, -cents[back]])
    order = np.argsort(at, kind="stable")
    return Payments(person=person[order], at=at[order], cents=cents[order])
