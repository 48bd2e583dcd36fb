"""Workbooks of Excel: their sheets as rows of text, with exact numbers and ISO days and times."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from warehouse.new import headers
from warehouse.new.delimited import Unreadable

# Excel keeps 15 digits of a number; a longer id has lost its last ones.
_EXACT = 10**15

_CELL_OF_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+[0-9]+)"')
_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\b\w+:id="([^"]*)"')
_TARGET = re.compile(r"<Relationship\b[^>]*>")


@dataclass(frozen=True)
class Sheet:
    """One sheet that holds something.

    names  one a column
    rows   data rows, as wide as the names; "" where a cell is empty
    """

    name: str
    names: tuple[str, ...]
    rows: list[list[str]]
    notes: tuple[str, ...]


def read(path: Path, only: str | None = None) -> tuple[Sheet, ...]:
    """The sheets that hold anything, in the workbook's order; or the one of this name.

    Raises Unreadable, and OSError.
    """
    with _opened(path) as book:
        errors = _errors(path)
        found = []
        for about in book.sheets_metadata:
            if only is not None and about.name != only:
                continue
            try:
                sheet = book.get_sheet_by_name(about.name)
            except CalamineError:
                # A sheet of charts has no cells.
                continue
            read_ = _sheet(sheet, errors.get(about.name, []), about.visible != SheetVisibleEnum.Visible)
            if read_ is not None:
                found.append(read_)
    if only is not None and not found:
        raise Unreadable(f"it has no sheet “{only}” any more, or that sheet is empty. Put it back")
    if not found:
        raise Unreadable("no sheet of it holds anything. Export it again, or take it out of the folder")
    return tuple(found)


@contextmanager
def _opened(path: Path) -> Iterator[CalamineWorkbook]:
    with open(path, "rb") as stream:
        try:
            book = CalamineWorkbook.from_filelike(stream)
        except PasswordError as error:
            raise Unreadable("it is protected by a password. Save it without one") from error
        except CalamineError as error:
            start = path.read_bytes()[:4_000_000]
            if "EncryptedPackage".encode("utf-16-le") in start:
                raise Unreadable("it is protected by a password. Save it without one") from error
            raise Unreadable(f"the workbook is damaged ({error}). Save it again as .xlsx or CSV") from error
        try:
            yield book
        except CalamineError as error:
            raise Unreadable(f"the workbook is damaged ({error}). Save it again as .xlsx or CSV") from error
        finally:
            book.close()


def _sheet(sheet: CalamineSheet, errors: list[str], is_hidden: bool) -> Sheet | None:
    notes = ["The sheet is hidden in the workbook."] if is_hidden else []
    cells = sheet.to_python(skip_empty_area=False)
    notes += _filled_down(cells, sheet.merged_cell_ranges or [])
    rounded = sum(isinstance(cell, float) and abs(cell) >= _EXACT for row in cells for cell in row)
    rows = [[_text(cell) for cell in row] for row in cells]
    if not any(any(row) for row in rows):
        return None
    # Blank rows are gone before the header is sought: it stands under any number of them.
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    texts = [row for _, row in numbered]
    at = headers.place(texts)
    has_header = not headers.is_missing(texts, at)
    below = texts[at + 1 :] if has_header else texts[at:]
    top = texts[at] if has_header else []
    width = max(len(row) for row in texts)
    kept = [
        index
        for index in range(width)
        if (index < len(top) and top[index].strip()) or any(row[index].strip() for row in below)
    ]
    cells_above = [top[index] for index in kept] if has_header else []
    names = headers.names(cells_above, len(kept))
    if at:
        notes.append(f"The header was taken from row {numbered[at][0]:,}; {at} above it were passed over.")
    if not has_header:
        notes.append(f"There is no header: row {numbered[at][0]:,} is data, and columns are called {names[0]}, … .")
    notes += headers.notes(cells_above, names) if has_header else []
    if errors:
        notes.append(
            f"{len(errors):,} cells hold an error such as #REF! and are taken for empty, the first in {errors[0]}."
        )
    if rounded:
        notes.append(
            f"{rounded:,} cells hold a number of more than 15 digits, of which Excel keeps 15: ids among them are "
            "wrong in the last digits. Export them as text."
        )
    return Sheet(sheet.name, names, [[row[index] for index in kept] for row in below], tuple(notes))


def _filled_down(cells: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[str]:
    """Put the value of merged cells, which only their first one has, into all of them that are side by side in rows."""
    done = 0
    for (top, left), (bottom, right) in merged:
        if bottom > top and bottom < len(cells) and right < len(cells[top]):
            for row in range(top, bottom + 1):
                cells[row][left] = cells[top][left]
            done += 1
    if not done:
        return []
    return [f"{done:,} merged cells go over several rows: each of these rows was given their value."]


def _text(cell: object) -> str:
    """A cell as text: whole numbers without a point, days and times in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        # Excel counts in days: a time is off by microseconds.
        near = cell + timedelta(microseconds=500)
        return near.replace(microsecond=near.microsecond // 1000 * 1000).isoformat(" ").removesuffix("000")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _errors(path: Path) -> dict[str, list[str]]:
    """The cells of each sheet that hold an error, which the reader of workbooks gives as empty; .xlsx only."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as book:
        try:
            listed = book.read("xl/workbook.xml").decode("utf-8", "replace")
            relations = book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return {}
        targets = {}
        for relation in _TARGET.findall(relations):
            named = dict(re.findall(r'\b(Id|Target)="([^"]*)"', relation))
            targets[named.get("Id", "")] = "xl/" + named.get("Target", "").removeprefix("/xl/")
        found: dict[str, list[str]] = {}
        for name, identity in _SHEET.findall(listed):
            if targets.get(identity) in book.namelist():
                cells = _CELL_OF_ERROR.findall(book.read(targets[identity]))
                found[unescape(name)] = [cell.decode() for cell in cells]
        return found
