"""What a form or a line of a CSV file may say: the judge of what is written before it becomes an entry."""

import dataclasses
import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from uuid import uuid4

from config.faults import did_you_mean
from config.register import Field, Kind
from logbook.entries import Body

# Why something is refused, in English; the keys are for those who say it in another language, with the same fields.
REASONS = {
    "missing": "is missing: write it",
    "unknown_field": "is no field of this kind{hint}",
    "text": "must be text, not {given}",
    "one_line": "must be on one line: take the line breaks out",
    "too_long": "has {length:,} characters, {most:,} are allowed: shorten it",
    "day": "must be a day such as 2026-03-31, not {given}",
    "number": "must be a number such as 1200 or 0.31, not {given}",
    "truth": "must be true or false, not {given}",
    "choice": "must be one of {known}, not {given}{hint}",
    "figure": "must be the id of a figure, not {given}{hint}",
    "link": "must begin with https://, http:// or /, not {given}",
    "at_least": "must be {bound} or more, not {given}",
    "at_most": "must be {bound} or less, not {given}",
    "not_before": "must not be before {other} ({bound}), as {given} is",
    "not_after": "must not be after {other} ({bound}), as {given} is",
    "not_below": "must not be below {other} ({bound}), as {given} is",
    "not_above": "must not be above {other} ({bound}), as {given} is",
    # of files
    "encoding": "is not UTF-8: save the file as CSV UTF-8",
    "empty": "has no line: the first one must name the columns",
    "no_rows": "has no line below the names of the columns",
    "unknown_column": "is no column of this kind{hint}",
    "column_twice": "is there twice: keep one of the columns",
    "column_missing": "has no column: add it",
    "cells": "has {given} cells where the first line names {wanted}",
    "quotes": "cannot be read as CSV ({problem}): check the quotation marks",
    "field_limit": "has a cell of more than {most:,} characters: the file is not read further",
    "entry_id": "must be the number of an entry, not {given}",
    "no_subject": "is missing beside the id of the entry it replaces: write it, or leave the id out",
    "other_subject": "must be {wanted} or empty, not {given}",
    "repeats": "is in line {first} already: keep one of them",
}
FIRST_YEAR, LAST_YEAR = 1990, 2199
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LINK = re.compile(r"(https?://[^/\s]|/(?!/))\S*")
Value = str | int | float


@dataclasses.dataclass(frozen=True)
class Fault:
    """One reason for refusing what was written.

    field   the field's id; "" where it is about the whole
    reason  a key of REASONS; `about` has the fields of its sentence
    line    of the file, from 1; None for a form
    """

    field: str
    reason: str
    about: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    line: int | None = None

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line is not None else []
        return ": ".join([*place, *([self.field] if self.field else []), REASONS[self.reason].format(**self.about)])


def check(kind: Kind, body: Body, figures: Collection[str]) -> list[Fault]:
    """Everything wrong with what is to be written, in the order of the fields; nothing where it can be taken.

    body     days as ISO text, truths as bool, choices by id; an empty field may be missing, None or ""
    figures  the ids of metrics.yml
    """
    faults = [
        fault
        for name, each in kind.fields.items()
        for fault in (
            _judged(name, each, body[name], body, figures)
            if not is_empty(body.get(name))
            else [Fault(name, "missing")]
            if _is_needed(each, body)
            else []
        )
    ]
    faults += [
        Fault(str(name), "unknown_field", {"hint": did_you_mean(str(name), kind.fields)})
        for name in body
        if name not in kind.fields
    ]
    return faults


def subject(kind: Kind, body: Body) -> str:
    """What an entry is about, by the kind's rule: "note:3f2a…" (generated), "stage_override", "target:new_users"."""
    if kind.subject == "generated":
        return f"{kind.id}:{uuid4().hex[:16]}"
    if kind.subject == "one":
        return kind.id
    return ":".join([kind.id, *(str(body[name]) for name in kind.subject)])


def is_empty(value: object) -> bool:
    """Whether a field says nothing: not there, or blank."""
    return value is None or (isinstance(value, str) and not value.strip())


def _is_needed(asked: Field, body: Body) -> bool:
    if isinstance(asked.required, bool):
        return asked.required
    return all(_spoken(body.get(other)) in values for other, values in asked.required.items())


def _spoken(value: object) -> object:
    """A value as the register writes it."""
    return str(value).lower() if isinstance(value, bool) else value


def _judged(name: str, asked: Field, value: object, body: Body, figures: Collection[str]) -> Iterator[Fault]:
    about: dict[str, Value] = {"given": _short(value)}
    match asked.type:
        case "number":
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or value != value
                or abs(value) == math.inf
            ):
                yield Fault(name, "number", about)
            else:
                yield from _within(name, asked, value, body)
            return
        case "truth":
            if not isinstance(value, bool):
                yield Fault(name, "truth", about)
            return
    if not isinstance(value, str):
        yield Fault(name, "text", about)
        return
    if asked.type != "long_text" and re.search(r"[\r\n]", value):
        yield Fault(name, "one_line")
        return
    if asked.longest is not None and len(value) > asked.longest:
        yield Fault(name, "too_long", {"length": len(value), "most": asked.longest})
        return
    match asked.type:
        case "day":
            if is_day(value):
                yield from _within(name, asked, value, body)
            else:
                yield Fault(name, "day", about)
        case "choice":
            known = list(asked.options or ())
            if value not in known:
                yield Fault(name, "choice", {**about, "known": ", ".join(known), "hint": did_you_mean(value, known)})
        case "figure":
            if value not in figures:
                yield Fault(name, "figure", {**about, "hint": did_you_mean(value, figures)})
        case "link":
            if not LINK.fullmatch(value):
                yield Fault(name, "link", about)


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar, written as 2026-03-31, of a year that people write about."""
    try:
        return bool(DAY.fullmatch(text)) and FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _within(name: str, asked: Field, value: Value, body: Body) -> Iterator[Fault]:
    """Bounds that are a number, or another field: that one is judged on its own, and not here where it is no good."""
    for bound, is_lower in ((asked.min, True), (asked.max, False)):
        limit = body.get(bound) if isinstance(bound, str) else bound
        if limit is None or not _are_alike(value, limit):
            continue
        if (value < limit) if is_lower else (value > limit):  # type: ignore[operator]
            if not isinstance(bound, str):
                reason = "at_least" if is_lower else "at_most"
            elif asked.type == "day":
                reason = "not_before" if is_lower else "not_after"
            else:
                reason = "not_below" if is_lower else "not_above"
            about: dict[str, Value] = {
                "given": _short(value),
                "bound": f"{limit:.15g}" if isinstance(limit, float) else str(limit),
            }
            yield Fault(name, reason, {**about, "other": bound} if isinstance(bound, str) else about)


def _are_alike(value: Value, limit: object) -> bool:
    if isinstance(value, str):
        return isinstance(limit, str) and is_day(limit)
    return isinstance(limit, int | float) and not isinstance(limit, bool)


def _short(value: object) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
