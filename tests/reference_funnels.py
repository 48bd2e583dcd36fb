"""Named funnels counted the slow way: one person at a time, from the definitions alone, sharing nothing with the build.

A deed is what a person did and when: an event, or a payment above 0 by the name of `payment`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Any

from tests.reference import EARLIEST, Keep, Person, Reference, everybody

Deed = tuple[datetime, str]
Steps = Sequence[frozenset[str]]


@dataclass(frozen=True)
class Start:
    """One start of a funnel, and when each step was reached; `reached[0]` is the start itself."""

    person: Person
    at: datetime
    is_closed: bool
    reached: tuple[datetime, ...]


class Funnels:
    """Every start of every funnel of a product, beside the plain count of the rest."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.deeds: dict[str, list[Deed]] = {}
        for row in reference.tables.get("events", ()):
            if row.get("event") != "payment":
                self._read(row.get("user_id"), row.get("event"), row.get("occurred_at"))
        for row in reference.tables.get("payments", ()):
            if float(row.get("amount") or 0) > 0:
                self._read(row.get("user_id"), "payment", row.get("paid_at"))

    def _read(self, who: str | None, what: str | None, written: Any) -> None:
        at = self.reference.local(written)
        last = min(self.reference.today, self.reference.data_until - timedelta(days=1))
        if who and what and at is not None and EARLIEST <= at.date() <= last:
            self.deeds.setdefault(who, []).append((at, what))

    def starts(self, funnel: Mapping[str, Any]) -> list[Start]:
        """Everybody's starts of a funnel written as in product.yml, its window as a timedelta."""
        steps = [frozenset([step] if isinstance(step, str) else step) for step in funnel["steps"]]
        order, window = funnel.get("order", "ordered"), funnel["window"]
        covered = datetime.combine(self.reference.data_until, time.min)
        found = []
        for who, deeds in self.deeds.items():
            begins = frozenset().union(*steps) if order == "any" else steps[0]
            for at in entries(deeds, begins, funnel.get("entry", "first")):
                inside = [deed for deed in deeds if at <= deed[0] <= at + window]
                reached = WAYS[order](inside, steps)
                found.append(Start(self.reference.everyone[who], at, at + window < covered, tuple(reached)))
        return found

    def steps(
        self,
        funnel: Mapping[str, Any],
        since: date | None = None,
        until: date | None = None,
        keep: Keep = everybody,
    ) -> list[tuple[int, int, int]]:
        """Entrants, reached and pending, step by step."""
        chosen = [
            start
            for start in self.starts(funnel)
            if keep(start.person)
            and (since is None or start.at.date() >= since)
            and (until is None or start.at.date() < until)
        ]
        closed = [start for start in chosen if start.is_closed]
        return [
            (len(closed), sum(len(start.reached) >= step for start in closed), len(chosen) - len(closed))
            for step in range(1, len(funnel["steps"]) + 1)
        ]

    def seconds(self, funnel: Mapping[str, Any]) -> dict[int, list[float]]:
        """For each step from 2 what those whose window is over took from the one before, sorted."""
        taken: dict[int, list[float]] = {}
        for start in self.starts(funnel):
            if start.is_closed:
                for step, (before, after) in enumerate(pairwise(start.reached), start=2):
                    taken.setdefault(step, []).append((after - before) / timedelta(seconds=1))
        return {step: sorted(seconds) for step, seconds in taken.items()}


def entries(deeds: Sequence[Deed], begins: frozenset[str], entry: str) -> list[datetime]:
    """When a person starts: the first time ever, or the first of each day."""
    times = sorted(at for at, what in deeds if what in begins)
    if entry == "first":
        return times[:1]
    return [min(each) for _, each in groupby(times, key=datetime.date)]


def one_after_the_other(deeds: Sequence[Deed], steps: Steps) -> list[datetime]:
    """Every way of taking a deed of its own for each step, none earlier than the one before; the earliest ends.

    The deeds are those of the window, so the first of them that starts the funnel is the start.
    """
    start = min(at for at, what in deeds if what in steps[0])
    ways: set[tuple[tuple[int, ...], datetime]] = {
        ((number,), at) for number, (at, what) in enumerate(deeds) if at == start and what in steps[0]
    }
    reached = [start]
    for step in steps[1:]:
        ways = {
            (tuple(sorted((*taken, number))), at)
            for taken, last in ways
            for number, (at, what) in enumerate(deeds)
            if number not in taken and at >= last and what in step
        }
        if not ways:
            break
        reached.append(min(at for _, at in ways))
    return reached


def nothing_else_between(deeds: Sequence[Deed], steps: Steps) -> list[datetime]:
    """Moment by moment: what is done then brings as many steps as it can, and must be of them or of the step before.

    What is done at the time of the start may have come before it.
    """
    start = min(at for at, what in deeds if what in steps[0])
    reached: list[datetime] = []
    for at, together in groupby(sorted(deeds), key=lambda deed: deed[0]):
        if at < start:
            continue
        what = [name for _, name in together]
        before = len(reached)
        while len(reached) < len(steps) and matched(what, steps[before : len(reached) + 1]) > len(reached) - before:
            reached.append(at)
        if at > start and any(not any(name in step for step in steps[before - 1 : len(reached)]) for name in what):
            break
    return reached


def in_any_order(deeds: Sequence[Deed], steps: Steps) -> list[datetime]:
    """When so many of the steps have a deed each, whichever they are."""
    reached: list[datetime] = []
    for at, _ in sorted(deeds):
        so_far = [what for when, what in deeds if when <= at]
        reached += [at] * (matched(so_far, steps) - len(reached))
    return reached


WAYS = {"ordered": one_after_the_other, "strict": nothing_else_between, "any": in_any_order}


def matched(what: Sequence[str], steps: Steps) -> int:
    """The most steps that can have a deed each (Kuhn's augmenting paths)."""
    given: dict[int, int] = {}

    def place(step: int, tried: set[int]) -> bool:
        for number, name in enumerate(what):
            if name in steps[step] and number not in tried:
                tried.add(number)
                if number not in given or place(given[number], tried):
                    given[number] = step
                    return True
        return False

    return sum(place(step, set()) for step in range(len(steps)))
