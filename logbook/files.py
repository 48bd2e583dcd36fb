"""CSV out of the logbook and back: what is written is what is read, and spreadsheets run nothing of it."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from config.faults import did_you_mean
from config.register import OF_AN_ENTRY, TRUTHS, Field, Kind
from config.text import in_language
from logbook.entries import Draft
from logbook.forms import Fault, Value, check, is_empty, subject

# What a spreadsheet takes for a formula gets an apostrophe before it; so does what has apostrophes before such a thing,
# so that reading takes away exactly what writing added.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
DEFUSED = re.compile(r"'+[=+\-@\t\r]")

# Characters, as Python's csv has it.
LONGEST_CELL = 131_072
NUMBER = re.compile(r"[-+]?(\d+)(\.\d+)?([eE][-+]?\d+)?")
DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")


@dataclass(frozen=True)
class Accepted:
    """Every line of the file, as it is to be written; `lines` says where each one stands in it."""

    drafts: tuple[Draft, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Refused:
    """Nothing of the file is taken: every reason, line by line."""

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def from_csv(kind: Kind, content: bytes, figures: Collection[str]) -> Accepted | Refused:
    """A CSV file as drafts of entries, all of its lines or none.

    The first line names the columns, in any order: fields by their id or a label of either language, and the columns
    that `to_csv` adds. Choices are given by id or label. Where a line has `subject` and `id`, it replaces that entry;
    without `id` it is a first entry. `at`, `author` and `replaces` are read over: the logbook sets its own.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Refused((Fault("", "encoding", line=error.object.count(b"\n", 0, error.start) + 1),))
    rows = _rows(text, _separator(kind, text))
    first = next(rows, None)
    if first is None or isinstance(first[1], Fault):
        return Refused((Fault("", "empty", line=1) if first is None else first[1],))  # type: ignore[arg-type]
    columns, faults = _columns(kind, first[1])
    if faults:
        return Refused(tuple(faults))
    drafts: list[Draft] = []
    lines: list[int] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        if isinstance(cells, Fault):
            faults.append(cells)
            break
        draft, wrong = _draft(kind, columns, cells, figures)
        if not wrong and draft.subject in seen:
            wrong = [Fault("subject", "repeats", {"first": seen[draft.subject]})]
        faults += [replace(fault, line=line) for fault in wrong]
        seen.setdefault(draft.subject, line)
        drafts.append(draft)
        lines.append(line)
    if not drafts and not faults:
        faults = [Fault("", "no_rows", line=1)]
    return Refused(tuple(faults)) if faults else Accepted(tuple(drafts), tuple(lines))


def to_csv(kind: Kind, table: pd.DataFrame) -> bytes:
    """Entries as a CSV file: what every entry has, then each field of the kind; UTF-8, marked for spreadsheets.

    table  as `latest` or `history` returns it; what bodies hold besides the fields of the kind comes last
    """
    return write(table, [*kind.fields])


def write(table: pd.DataFrame, fields: Sequence[str] = ()) -> bytes:
    """The same, for a kind that has no form."""
    bodies = list(table["body"])
    others = {name for body in bodies for name in body} - {*fields}
    names = [*fields, *sorted(others)]
    given = [column for column in OF_AN_ENTRY if column in table.columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*given, *(defused(name) for name in names)])
    for *entry, body in zip(*(table[column].tolist() for column in given), bodies, strict=True):
        writer.writerow([_cell(value) for value in entry] + [_cell(body.get(name)) for name in names])
    return out.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """Text that a spreadsheet leaves alone: an apostrophe before what begins a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def restored(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if DEFUSED.match(text) else text


def _cell(value: Any) -> str:
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return defused(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _separator(kind: Kind, text: str) -> str:
    """A comma; or what spreadsheets of other countries write, where the first line then names more of the columns."""
    line = text.partition("\n")[0]
    known = {*OF_AN_ENTRY, *(word for name in kind.fields for word in kind.called(name))}

    def named(separator: str) -> int:
        return sum(_head(cell) in known for cell in next(csv.reader([line], delimiter=separator), []))

    return max((",", ";", "\t"), key=named)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str] | Fault]]:
    """The lines that are not blank, each with its number in the file; a Fault where reading has to end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            limit = "field limit" in str(error)
            about: dict[str, Value] = {"most": LONGEST_CELL} if limit else {"problem": str(error)}
            yield line, Fault("", "field_limit" if limit else "quotes", about, line)
            return
        # Python's own limit is the process's, and others may have lifted it.
        if any(len(cell) > LONGEST_CELL for cell in cells):
            yield line, Fault("", "field_limit", {"most": LONGEST_CELL}, line)
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _head(cell: str) -> str:
    return cell.strip().lower()


def _columns(kind: Kind, cells: Sequence[str]) -> tuple[list[str], list[Fault]]:
    """Which field each column is, and what is wrong with the first line."""
    known = {word: name for name in kind.fields for word in kind.called(name)} | {each: each for each in OF_AN_ENTRY}
    columns = [known.get(_head(restored(cell)), "") for cell in cells]
    while cells and not cells[-1].strip():  # a spreadsheet's empty columns
        cells, columns = cells[:-1], columns[:-1]
    faults = []
    for place, (cell, name) in enumerate(zip(cells, columns, strict=True)):
        if not name:
            faults.append(
                Fault(
                    cell.strip() or f"column {place + 1}",
                    "unknown_column",
                    {"hint": did_you_mean(_head(cell), known)},
                    1,
                )
            )
        elif name in columns[:place]:
            faults.append(Fault(name, "column_twice", line=1))
    faults += [
        Fault(name, "column_missing", line=1)
        for name, field in kind.fields.items()
        if field.required is True and name not in columns
    ]
    return columns, faults


def _draft(
    kind: Kind, columns: Sequence[str], cells: Sequence[str], figures: Collection[str]
) -> tuple[Draft, list[Fault]]:
    """One line as a draft, and what is wrong with it."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Draft("", {}), [Fault("", "cells", {"given": len(cells), "wanted": len(columns)})]
    given = {name: cell for name, cell in zip(columns, cells, strict=False) if not is_empty(cell)}
    body = {name: _value(field, given[name]) for name, field in kind.fields.items() if name in given}
    faults = check(kind, body, figures)
    if faults:
        return Draft("", body), faults
    entry, named = given.get("id", "").strip(), restored(given.get("subject", ""))
    if entry and not re.fullmatch(r"[1-9]\d{0,17}", entry):
        faults.append(Fault("id", "entry_id", {"given": entry[:40]}))
    about = subject(kind, body)
    if kind.subject != "generated" and named and named != about:
        faults.append(Fault("subject", "other_subject", {"wanted": about, "given": named[:40]}))
    if kind.subject == "generated":
        if entry and not named:
            faults.append(Fault("subject", "no_subject"))
        about = named or about
    return Draft(about, body, int(entry) if entry and not faults else None), faults


def _value(field: Field, cell: str) -> Value:
    """A cell as the field's type has it; as it is where it is none, which `check` then says."""
    text = restored(cell)
    plain = text.strip()
    match field.type:
        case "number":
            if number := NUMBER.fullmatch(plain):
                return int(plain) if not (number[2] or number[3]) and len(number[1]) < 18 else float(plain)
        case "day":
            if day := DAY.fullmatch(plain):
                return f"{day[1]}-{int(day[3] or day[5]):02}-{int(day[4] or day[6]):02}"
        case "truth":
            return next((truth for truth, words in TRUTHS.items() if plain.lower() in words), text)
        case "choice":
            return _option(field.options or {}, plain)
        case "figure" | "link" | "person":
            return plain
    return text


def _option(options: Mapping[str, Any], text: str) -> str:
    for option, label in options.items():
        if text.lower() in (option, in_language(label, "en").lower(), in_language(label, "zh").lower()):
            return option
    return text
