"""The kinds of values in a product file: what each may be, and the sentence when it is something else."""

import re
import zoneinfo
from collections.abc import Callable, Sized
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from config.faults import did_you_mean, shown

LONGEST_DAYS = 3650
RESERVED_DIMENSIONS = (
    *("standing", "segment_id", "user_id", "user_key", "users", "rowid"),
    *("signed_up_at", "acquired_on", "invited_by", "incentive"),
)

Item = TypeVar("Item")
Entries = TypeVar("Entries", bound=Sized)


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError("is no name to use here: write small letters a to z, digits and _, a letter first")
    return name


def _dimension(name: str) -> str:
    if name in RESERVED_DIMENSIONS:
        raise ValueError("is a name the warehouse uses itself: give the dimension another name")
    return name


def _group(name: str) -> str:
    if name in RESERVED_DIMENSIONS:
        raise ValueError("is a name the warehouse uses itself: give the group another name in sources/groups.sql")
    return name


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank: write it, or leave the key out")
    return text


def listed_events(value: object) -> tuple[str, ...]:
    """One event, or a list of them, as a list; ValueError where it is neither."""
    events = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    names = tuple(event for event in events if isinstance(event, str) and event.strip())
    if not names or names != events:
        raise ValueError(f"must be an event or a list of events{shown(value)}")
    return _distinct(names)


def _events_if_any(value: object) -> tuple[str, ...]:
    return () if value in ([], ()) else listed_events(value)


def or_events(*words: str) -> BeforeValidator:
    """A word of ours stays a word, anything else is events; an event of that name is written as a list."""
    return BeforeValidator(lambda value: value if value in words else listed_events(value))


def _days(value: object) -> tuple[int, int]:
    match value:
        case [int(first), int(last)] if not isinstance(first, bool) and not isinstance(last, bool):
            if 0 <= first <= last <= LONGEST_DAYS:
                return first, last
    raise ValueError(f"must be the first and the last day, 0 to {LONGEST_DAYS}, such as [1, 7]{shown(value)}")


def _distinct(values: tuple[Item, ...]) -> tuple[Item, ...]:
    for place, value in enumerate(values):
        if value in values[:place]:
            again = list(value) if isinstance(value, tuple) else value
            raise ValueError(f"has {again} twice: keep one of them")
    return values


def entries(least: int, most: int) -> Callable[[Entries], Entries]:
    """A check that there are so many entries, both bounds included."""

    def check(values: Entries) -> Entries:
        if not least <= len(values) <= most:
            raise ValueError(f"must have {least} to {most} entries, not {len(values)}")
        return values

    return check


def _window(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    text = value if isinstance(value, str) else ""
    found = re.fullmatch(r"([1-9][0-9]{0,6}) (minute|hour|day|week)s?", text)
    if not found:
        raise ValueError(f"must be a number of minutes, hours, days or weeks, such as 7 days{shown(value)}")
    window = timedelta(**{f"{found[2]}s": int(found[1])})
    if window > timedelta(days=LONGEST_DAYS):
        raise ValueError(f"must be at most {LONGEST_DAYS} days{shown(value)}")
    return window


def _timezone(name: str) -> str:
    known = zoneinfo.available_timezones() - {"localtime"}  # this machine's own, whatever it is
    if name not in known:
        hint = did_you_mean(name, known) or ": write it as in Asia/Shanghai"
        raise ValueError(f'"{name}" is not a time zone{hint}')
    return name


def _code(length: int, example: str) -> Callable[[str], str]:
    def check(code: str) -> str:
        if not re.fullmatch(rf"[A-Z]{{{length}}}", code):
            raise ValueError(f"must be a code of {length} capital letters, such as {example}{shown(code)}")
        return code

    return check


def _data_until(value: object) -> object:
    if value is None or value == "yesterday" or isinstance(value, date):
        return value
    raise ValueError(f"must be yesterday, or a day such as 2026-03-31{shown(value)}")


Name = Annotated[str, AfterValidator(_identifier)]
Dimension = Annotated[Name, AfterValidator(_dimension)]
Group = Annotated[Name, AfterValidator(_group)]
Filled = Annotated[str, AfterValidator(_filled)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Currency = Annotated[str, AfterValidator(_code(3, "CNY"))]
Country = Annotated[str, AfterValidator(_code(2, "CN"))]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DataUntil = Annotated[date | Literal["yesterday"] | None, BeforeValidator(_data_until)]

Events = Annotated[tuple[str, ...], BeforeValidator(listed_events)]
EventsIfAny = Annotated[tuple[str, ...], BeforeValidator(_events_if_any)]
WordOrEvents = str | tuple[str, ...]
Unit = Literal["people", "rate", "ratio", "money", "orders", "number"]
Better = Literal["higher", "lower"]
Family = Literal["reach", "activation", "retention", "money", "quality"]
Grain = Literal["day", "week", "month"]

NumberOfDays = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
Days = Annotated[tuple[int, int], BeforeValidator(_days)]
Brackets = Annotated[tuple[Days, ...], Strict(False), AfterValidator(entries(1, 100)), AfterValidator(_distinct)]
Window = Annotated[timedelta, BeforeValidator(_window)]
Rules = Annotated[tuple[Literal["unusual", "behind"], ...], Strict(False), AfterValidator(_distinct)]
