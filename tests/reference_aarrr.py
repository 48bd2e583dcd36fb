"""AARRR counted the slow way: one person at a time, from the definitions alone, sharing nothing with the build."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Any

from tests.reference import DAY, Keep, Person, Reference, everybody

STAGES = ("acquired", "activated", "retained", "paid", "referred")
AGES = {"0": (0, 0), "1-6": (1, 6), "7-29": (7, 29), "30-89": (30, 89), "90+": (90, inf)}
Deed = tuple[datetime, str]
Span = tuple[date | None, date | None]
Counts = tuple[int | None, ...]


class Aarrr:
    """Every stage of every person of a product, beside the plain count of the rest; rows must all be usable."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.until = reference.data_until
        rule: Mapping[str, Any] = reference.product.get("aarrr", {})
        self.activation: Mapping[str, Any] | None = reference.product.get("activation")
        self.retained: Sequence[int] = rule.get("retained", {}).get("days", (7, 13))
        self.paid: Mapping[str, Any] = {"event": "payment", "within_days": 30, **rule.get("paid", {})}
        self.referred: Mapping[str, Any] = {"event": None, "within_days": 30, **rule.get("referred", {})}
        self.deeds: dict[str, list[Deed]] = {}
        self.buys: dict[str, list[Deed]] = {}
        self.joined: dict[str, datetime] = {}
        self._read()
        self.people = [person for person in reference.people if person.acquired_on]

    def _read(self) -> None:
        tables, met = self.reference.tables, dict[str, list[datetime]]()
        for table, when in (("events", "occurred_at"), ("payments", "paid_at")):
            for row in tables.get(table, ()):
                at = self.reference.local(row[when])
                assert at is not None
                met.setdefault(row["user_id"], []).append(at)
                if at.date() >= self.until:
                    continue
                if table == "events":
                    self.deeds.setdefault(row["user_id"], []).append((at, row["event"]))
                elif float(row["amount"]) > 0:
                    self.buys.setdefault(row["user_id"], []).append((at, "payment"))
        self.joined = {who: min(times) for who, times in met.items()}
        for row in tables.get("users", ()):
            signed_up = self.reference.local(row.get("signed_up_at"))
            if signed_up:
                self.joined[row["user_id"]] = signed_up

    # What a person did ------------------------------------------------------------------------------------------------

    def inside(self, person: Person, deeds: Sequence[Deed], names: Sequence[str], days: int) -> list[datetime]:
        """When they did one of these on days 0 … days − 1 after joining, in order."""
        since = person.acquired_on
        assert since is not None
        return sorted(at for at, what in deeds if what in names and since <= at.date() < since + days * DAY)

    def brought(self, person: Person) -> list[Person]:
        """Others whom they invited and who joined in their days."""
        since = person.acquired_on
        assert since is not None
        until = since + self.referred["within_days"] * DAY
        return [
            other
            for other in self.people
            if other.invited_by == person.user_id
            and other is not person
            and other.acquired_on
            and since <= other.acquired_on < until
        ]

    def moment(self, person: Person, stage: str) -> datetime | None:
        """When they reached it so far; None: not, or (retained) at no one moment."""
        deeds = self.deeds.get(person.user_id, [])
        if stage == "activated":
            assert self.activation is not None
            done = self.inside(person, deeds, self.activation["event"], self.activation.get("within_days", 7))
            times = self.activation.get("times", 1)
            return done[times - 1] if len(done) >= times else None
        if stage == "paid":
            if self.paid["event"] == "payment":
                deeds, names = self.buys.get(person.user_id, []), ["payment"]
            else:
                names = self.paid["event"]
            return min(self.inside(person, deeds, names, self.paid["within_days"]), default=None)
        assert stage == "referred"
        return min((self.joined[other.user_id] for other in self.brought(person)), default=None)

    def has_reached(self, person: Person, stage: str) -> bool:
        if stage == "acquired":
            return True
        if stage == "retained":
            assert person.acquired_on is not None
            first, last = self.retained
            return person.active_in(person.acquired_on + first * DAY, person.acquired_on + (last + 1) * DAY)
        return self.moment(person, stage) is not None

    # What is counted --------------------------------------------------------------------------------------------------

    def is_counted(self, stage: str) -> bool:
        """Whether anybody ever did it, in their days or not."""
        done = {name for deeds in self.deeds.values() for _, name in deeds}
        match stage:
            case "activated":
                return self.activation is not None and not done.isdisjoint(self.activation["event"])
            case "retained":
                return any(person.active for person in self.reference.people)
            case "paid":
                return bool(self.buys) if self.paid["event"] == "payment" else not done.isdisjoint(self.paid["event"])
            case "referred":
                known = self.reference.everyone
                return any(one.invited_by in known and one.invited_by != one.user_id for one in known.values())
        return True

    def days(self, stage: str) -> int:
        """After how many days it can be judged."""
        match stage:
            case "activated":
                return int(self.activation.get("within_days", 7)) if self.activation else 0
            case "retained":
                return self.retained[1] + 1
            case "paid":
                return int(self.paid["within_days"])
            case "referred":
                return int(self.referred["within_days"])
        return 0

    def is_closed(self, person: Person, *stages: str) -> bool:
        assert person.acquired_on is not None
        return all(person.acquired_on + self.days(stage) * DAY <= self.until for stage in stages)

    def newcomers(self, span: Span = (None, None), keep: Keep = everybody) -> list[Person]:
        return [person for person in self.people if keep(person) and _in(person.acquired_on, span)]

    # The answers ------------------------------------------------------------------------------------------------------

    def stages(self, span: Span = (None, None), keep: Keep = everybody) -> dict[str, Counts]:
        """Entrants, reached, pending and pending_reached by stage."""
        answers: dict[str, Counts] = {}
        for stage in STAGES:
            if not self.is_counted(stage):
                answers[stage] = (None,) * 4
                continue
            counts: Counter[tuple[bool, bool]] = Counter(
                (self.is_closed(person, stage), self.has_reached(person, stage))
                for person in self.newcomers(span, keep)
            )
            answers[stage] = (
                counts[True, True] + counts[True, False],
                counts[True, True],
                counts[False, True] + counts[False, False],
                counts[False, True],
            )
        return answers

    def losses(self, span: Span = (None, None), keep: Keep = everybody) -> list[tuple[str, str, int, int, int]]:
        """Stage, the one before, entrants closed for both, and who of them reached each."""
        counted = [stage for stage in STAGES if self.is_counted(stage)]
        answers: list[tuple[str, str, int, int, int]] = []
        for before, stage in pairwise(counted):
            closed = [one for one in self.newcomers(span, keep) if self.is_closed(one, before, stage)]
            first, second = (sum(self.has_reached(one, which) for one in closed) for which in (before, stage))
            answers.append((stage, before, len(closed), first, second))
        return answers

    def seconds(self, stage: str, span: Span = (None, None), keep: Keep = everybody) -> list[float]:
        """What closed entrants took to reach it, sorted."""
        if not self.is_counted(stage):
            return []
        taken = []
        for person in self.newcomers(span, keep):
            at = self.moment(person, stage)
            if at is not None and self.is_closed(person, stage):
                taken.append(max((at - self.joined[person.user_id]) / timedelta(seconds=1), 0.0))
        return sorted(taken)

    def referral(self, span: Span = (None, None), keep: Keep = everybody) -> Counts:
        """Entrants, inviters, joined, senders, sent, pending."""
        newcomers = self.newcomers(span, keep)
        closed = [person for person in newcomers if self.is_closed(person, "referred")]
        brought = [len(self.brought(person)) for person in closed]
        names = self.referred["event"] or []
        sent = [
            len(self.inside(one, self.deeds.get(one.user_id, []), names, self.referred["within_days"]))
            for one in closed
        ]
        has_sent = any(name in names for deeds in self.deeds.values() for _, name in deeds)
        return (
            len(closed),
            *_if(self.is_counted("referred"), sum(map(bool, brought)), sum(brought)),
            *_if(has_sent, sum(map(bool, sent)), sum(sent)),
            len(newcomers) - len(closed),
        )

    def groups(self, span: Span = (None, None), keep: Keep = everybody) -> dict[tuple[str, bool], Counts]:
        """Entrants, retained and pending by kind and side."""
        known = self.reference.everyone
        judged = {"activated": ("activated", "retained"), "invited": ("retained",)}
        told = {
            "activated": self.is_counted("activated"),
            "invited": any(person.invited_by in known for person in known.values()),
        }
        answers: dict[tuple[str, bool], Counts] = {}
        for kind, stages in judged.items():
            for side in (True, False):
                if not (told[kind] and self.is_counted("retained")):
                    answers[kind, side] = (None,) * 3
                    continue
                mine = [
                    one
                    for one in self.newcomers(span, keep)
                    if (self.has_reached(one, kind) if kind == "activated" else one.invited_by in known) == side
                ]
                closed = [one for one in mine if self.is_closed(one, *stages)]
                retained = sum(self.has_reached(one, "retained") for one in closed)
                answers[kind, side] = len(closed), retained, len(mine) - len(closed)
        return answers

    def activity(self, since: date, until: date, keep: Keep = everybody) -> dict[str, tuple[int, int, int]]:
        """Days active, days there and days counted by age, day by day."""
        until = min(until, self.until)
        found = {ages: [0, 0] for ages in AGES}
        for number in range((until - since).days):
            day = since + number * DAY
            for person in self.people:
                if not keep(person) or person.acquired_on is None or person.acquired_on > day:
                    continue
                age = (day - person.acquired_on).days
                [ages] = [name for name, (first, last) in AGES.items() if first <= age <= last]
                found[ages][0] += day in person.active
                found[ages][1] += 1
        return {ages: (active, there, max((until - since).days, 0)) for ages, (active, there) in found.items()}

    def revenue(self, span: Span = (None, None), keep: Keep = everybody) -> tuple[int | None, int | None, float | None]:
        """Payers, orders, revenue."""
        if not any(person.payments for person in self.reference.people):
            return None, None, None
        paid = [
            [amount for day, amount in person.payments if _in(day, span)]
            for person in self.reference.people
            if keep(person)
        ]
        orders = [amount for amounts in paid for amount in amounts if amount > 0]
        payers = sum(any(amount > 0 for amount in amounts) for amounts in paid)
        return payers, len(orders), float(sum(map(sum, paid)))

    def adoption(
        self, events: Sequence[str], since: date, keep: Keep = everybody
    ) -> dict[tuple[date, str], tuple[int, int, bool]]:
        """Active, adopters and is_complete by week and age group."""
        first = self.reference.start("week", since)
        answers = {}
        for week in self.reference.periods("week", first):
            end = week + 7 * DAY
            for group in ("new", "old"):
                active = [
                    person
                    for person in self.reference.people
                    if keep(person)
                    and person.active_in(week, end)
                    # Whoever has no day yet signs up after the last covered one.
                    and (person.acquired_on is None or person.acquired_on >= first) == (group == "new")
                ]
                adopters = [
                    one
                    for one in active
                    if any(week <= day < end for day, name in one.events if name in events and name != "payment")
                    or ("payment" in events and any(week <= day < end for day in one.buying_days))
                ]
                answers[week, group] = len(active), len(adopters), end <= self.until
        return answers


def _in(day: date | None, span: Span) -> bool:
    since, until = span
    return day is not None and (since is None or day >= since) and (until is None or day < until)


def _if(is_told: bool, *counts: int) -> tuple[int | None, ...]:
    return counts if is_told else (None,) * len(counts)
