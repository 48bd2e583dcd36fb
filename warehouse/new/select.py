"""A source before it is text: SELECTs of single columns, each with the comments that explain it."""

from dataclasses import dataclass, replace

from warehouse.new.export import Column, Export
from warehouse.quoting import identifier


@dataclass(frozen=True)
class Value:
    """One line of a SELECT; notes are the comments above it."""

    name: str
    sql: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Select:
    """One SELECT: what feeds a table, or one side of a join.

    notes    the comments above it
    where    a condition, or None
    grouped  whether it has a row for all rows that agree in what is not added up
    once     whether rows of an export that agree in every column are one row
    """

    source: "Export | Joined"
    values: tuple[Value, ...]
    notes: tuple[str, ...] = ()
    where: str | None = None
    grouped: bool = False
    once: bool = False


@dataclass(frozen=True)
class Joined:
    """Two SELECTs that share a key: all rows of the left one, or (`whole`) of both."""

    left: Select
    left_name: str
    right: Select
    right_name: str
    key: str
    whole: bool = False


def as_text(value: Value) -> Value:
    """The value as text, so that ids of two exports can be compared whatever their types."""
    return replace(value, sql=f"cast({value.sql} as varchar)")


def as_number(column: Column, sql: str) -> str:
    """A factor or an addend: exact, and missing where it cannot be read."""
    return sql if column.type != "VARCHAR" and sql == identifier(column.name) else f"try_cast({sql} as decimal(18, 4))"
