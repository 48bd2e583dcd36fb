"""What campaigns did, counted the slow way: plain Python, one person at a time, from the definitions alone.

Times are taken as they stand (local, without a zone). Who is in which segment, active when and acquired on which day
is the matter of tests.reference; here begins what happened around an exposure.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import md5
from typing import Any

from tests.reference import DAY, Keep, Person, Reference, everybody

Sums = tuple[float, ...]  # n, sum_y, sum_yy, sum_x, sum_xx, sum_xy
GUARDS = ("opt_out", "complaint")


@dataclass(frozen=True)
class Assigned:
    """Somebody who was exposed to one arm of a campaign."""

    person: Person
    arm: str
    at: datetime

    @property
    def day(self) -> date:
        """The day of the first exposure."""
        return self.at.date()


class Campaigns:
    """The campaigns of a product: its rows, and the people that tests.reference made of them."""

    def __init__(self, counted: Reference) -> None:
        self.counted = counted
        self.until = counted.data_until
        self.plans: dict[str, Mapping[str, Any]] = {row["campaign_id"]: row for row in counted.tables["campaigns"]}
        self.signed_up = {row["user_id"]: _at(row["signed_up_at"]) for row in counted.tables.get("users", ())}
        self.exposures: dict[str, dict[str, list[tuple[datetime, str]]]] = defaultdict(lambda: defaultdict(list))
        for row in counted.tables["exposures"]:
            arm = "control" if row["arm"].lower() == "control" else row["arm"]
            self.exposures[row["campaign_id"]][row["user_id"]].append((_at(row["exposed_at"]) or datetime.max, arm))
        self.events = defaultdict(list)
        for row in counted.tables.get("events", ()):
            self.events[row["user_id"]].append((_at(row["occurred_at"]) or datetime.max, row["event"]))
        self.payments = defaultdict(list)
        for row in counted.tables.get("payments", ()):
            self.payments[row["user_id"]].append((_at(row["paid_at"]) or datetime.max, float(row["amount"])))

    # -- the plan

    def window(self, campaign: str) -> int:
        """Days in which the goal counts."""
        return self.plans[campaign].get("window_days") or 7

    def goal(self, campaign: str) -> str | None:
        """An event, or payment."""
        return self.plans[campaign].get("goal")

    def days(self, campaign: str) -> tuple[date, date]:
        """First and last day, whichever way they were written."""
        first, last = sorted((self.plans[campaign]["starts_on"], self.plans[campaign]["ends_on"]))
        return first, last

    # -- who can be judged by

    def fates(self, campaign: str) -> Iterator[tuple[str, Assigned, int]]:
        """Everybody exposed: assigned, in_two_arms or before_joining; and how often."""
        for who, shown in self.exposures[campaign].items():
            at, arm = min(shown)
            signed_up = self.signed_up.get(who)
            if len({arm for _, arm in shown}) > 1:
                fate = "in_two_arms"
            elif signed_up and _is_before(at, signed_up):
                fate = "before_joining"
            else:
                fate = "assigned"
            yield fate, Assigned(self.counted.everyone[who], arm, at), len(shown)

    def assigned(self, campaign: str, keep: Keep = everybody) -> list[Assigned]:
        """Those of one arm, exposed after they joined."""
        return [one for fate, one, _ in self.fates(campaign) if fate == "assigned" and keep(one.person)]

    def arms(self, campaign: str) -> list[str]:
        """Every arm with anybody, the control first."""
        return sorted({one.arm for one in self.assigned(campaign)}, key=lambda arm: (arm != "control", arm))

    def days_after_joining(self, one: Assigned) -> int | None:
        """Days from joining, or else from the first thing ever done, to the exposure."""
        who = one.person.user_id
        first = self.signed_up.get(who) or min((at for at, _ in [*self.events[who], *self.payments[who]]), default=None)
        return (one.day - first.date()).days if first else None

    # -- what they did

    def goal_moments(self, who: str, goal: str) -> list[datetime]:
        """When somebody did a goal, on days that the data cover."""
        if goal == "payment":
            moments = [at for at, amount in self.payments[who] if amount > 0]
        else:
            moments = [at for at, event in self.events[who] if event == goal]
        return [at for at in moments if at.date() < self.until]

    def first_day(self, one: Assigned, goals: Sequence[str], days: int) -> int | None:
        """The day since exposure, below `days`, of the first goal at or after its moment."""
        moments = [at for goal in goals for at in self.goal_moments(one.person.user_id, goal)]
        since = [(at.date() - one.day).days for at in moments if at >= one.at]
        return min((day for day in since if day < days), default=None)

    def did_before(self, one: Assigned, goals: Sequence[str]) -> int:
        """1 if they did a goal in the 28 days before the day of exposure."""
        moments = [at for goal in goals for at in self.goal_moments(one.person.user_id, goal)]
        return int(any(-28 <= (at.date() - one.day).days < 0 for at in moments))

    def money(self, one: Assigned, window: int) -> tuple[float, float]:
        """Paid in the window from the moment of exposure, and in the 28 days before its day."""
        paid = [(at, amount) for at, amount in self.payments[one.person.user_id] if at.date() < self.until]
        inside = sum(amount for at, amount in paid if at >= one.at and (at.date() - one.day).days < window)
        return inside, sum(amount for at, amount in paid if -28 <= (at.date() - one.day).days < 0)

    def active(self, one: Assigned, first: int, last: int) -> int:
        """Days active from one day since exposure to another, both included."""
        return sum(first <= (day - one.day).days <= last for day in one.person.active)

    def metrics(self, campaign: str) -> list[str]:
        """The metrics that the product and the campaign name."""
        guards = [guard for guard in GUARDS if self.counted.product.get("guardrails", {}).get(guard)]
        always = ["payments", "active_days", "retention_day_7", "retention_day_30"]
        return sorted([*(["goal"] if self.goal(campaign) else []), *always, *guards])

    def measure(self, campaign: str, metric: str, one: Assigned) -> tuple[int, float, float]:
        """After how many days it is known of one person; what they did then; and before."""
        window = self.window(campaign)
        if metric == "payments":
            return (window, *self.money(one, window))
        if metric == "active_days":
            return window, self.active(one, 0, window - 1), self.active(one, -28, -1)
        if metric.startswith("retention_day_"):
            day = int(metric.rsplit("_", 1)[1])
            return day + 1, self.active(one, day, day), self.active(one, -28, -1)
        goals = [self.goal(campaign) or ""] if metric == "goal" else self.counted.product["guardrails"][metric]
        return window, int(self.first_day(one, goals, window) is not None), self.did_before(one, goals)

    def outcomes(self, campaign: str, keep: Keep = everybody) -> dict[tuple[str, str], Sums]:
        """The sums by arm and metric. Fewer than 1,000 people: nothing is capped."""
        answers = {}
        for arm in self.arms(campaign):
            for metric in self.metrics(campaign):
                pairs = []
                for one in self.assigned(campaign, keep):
                    days, y, x = self.measure(campaign, metric, one)
                    if one.arm == arm and one.day + days * DAY <= self.until:
                        pairs.append((y, x))
                answers[arm, metric] = sums(pairs)
        return answers

    # -- the other questions

    def daily(self, campaign: str, keep: Keep = everybody) -> dict[tuple[str, int], tuple[int, int]]:
        """People seen until a day since their exposure, and those of them who had reached the goal."""
        answers = {}
        days = 3 * self.window(campaign)
        for arm in self.arms(campaign):
            people = [one for one in self.assigned(campaign, keep) if one.arm == arm]
            first = [self.first_day(one, [self.goal(campaign) or ""], days) for one in people]
            for day in range(days):
                seen = [one.day + (day + 1) * DAY <= self.until for one in people]
                reached = [on is not None and on <= day and is_seen for on, is_seen in zip(first, seen, strict=True)]
                answers[arm, day] = sum(seen), sum(reached)
        return answers

    def reached(self, campaign: str, people: Sequence[Assigned]) -> int | None:
        """Those who reached the goal in the window so far."""
        goal = self.goal(campaign)
        if goal is None:
            return None
        return sum(self.first_day(one, [goal], self.window(campaign)) is not None for one in people)

    def met(self, campaign: str, other: str) -> set[str]:
        """People assigned to one campaign who were shown another inside its window."""
        return {
            one.person.user_id
            for one in self.assigned(campaign)
            for at, arm in self.exposures[other].get(one.person.user_id, ())
            if arm != "control" and 0 <= (at.date() - one.day).days < self.window(campaign)
        }

    def joined(self, campaign: str) -> list[Person]:
        """People whom a campaign brought."""
        return [
            one.person
            for fate, one, _ in self.fates(campaign)
            if fate != "in_two_arms"
            and one.arm != "control"
            and one.person.acquired_on
            and -1 <= (one.person.acquired_on - one.day).days < self.window(campaign)
        ]

    def quality(self, campaign: str, keep: Keep = everybody) -> dict[str, tuple[int, ...]]:
        """What became of those a campaign brought, and of others who joined in the same weeks."""
        brought = self.joined(campaign)
        by_any = {person.user_id for name in self.plans for person in self.joined(name)}
        weeks = {self.counted.start("week", person.acquired_on) for person in brought if person.acquired_on}
        organic = [
            person
            for person in self.counted.people
            if person.acquired_on
            and person.user_id not in by_any
            and self.counted.start("week", person.acquired_on) in weeks
        ]
        return {
            who: self._newcomers([person for person in people if keep(person)])
            for who, people in (("campaign", brought), ("organic", organic))
        }

    def _newcomers(self, people: Sequence[Person]) -> tuple[int, ...]:
        counts = [len(people)]
        for age in (7, 30):
            closed = [one for one in people if one.acquired_on and one.acquired_on + (age + 1) * DAY <= self.until]
            back = [one for one in closed if one.acquired_on and one.acquired_on + age * DAY in one.active]
            counts += [len(closed), len(back)]
        settled = [one for one in people if one.standing != "new"]
        return (*counts, len(settled), sum(one.standing == "hollow" for one in settled))

    def before_after(self, campaign: str, keep: Keep = everybody) -> dict[date, tuple[str, int, int | None]]:
        """What everybody did around a campaign."""
        first, last = self.days(campaign)
        goal, people = self.goal(campaign), self.counted.chosen(keep)
        answers = {}
        day = first - 28 * DAY
        while day <= last + 2 * self.window(campaign) * DAY and day < self.until:
            active = sum(day in person.active for person in people)
            moments = (self.goal_moments(person.user_id, goal) for person in people) if goal else ()
            reached = sum(any(at.date() == day for at in ats) for ats in moments) if goal else None
            answers[day] = "before" if day < first else "during" if day <= last else "after", active, reached
            day += DAY
        return answers

    def eligible(self, goal: str, window: int, keep: Keep = everybody) -> dict[str, tuple[float, ...]]:
        """Who could take part now, and what those who could `window` days ago did since."""
        began = self.until - window * DAY
        now, earlier = self.until - 28 * DAY, self.until - 56 * DAY
        people = self.counted.chosen(keep)
        eligible = [one for one in people if one.active_in(now, self.until)]
        arrivals = [one for one in eligible if not one.active_in(earlier, now)]
        observed = [one for one in people if one.active_in(began - 28 * DAY, began)]
        did, paid = [], []
        for person in observed:
            moments = self.goal_moments(person.user_id, goal)
            since = any(at.date() >= began for at in moments)
            before = any(began - 28 * DAY <= at.date() < began for at in moments)
            did.append((float(since), float(before)))
            one = Assigned(person, "", datetime.combine(began, time.min))
            paid.append(self.money(one, window))
        counts = (len(eligible), len(arrivals))
        return {"goal": (*counts, *sums(did)), "payments": (*counts, *sums(paid))}


def holdout(people: Sequence[str], salt: str, share: float) -> list[str]:
    """Who is drawn."""
    return sorted(who for who in people if int(md5((salt + who).encode()).hexdigest()[:13], 16) < share * 16**13)


def sums(pairs: Sequence[tuple[float, float]]) -> Sums:
    """n, sum_y, sum_yy, sum_x, sum_xx, sum_xy of pairs of y and x."""
    return (
        len(pairs),
        sum(y for y, _ in pairs),
        sum(y * y for y, _ in pairs),
        sum(x for _, x in pairs),
        sum(x * x for _, x in pairs),
        sum(x * y for y, x in pairs),
    )


def _is_before(exposed: datetime, signed_up: datetime) -> bool:
    """A midnight stands for its whole day."""
    return exposed.date() < signed_up.date() or (exposed < signed_up and exposed.time() != time.min)


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
