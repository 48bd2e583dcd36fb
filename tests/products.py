"""Small products for tests: written to a folder, built, asked.

with built({"dimensions": {"platform": "Platform"}}, {"events": [...]}, today=date(2024, 3, 20)) as answers:
    answers.rows("lifecycle/growth", grain="day")
"""

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from config import product as products
from warehouse import build as builder
from warehouse import read

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

# A table without rows still has the columns of the contract.
CONTRACT = {
    "users": ["user_id", "signed_up_at"],
    "events": ["user_id", "event", "occurred_at"],
    "payments": ["user_id", "paid_at", "amount"],
    "campaigns": ["campaign_id", "name", "kind", "starts_on", "ends_on"],
    "exposures": ["campaign_id", "user_id", "arm", "exposed_at"],
    "feedback": ["feedback_id", "received_at"],
    "content": ["content_id", "published_at"],
    "costs": ["day", "channel", "amount"],
    "figures": ["day", "figure", "amount"],
    "groups": ["user_id", "group_name"],
}


def write_product(folder: Path, product: Row, tables: Tables, kind: str = "csv") -> Path:
    """Write product.yml, a data file and a source for each table; give the folder back.

    product  what product.yml says beside (or instead of) a name, UTC and `data: data`
    tables   rows by contract table; a column is the union of the rows' keys, None is a missing value
    kind     csv (everything is text) | parquet (types as Python's)
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "sources").mkdir(exist_ok=True)
    whole = {"product": "Test product", "timezone": "UTC", "data": "data", **product}
    (folder / "product.yml").write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), "utf-8")
    for table, rows in tables.items():
        columns = list(dict.fromkeys([*_needed(table, whole), *(name for row in rows for name in row)]))
        source = _csv(folder, table, columns, rows) if kind == "csv" else _parquet(folder, table, columns, rows)
        listed = ",\n    ".join(f'"{name}"' for name in columns)
        (folder / "sources" / f"{table}.sql").write_text(f"select\n    {listed},\nfrom {source}\n", "utf-8")
    return folder


def _needed(table: str, product: Row) -> list[str]:
    return [*CONTRACT[table], *(product.get("dimensions", {}) if table == "users" else [])]


def _csv(folder: Path, table: str, columns: list[str], rows: Sequence[Row]) -> str:
    with (folder / "data" / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows([_text(row.get(name)) for name in columns] for row in rows)
    types = ", ".join(f"'{name}': 'varchar'" for name in columns)
    return f"read_csv('{table}.csv', header = true, delim = ',', quote = '\"', columns = {{{types}}})"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parquet(folder: Path, table: str, columns: list[str], rows: Sequence[Row]) -> str:
    if not rows:
        cells = pa.table({name: pa.array([], pa.string()) for name in columns})
    else:
        cells = pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows])
    pq.write_table(cells, folder / "data" / f"{table}.parquet")
    return f"'{table}.parquet'"


@dataclass
class Answers:
    """A built product: its queries, and what the build said on the way."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    said: list[str] = field(default_factory=list)

    def ask(self, name: str, **parameters: Any) -> pd.DataFrame:
        """One query's answer as the project gives it (`from_` stands for `from`)."""
        return read.query(self.connection, name, {key.rstrip("_"): value for key, value in parameters.items()})

    def rows(self, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The answer in Python's own values: dates, numbers, None for missing."""
        return _rows(self.ask(name, **parameters))

    def dicts(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """The answer as one dict a row."""
        table = self.ask(name, **parameters)
        return [dict(zip(table.columns, row, strict=True)) for row in _rows(table)]

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Rows of a statement on the warehouse itself, for cubes that no query reads yet."""
        return [tuple(plain(value) for value in row) for row in self.connection.cursor().execute(text).fetchall()]


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = [[plain(value) for value in table[name].tolist()] for name in table.columns]
    return list(zip(*columns, strict=True))


def plain(value: Any) -> Any:
    """A cell as Python's own value; a missing one is None, a midnight is a date."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    return value.date() if isinstance(value, datetime) and value.time() == datetime.min.time() else value


@contextmanager
def opened(folder: Path, out: Path, today: date | None = None) -> Iterator[Answers]:
    """Build the product of a folder into `out` and open it for the length of a `with`."""
    said: list[str] = []
    path = builder.build(products.load(folder), out, today=today, progress=said.append)
    connection = read.connect(path)
    try:
        yield Answers(folder, connection, said)
    finally:
        connection.close()


@contextmanager
def built(product: Row, tables: Tables, today: date | None = None, kind: str = "csv") -> Iterator[Answers]:
    """Write, build and open a small product for the length of a `with`."""
    with tempfile.TemporaryDirectory() as place:
        folder = write_product(Path(place) / "product", product, tables, kind)
        with opened(folder, Path(place) / "out", today) as answers:
            yield answers
