"""Which row of a table names its columns, and how the columns are called."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

LOOKED_AT = 200
_TITLES = 30

_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+(e[+-]?\d+)?%?", re.IGNORECASE)
_TIME = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T].*)?")
_MAIL = re.compile(r"\S+@\S+\.\S+")


def place(rows: Sequence[Sequence[str]]) -> int:
    """The index of the header among the first rows; titles, blank rows and comments may stand above it.

    A header fills about as many cells as the fullest row, and more than its first one.
    """
    filled = [_filled(row) for row in rows[:LOOKED_AT]]
    if not any(filled):
        return 0
    fullest = max(filled)
    ((width, _),) = Counter(len(row) for row, count in zip(rows, filled, strict=False) if count).most_common(1)
    for index, (row, count) in enumerate(zip(rows[:_TITLES], filled, strict=False)):
        is_title = fullest > 1 and count == 1 and row[0].strip() != ""
        is_comment = row[:1] != [] and row[0].startswith("#") and len(row) != width
        if 2 * count >= fullest and not is_title and not is_comment:
            return index
    return next(index for index, count in enumerate(filled) if count)


def is_missing(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether the row where a header should be is a row of data: it looks like those below it."""
    below = [row for row in rows[at + 1 : at + 50] if _filled(row)]
    if not below:
        return False
    alike = False
    for index, cell in enumerate(rows[at]):
        looks = _looks(cell)
        under = Counter(_looks(row[index]) for row in below if index < len(row) and row[index].strip())
        if not under or not cell.strip():
            continue
        ((usual, _),) = under.most_common(1)
        if usual != "text" and looks == "text":
            return False
        alike = alike or (usual != "text" and looks == usual)
    return alike


def names(cells: Iterable[str], width: int) -> tuple[str, ...]:
    """A name a column, no two alike: "_2" behind the second of two equal ones, "column3" where there is none."""
    given = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    given += [""] * (width - len(given))
    taken = {name.casefold() for name in given}
    seen: set[str] = set()
    result = []
    for number, name in enumerate(given, start=1):
        found = name or f"column{number}"
        turn = 2
        while found.casefold() in seen or (found != name and found.casefold() in taken):
            found = f"{name or f'column{number}'}_{turn}"
            turn += 1
        seen.add(found.casefold())
        result.append(found)
    return tuple(result)


def notes(cells: Sequence[str], given: Sequence[str]) -> list[str]:
    """What a person should know of the names: which were made up."""
    said = []
    nameless = [name for cell, name in zip([*cells, *[""] * len(given)], given, strict=False) if not cell.strip()]
    if nameless:
        said.append(f"The header is blank over {_listed(nameless)}: this name was made up.")
    plain = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    repeated = [name for cell, name in zip(plain, given, strict=False) if cell and name != cell]
    if repeated:
        said.append(f"The header repeats names; the later ones are called {_listed(repeated)}.")
    return said


def _listed(found: Sequence[str]) -> str:
    shown = ", ".join(found[:5])
    return shown if len(found) <= 5 else f"{shown} and {len(found) - 5:,} more"


def _filled(row: Sequence[str]) -> int:
    return sum(cell.strip() != "" for cell in row)


def _looks(cell: str) -> str:
    text = cell.strip()
    for name, form in (("number", _NUMBER), ("time", _TIME), ("mail", _MAIL)):
        if form.fullmatch(text):
            return name
    return "text"
