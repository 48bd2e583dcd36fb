"""The answers, counted the slow way: plain Python, one person at a time, from the definitions alone.

Nothing here is shared with the build. A rule is written once, beside the words that state it, so that a
reader can check it against the README, and the build can be checked against it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Cell = tuple[float | None, float | None, float | None]  # numerator, denominator, pending
Keep = Callable[["Person"], bool]

DAY = timedelta(days=1)
EARLIEST = date(1990, 1, 1)
LIMIT = {"day": 90, "week": 52, "month": 24}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

COUNTS = ("new_users", "active_users", "payers", "revenue", "invited_users")
METRICS = (
    *COUNTS,
    "activation",
    "retention_day_1",
    "retention_day_7",
    "retention_day_30",
    "stickiness",
    "churn",
    "quick_ratio",
    "paying_rate",
    "orders_per_payer",
    "revenue_per_order",
    "invites_per_active",
    "hollow_share",
)


def everybody(person: "Person") -> bool:
    """The filter that keeps all."""
    return True


@dataclass
class Person:
    """What one person did, by local day, and who they are."""

    user_id: str
    values: dict[str, str]
    signed_up: date | None = None
    invited_by: str | None = None
    incentive: bool = False
    events: list[tuple[date, str]] = field(default_factory=list)
    payments: list[tuple[date, Decimal]] = field(default_factory=list)
    acquired_on: date | None = None
    standing: str = "real"
    active: list[date] = field(default_factory=list)  # sorted, each day once

    def active_in(self, start: date, end: date) -> bool:
        """Whether the person was active on a day of [start, end)."""
        at = bisect_left(self.active, start)
        return at < len(self.active) and self.active[at] < end

    def days_of(self, names: Iterable[str]) -> list[date]:
        """Days with one of the named events, a day as often as it happened."""
        return [day for day, name in self.events if name in set(names)]

    @property
    def buying_days(self) -> list[date]:
        """Days with a payment above 0; a refund is no purchase."""
        return [day for day, amount in self.payments if amount > 0]


class Reference:
    """Every answer of the project's queries for one product, one set of rows and one day of building.

    product  as in product.yml
    tables   rows of users, events and payments as text or Python's own values
    today    day of the build in the product's zone
    """

    def __init__(self, product: Row, tables: Mapping[str, Sequence[Row]], today: date) -> None:
        self.product = product
        self.tables = tables
        self.today = today
        self.zone = ZoneInfo(product.get("timezone", "UTC"))
        self.dimensions = [*product.get("dimensions", {}), *product.get("groups", {})]
        self.rejected: Counter[str] = Counter()
        self.everyone: dict[str, Person] = {}
        self._read_users()
        self.times: dict[str, list[datetime]] = {"events": [], "payments": []}
        self._read_events()
        self._read_payments()
        for row in tables.get("exposures", ()):
            self._person(row["user_id"])
        self._read_groups()
        self.data_until = self._data_until()
        self.people = list(self.everyone.values())
        for settle in (self._settle, self._judge):
            for person in self.people:
                settle(person)

    # -- reading: a row that cannot be used is counted, never dropped in silence

    def local(self, value: Any) -> datetime | None:
        """A time in the product's zone: one with a zone is converted, one without is taken to be in it."""
        if value is None or value == "":
            return None
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            return None
        return at.astimezone(self.zone).replace(tzinfo=None) if at.tzinfo else at

    def _possible(self, at: datetime | None) -> bool:
        return at is not None and EARLIEST <= at.date() <= self.today

    def _person(self, user_id: str) -> Person:
        unknown = dict.fromkeys(self.dimensions, "unknown")
        return self.everyone.setdefault(user_id, Person(user_id, unknown))

    def _read_users(self) -> None:
        for row in self.tables.get("users", ()):
            user_id, signed_up = row.get("user_id"), self.local(row.get("signed_up_at"))
            if not user_id or user_id in self.everyone or (signed_up and not self._possible(signed_up)):
                self.rejected["users"] += 1
                continue
            person = self._person(user_id)
            person.values = {name: row.get(name) or "unknown" for name in self.dimensions}
            person.signed_up = signed_up.date() if signed_up else None
            person.invited_by = row.get("invited_by")
            person.incentive = str(row.get("incentive") or "").lower() == "true"

    def _read_events(self) -> None:
        for row in self.tables.get("events", ()):
            at = self.local(row.get("occurred_at"))
            if not row.get("user_id") or not row.get("event") or at is None or not self._possible(at):
                self.rejected["events"] += 1
                continue
            self._person(row["user_id"]).events.append((at.date(), row["event"]))
            self.times["events"].append(at)

    def _read_payments(self) -> None:
        for row in self.tables.get("payments", ()):
            at, amount = self.local(row.get("paid_at")), _money(row.get("amount"))
            if not row.get("user_id") or amount is None or at is None or not self._possible(at):
                self.rejected["payments"] += 1
                continue
            self._person(row["user_id"]).payments.append((at.date(), amount))
            self.times["payments"].append(at)

    def _read_groups(self) -> None:
        """A named group is a dimension: in, out."""
        rows = self.tables.get("groups", ())
        members = {(row["user_id"], row["group_name"]) for row in rows if row.get("user_id")}
        self.rejected["groups"] = len(rows) - len(members)
        for who, _ in members:
            self._person(who)
        names = self.product.get("groups", {})
        for who, person in self.everyone.items():
            person.values |= {name: "in" if (who, name) in members else "out" for name in names}

    # -- time

    def _data_until(self) -> date:
        """The first day not covered."""
        stated = self.product.get("data_until")
        if isinstance(stated, date):
            return stated
        times = self.times["events"] or self.times["payments"]
        if not times:
            return self.today
        latest: dict[date, time] = {}
        for at in times:
            latest[at.date()] = max(latest.get(at.date(), time.min), at.time())
        last = max(latest)
        before = [latest[day] for day in latest if last - 28 * DAY <= day < last]
        is_cut = before and _seconds(latest[last]) < _seconds(min(before)) - 3600
        return last if is_cut else min(last + DAY, self.today)

    def start(self, grain: str, day: date) -> date:
        """First day of the period that holds the day."""
        if grain == "month":
            return day.replace(day=1)
        if grain == "week":
            first = WEEKDAYS.index(self.product.get("week_start", "monday"))
            return day - (day.weekday() - first) % 7 * DAY
        return day

    def end(self, grain: str, start: date, periods: int = 1) -> date:
        """First day of the period that is so many periods (may be negative) after the one of `start`."""
        if grain == "month":
            month = start.year * 12 + start.month - 1 + periods
            return date(month // 12, month % 12 + 1, 1)
        return start + (7 if grain == "week" else 1) * periods * DAY

    def age(self, grain: str, cohort: date, day: date) -> int:
        """Periods between the cohort's and the one that holds the day."""
        later = self.start(grain, day)
        if grain == "month":
            return (later.year - cohort.year) * 12 + later.month - cohort.month
        return (later - cohort).days // (7 if grain == "week" else 1)

    def periods(self, grain: str, since: date, until: date | None = None) -> Iterator[date]:
        """Periods whose first day is in [since, until), never past data_until."""
        start = self.start(grain, since)
        start = start if start >= since else self.end(grain, start)
        while start < min(until or self.data_until, self.data_until):
            yield start
            start = self.end(grain, start)

    def is_complete(self, grain: str, start: date) -> bool:
        """A period is complete when its end is covered."""
        return self.end(grain, start) <= self.data_until

    # -- people

    def _settle(self, person: Person) -> None:
        days = [day for day, _ in [*person.events, *person.payments]]
        person.acquired_on = person.signed_up or min(days, default=None)
        person.events = [(day, name) for day, name in person.events if day < self.data_until]
        person.payments = [(day, amount) for day, amount in person.payments if day < self.data_until]
        person.active = sorted(set(self.days(person, "active")))

    def _judge(self, person: Person) -> None:
        person.standing = self._standing(person)
        if person.acquired_on and person.acquired_on >= self.data_until:
            person.acquired_on = None  # not covered yet: active before perhaps, but in no cohort

    def days(self, person: Person, what: str | Sequence[str]) -> list[date]:
        """Days that count as `what`: active, payment, or one of the events named."""
        if what == "payment":
            return person.buying_days
        if what != "active":
            return person.days_of([what] if isinstance(what, str) else what)
        active = self.product.get("active", "any")
        if active == "any":
            return [day for day, _ in person.events] + person.buying_days
        return person.days_of(active)

    def _standing(self, person: Person) -> str:
        """Hollow (came only for the reward), new (younger than 7 days), real (the rest)."""
        since = person.acquired_on
        if since is None:
            return "real"
        if since + 7 * DAY > self.data_until:
            return "new"
        rewards = set(self.product.get("reward_events", ()))
        first_week = [name for day, name in person.events if since <= day < since + 7 * DAY]
        bought = any(since <= day < since + 7 * DAY for day in person.buying_days)
        if first_week and rewards.issuperset(first_week) and not bought:
            return "hollow"
        activation = self.product.get("activation")
        if person.incentive and activation and self._has_activation:
            is_closed = since + activation["within_days"] * DAY <= self.data_until
            if is_closed and not self._is_activated(person):
                return "hollow"
        return "real"

    def _is_activated(self, person: Person) -> bool:
        rule, since = self.product["activation"], person.acquired_on
        assert since is not None
        until = since + rule["within_days"] * DAY
        times: int = rule.get("times", 1)
        done = [day for day in person.days_of(rule["event"]) if since <= day < until]
        return len(done) >= times

    def chosen(self, keep: Keep) -> list[Person]:
        """The people a filter keeps."""
        return [person for person in self.people if keep(person)]

    def value(self, person: Person, dimension: str) -> str:
        """A person's value of a dimension; standing is one."""
        return person.standing if dimension == "standing" else person.values[dimension]

    # -- overview

    def metrics(
        self, grain: str, since: date, until: date | None = None, keep: Keep = everybody
    ) -> dict[tuple[str, date], Cell]:
        """Numerator, denominator and pending by metric and period; None throughout where there is no data."""
        people = self.chosen(keep)
        answers = {}
        for start in self.periods(grain, since, until):
            for metric in METRICS:
                answers[metric, start] = self._metric(metric, grain, start, people, keep)
        return answers

    def _metric(self, metric: str, grain: str, start: date, people: list[Person], keep: Keep) -> Cell:
        end = self.end(grain, start)
        if (
            metric in ("payers", "paying_rate", "revenue", "orders_per_payer", "revenue_per_order")
            and not self.times["payments"]
        ):
            return None, None, None
        if metric == "activation" and not self._has_activation:
            return None, None, None
        entrants = [person for person in people if person.acquired_on and start <= person.acquired_on < end]
        active = [person for person in people if person.active_in(start, end)]
        buyers = [person for person in people if any(start <= day < end for day in person.buying_days)]
        orders = sum(start <= day < end for person in people for day in person.buying_days)
        revenue = sum(amount for person in people for day, amount in person.payments if start <= day < end)
        match metric:
            case "new_users":
                return len(entrants), None, 0
            case "active_users":
                return len(active), None, 0
            case "payers":
                return len(buyers), None, 0
            case "revenue":
                return float(revenue), None, 0
            case "invited_users":
                return sum(self._is_invited(person) for person in entrants), None, 0
            case "activation":
                days = self.product["activation"]["within_days"]
                return self._share(entrants, days, self._is_activated)
            case "retention_day_1" | "retention_day_7" | "retention_day_30":
                age = int(metric.rsplit("_", 1)[1])
                return self._share(entrants, age + 1, lambda person: _later(person, age) in person.active)
            case "hollow_share":
                return self._share(entrants, self._days_to_judge, lambda person: person.standing == "hollow")
            case "stickiness":
                return *self._stickiness(start, end, people), 0
            case "churn" | "quick_ratio":
                states = self._states(grain, start, people)
                if not self.is_complete(grain, start):
                    return None, None, 0
                if metric == "churn":
                    return states["dormant"], states["retained"] + states["dormant"], 0
                return states["new"] + states["resurrected"], states["dormant"], 0
            case "paying_rate":
                return sum(person in active for person in buyers), len(active), 0
            case "orders_per_payer":
                return orders, len(buyers), 0
            case "revenue_per_order":
                return float(revenue), orders, 0
            case "invites_per_active":
                invited = [one for one in self.people if one.acquired_on and start <= one.acquired_on < end]
                inviters = (self.everyone.get(one.invited_by or "") for one in invited)
                return sum(one is not None and keep(one) for one in inviters), len(active), 0
        raise ValueError(metric)

    @property
    def _has_activation(self) -> bool:
        rule = self.product.get("activation") or {"event": []}
        return any(name in rule["event"] for person in self.people for _, name in person.events)

    @property
    def _days_to_judge(self) -> int:
        """After how many days it is known who is hollow: 7, or those for activation where incentives were given."""
        if not self._has_activation or not any(person.incentive for person in self.people):
            return 7
        return max(7, int(self.product["activation"]["within_days"]))

    def _is_invited(self, person: Person) -> bool:
        return person.invited_by in self.everyone

    def _share(self, entrants: list[Person], days: int, is_met: Callable[[Person], bool]) -> Cell:
        """Of the entrants whose window of `days` days is closed, those who met it; the others are pending."""
        closed = [one for one in entrants if one.acquired_on and one.acquired_on + days * DAY <= self.data_until]
        return sum(is_met(person) for person in closed), len(closed), len(entrants) - len(closed)

    def _stickiness(self, start: date, end: date, people: list[Person]) -> tuple[int, int]:
        daily = rolling = 0
        for day in _days(start, min(end, self.data_until)):
            daily += sum(person.active_in(day, day + DAY) for person in people)
            rolling += sum(person.active_in(day - 27 * DAY, day + DAY) for person in people)
        return daily, rolling

    # -- lifecycle

    def growth(
        self, grain: str, since: date, until: date | None = None, keep: Keep = everybody
    ) -> dict[tuple[date, str], int | None]:
        """People by period and state; dormant is None in the running period."""
        people = self.chosen(keep)
        answers: dict[tuple[date, str], int | None] = {}
        for start in self.periods(grain, since, until):
            states = self._states(grain, start, people)
            for state in ("new", "retained", "resurrected", "dormant"):
                answers[start, state] = states[state]
            if not self.is_complete(grain, start):
                answers[start, "dormant"] = None
        return answers

    def _states(self, grain: str, start: date, people: list[Person]) -> Counter[str]:
        end, before = self.end(grain, start), self.end(grain, start, -1)
        states: Counter[str] = Counter()
        for person in people:
            was_active = person.active_in(before, start)
            if not person.active_in(start, end):
                states["dormant"] += was_active
            elif was_active:
                states["retained"] += 1
            else:
                states["new" if person.active[0] >= start else "resurrected"] += 1
        return states

    def active_days(self, grain: str, start: date, keep: Keep = everybody) -> dict[int, int]:
        """People by the number of days they were active in the period."""
        end = min(self.end(grain, start), self.data_until)
        days = (sum(start <= day < end for day in person.active) for person in self.chosen(keep))
        return dict(Counter(number for number in days if number))

    # -- retention

    def started(self, person: Person, what: str | Sequence[str]) -> date | None:
        """The day a person enters a cohort: sign-up, or the first day of something."""
        if what == "signed_up":
            return person.acquired_on
        what = {"first_active": "active", "first_payment": "payment"}.get(what, what) if isinstance(what, str) else what
        return min(self.days(person, what), default=None)

    def returns(self, person: Person, definition: Row) -> list[date]:
        """Days that count as a return: on the day of the start or later."""
        start = self.started(person, definition["start"])
        return [day for day in self.days(person, definition["return"]) if start and day >= start]

    def triangle(
        self,
        definition: Row,
        grain: str,
        mode: str,
        since: date,
        until: date | None = None,
        keep: Keep = everybody,
    ) -> dict[tuple[date, int], tuple[int, int | None]]:
        """Cohort size, and who returned at (or from) an age: None until the cell's period is complete."""
        sizes: Counter[date] = Counter()
        seen: Counter[tuple[date, int]] = Counter()
        for person in self.chosen(keep):
            start = self.started(person, definition["start"])
            if start is None:
                continue
            cohort = self.start(grain, start)
            sizes[cohort] += 1
            ages = {self.age(grain, cohort, day) for day in self.returns(person, definition)}
            counted = ages if mode == "on" else set(range(max(ages, default=-1) + 1))
            seen.update((cohort, age) for age in counted)
        answers: dict[tuple[date, int], tuple[int, int | None]] = {}
        last = self.end(grain, self.start(grain, self.data_until), -1)  # the last complete period
        for cohort in self.periods(grain, since, until):
            oldest = self.age(grain, cohort, last)
            for age in range(LIMIT[grain] + 1):
                is_over = age <= oldest
                answers[cohort, age] = sizes[cohort], seen[cohort, age] if is_over else None
        return answers

    def curve_by_value(
        self,
        definition: Row,
        grain: str,
        mode: str,
        since: date,
        until: date | None,
        dimension: str,
        keep: Keep = everybody,
    ) -> dict[tuple[str, int], tuple[int, int]]:
        """Entrants and returned by value and age, over the cohorts whose cell is complete."""
        answers: dict[tuple[str, int], tuple[int, int]] = {}
        for value in {self.value(person, dimension) for person in self.chosen(keep)}:

            def has_value(person: Person, value: str = value) -> bool:
                return keep(person) and self.value(person, dimension) == value

            cells = self.triangle(definition, grain, mode, since, until, has_value)
            for (_, age), (size, users) in cells.items():
                if users is not None and size:
                    entrants, returned = answers.get((value, age), (0, 0))
                    answers[value, age] = entrants + size, returned + users
        return answers

    def brackets(
        self, definition: Row, since: date | None = None, until: date | None = None, keep: Keep = everybody
    ) -> dict[str, tuple[int, int, int]]:
        """Entrants whose window is closed, those of them who returned in it, and those pending."""
        answers = {}
        for first, last in definition.get("brackets", [[0, 0], [1, 7], [28, 34]]):
            entrants = retained = pending = 0
            for person in self.chosen(keep):
                start = self.started(person, definition["start"])
                if start is None or start < (since or start) or start >= (until or self.data_until):
                    continue
                if start + (last + 1) * DAY > self.data_until:
                    pending += 1
                    continue
                entrants += 1
                retained += any(first <= (day - start).days <= last for day in self.returns(person, definition))
            answers[str(first) if first == last else f"{first}-{last}"] = entrants, retained, pending
        return answers


def _money(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _seconds(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6


def _later(person: Person, days: int) -> date:
    assert person.acquired_on is not None
    return person.acquired_on + days * DAY


def _days(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start += DAY
