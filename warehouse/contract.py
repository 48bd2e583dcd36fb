"""The tables a product may bring, read from the .sql files in queries/contract."""

from dataclasses import dataclass
from functools import cache

import duckdb

from warehouse import queries

NAMES = (
    "users",
    "events",
    "payments",
    "campaigns",
    "exposures",
    "feedback",
    "content",
    "costs",
    "figures",
    "groups",
)

MAY_LIE_AHEAD = frozenset({"campaigns"})


@dataclass(frozen=True)
class Column:
    """One column: `needed` in every row, `optional` in the source, `allowed` a condition in SQL or None."""

    name: str
    type: str
    needed: bool = False
    optional: bool = False
    allowed: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: its columns, the key whose first row wins, and the tables its columns point to."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: dict[str, str]

    @property
    def may_lie_ahead(self) -> bool:
        """Whether its days may be later than the day of the build."""
        return self.name in MAY_LIE_AHEAD


@cache
def tables() -> dict[str, Table]:
    """Every contract table by name, in the order they are read: what is referred to comes first."""
    with duckdb.connect() as catalogue:
        for name in NAMES:
            catalogue.execute(queries.text(f"contract/{name}"))
        return {name: _table(catalogue, name) for name in NAMES}


def _table(catalogue: duckdb.DuckDBPyConnection, name: str) -> Table:
    constraints = catalogue.execute(
        "select constraint_type, constraint_column_names, expression, referenced_table"
        " from duckdb_constraints() where table_name = $name",
        {"name": name},
    ).fetchall()
    allowed = {columns[0]: condition for kind, columns, condition, _ in constraints if kind == "CHECK"}
    rows = catalogue.execute(
        "select column_name, data_type, is_nullable, column_default is not null"
        " from duckdb_columns() where table_name = $name order by column_index",
        {"name": name},
    ).fetchall()
    return Table(
        name=name,
        columns=tuple(
            Column(column, type_, not nullable, optional, allowed.get(column))
            for column, type_, nullable, optional in rows
        ),
        key=next((tuple(columns) for kind, columns, _, _ in constraints if kind in ("PRIMARY KEY", "UNIQUE")), ()),
        references={columns[0]: table for kind, columns, _, table in constraints if kind == "FOREIGN KEY"},
    )
