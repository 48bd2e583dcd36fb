"""importing.yml: the names by which a team's exports and their columns are known."""

import re
import unicodedata
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Strict

import config
from config.kinds import Currency, Dimension, Filled, Name
from config.reading import Model, read
from config.text import Text

_BRACKETS = re.compile(r"[(\[{【（].*?[)\]}】）]")
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def plain(name: str) -> str:
    """A header, or a file's name, as it is compared: small letters, one underscore between words, no brackets.

    "CustomerID", "customer-id" and "Customer ID (new)" are all customer_id. It may be empty: "???" has no word.
    """
    text = unicodedata.normalize("NFKC", name)
    outside = _BRACKETS.sub(" ", text)
    text = _WORD_BEGINS.sub("_", outside if outside.strip() else text)
    return re.sub(r"[\W_]+", "_", text.casefold()).strip("_")


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(name) for name in names))


Names = Annotated[tuple[Filled, ...], Strict(False), AfterValidator(_plain)]
Signs = Annotated[tuple[Filled, ...], Strict(False)]


def place(header: str, names: tuple[str, ...]) -> int | None:
    """How far behind in the list the header's name stands, 0 for the first; None for one that is not in it.

    A Chinese name is also found at the end of a longer header, after all that are there word for word.
    """
    word = plain(header)
    if word in names:
        return names.index(word)
    endings = [at for at, name in enumerate(names) if not name.isascii() and len(name) > 1 and word.endswith(name)]
    return len(names) + endings[0] if endings else None


class Person(Model):
    """A person's id: `strong` names say so anywhere, `weak` ones where no row repeats them."""

    strong: Names
    weak: Names


class Table(Model):
    """What the files of a contract table are called, and its columns."""

    files: Names
    columns: dict[Name, Names]


class KnownDimension(Model):
    """What people are told apart by in many products."""

    label: Text
    names: Names


class Importing(Model):
    """importing.yml, key for key."""

    person: Person
    moment: Names
    campaign: Names
    tables: dict[Name, Table]
    unit_price: Names
    quantity: Names
    order: Names
    responses: dict[Name, Names]
    arm: Filled
    dimensions: dict[Dimension, KnownDimension]
    private: Names
    currencies: dict[Currency, Signs]


@cache
def load() -> Importing:
    """The names as shipped; ConfigError with every fault of the file."""
    return read(config.SHIPPED / "importing.yml", Importing)
