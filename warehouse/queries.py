"""The .sql files: their names, their text, and what their headers promise."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from warehouse.errors import UnknownQuery, WrongParameter

FOLDER = Path(__file__).parent.parent / "queries"
NOT_ASKED = ("build/", "contract/")

_SECTION = re.compile(r"^-- (grain|params|returns|terms)\s+(.*)$")
_ENTRY = re.compile(
    r"^(\$?\w+)\s+((?:varchar|integer|bigint|double|decimal\(\d+,\d+\)|boolean|date|timestamp)(?:\[\])?)\s+(.*)$"
)


@dataclass(frozen=True)
class Field:
    """A parameter or a column: its name, its DuckDB type in lower case, and what it means."""

    name: str
    type: str
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The values allowed where the header lists them ("day | week | month"), else none."""
        listed = self.meaning.split(";")[0].split("|")
        return tuple(choice.strip() for choice in listed) if len(listed) > 1 else ()


@dataclass(frozen=True)
class Header:
    """What a query's first comment says: one line of summary, parameters, result columns."""

    summary: str
    params: tuple[Field, ...]
    returns: tuple[Field, ...]

    def param(self, name: str) -> Field:
        """The parameter of this name; WrongParameter names the nearest one."""
        for field in self.params:
            if field.name == name:
                return field
        known = [field.name for field in self.params]
        raise WrongParameter(f"There is no parameter {name!r}.{nearest(name, known)} {_list(known)}")


def names() -> tuple[str, ...]:
    """The queries that can be asked, sorted; a name is the path below queries/ without .sql."""
    return tuple(name for name in all_names() if not name.startswith(NOT_ASKED))


def askable(name: str) -> Header:
    """The header of a query that can be asked; UnknownQuery names the nearest one."""
    if name not in names():
        raise UnknownQuery(f"There is no query {name!r}.{nearest(name, names())}")
    return header(name)


@cache
def all_names() -> tuple[str, ...]:
    """Every .sql file, those that make tables included."""
    return tuple(sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql")))


@cache
def text(name: str) -> str:
    """The SQL of a .sql file."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def header(name: str) -> Header:
    """The header of a query, read from its first comment."""
    lines = []
    for line in text(name).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line)
    sections: dict[str, list[str]] = {}
    section = ""
    for line in lines[1:]:
        named = _SECTION.match(line)
        if named:
            section = named[1]
            sections.setdefault(section, []).append(named[2])
        elif line != "--":
            sections.setdefault(section, []).append(line.removeprefix("--").strip())
    return Header(
        summary=lines[0].removeprefix("--").strip() if lines else "",
        params=tuple(_fields(sections.get("params", ()), "$")),
        returns=tuple(_fields(sections.get("returns", ()), "")),
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The sentence " Did you mean 'x'?" where one of the known names is close, else nothing."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {found[0]!r}?" if found else ""


def _fields(lines: Iterable[str], sign: str) -> Iterable[Field]:
    for line in lines:
        entry = _ENTRY.match(line)
        if entry and entry[1].startswith(sign):
            yield Field(entry[1].removeprefix("$"), entry[2], entry[3].strip())


def _list(known: list[str]) -> str:
    return f"It takes {', '.join(known)}." if known else "It takes none."
