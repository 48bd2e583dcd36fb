"""Counting what was made, without the warehouse: who was active when, who is hollow, how many a period."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warehouse.demo import story
from warehouse.demo.campaigns import Exposures
from warehouse.demo.events import CODE, WINDOW, Events, Payments
from warehouse.demo.exports import month_of
from warehouse.demo.people import People
from warehouse.demo.story import Booleans, Integers, Texts


@dataclass(frozen=True)
class Facts:
    """What is needed to count.

    inviter      a person's place, or -1
    acquired     the first day of each person, those met only in events after all others
    person, day  who was active on which day, by an event or a payment above 0; each pair once
    """

    people: People
    done: Events
    paid: Payments
    shown: Exposures
    inviter: Integers
    acquired: Integers
    person: Integers
    day: Integers

    @property
    def everyone(self) -> int:
        """People who signed up and people met only in events."""
        return len(self.acquired)


def active_days(done: Events, paid: Payments) -> tuple[Integers, Integers]:
    """Each person and day with an event or a payment above 0, once, ordered by day and person."""
    bought = paid.cents > 0
    person = np.concatenate([done.person, paid.person[bought]])
    day = np.concatenate([done.at, paid.at[bought]]) // story.DAY_SECONDS
    pairs = np.unique(day * 1_000_000 + person)
    return pairs % 1_000_000, pairs // 1_000_000


def gather(people: People, done: Events, paid: Payments, shown: Exposures, inviter: Integers) -> Facts:
    """Bring together what is needed to count."""
    person, day = active_days(done, paid)
    first = np.full(len(people) + story.ORPHANS, story.DAYS)
    np.minimum.at(first, person, day)
    acquired = np.concatenate([people.day, first[len(people) :]])
    return Facts(people, done, paid, shown, inviter, acquired, person, day)


def hollow(facts: Facts) -> Booleans:
    """Who is hollow, by the design's rule; those younger than 7 days are not yet."""
    age = facts.done.at // story.DAY_SECONDS - facts.acquired[facts.done.person]
    early = (age >= 0) & (age < WINDOW)
    reward = np.isin(facts.done.event, [CODE["task_done"], CODE["red_packet"]])

    def any_of(chosen: Booleans) -> Booleans:
        found = np.zeros(facts.everyone, dtype=bool)
        found[facts.done.person[chosen]] = True
        return found

    only_rewards = any_of(early & reward) & ~any_of(early & ~reward)
    activated = any_of(early & (facts.done.event == CODE["finish_chapter"]))
    incentive = np.zeros(facts.everyone, dtype=bool)
    incentive[: len(facts.people)] = facts.people.incentive == 1
    return (only_rewards | (incentive & ~activated)) & (facts.acquired + WINDOW <= story.DAYS)


def by_month(day: Integers) -> Texts:
    """The month of each day, as 2025-01."""
    first = pd.Period(story.FIRST_DAY, "M")
    names = [str(first + number) for number in range(int(month_of(np.array([story.DAYS - 1]))[0]) + 1)]
    chosen: Texts = np.array(names)[month_of(day)]
    return chosen


def by_week(day: Integers) -> Texts:
    """The week of each day, as the ISO date of its Monday."""
    names = [story.week_start(number).isoformat() for number in range(story.WEEKS)]
    chosen: Texts = np.array(names)[story.WEEK_OF_DAY[day]]
    return chosen


def distinct(person: Integers, period: Texts) -> dict[str, int]:
    """Different people in each period."""
    counts = pd.DataFrame({"person": person, "period": period}).groupby("period")["person"].nunique()
    return {str(name): int(count) for name, count in counts.items()}


def counted(period: Iterable[str]) -> dict[str, int]:
    """Rows in each period or of each value, those of one name together, in the order of the names."""
    counts = pd.Series(list(period), dtype=object).value_counts().sort_index()
    return {str(name): int(count) for name, count in counts.items()}
