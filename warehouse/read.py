"""Read the warehouse in use: locked down, read-only, values as parameters only."""

import os
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from config.product import Product
from config.text import in_language
from warehouse import publish, queries
from warehouse.errors import NoWarehouse, OtherProduct, QueryFailed, WrongParameter

Value = str | int | float | date | tuple[int, ...] | tuple[str, ...] | None

current = publish.current
failure = publish.failure


def folder() -> Path:
    """Where warehouses are published: ALMANAC_WAREHOUSE, or data/ beside the code."""
    named = os.environ.get("ALMANAC_WAREHOUSE")
    return Path(named) if named else Path(__file__).parent.parent / "data"


def in_use(product: Product, out: Path) -> Path:
    """The warehouse in use in this folder, which must have been built for this product.

    raises  NoWarehouse, QueryFailed; OtherProduct where its product has another name (its English one counts: the
            product's folder may be called differently on the machine that built)
    """
    path = current(out)
    found, wanted = _product(path.resolve()), in_language(product.product, "en")
    if found != wanted:
        raise OtherProduct(
            f"The warehouse in {out} was built for {found!r}, and the product folder in use is that of {wanted!r}. "
            "Build with `python -m warehouse build`, or name the folder of this product's warehouse with "
            "ALMANAC_WAREHOUSE."
        )
    return path


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a warehouse so that SQL can read it and nothing else: no files, no settings, no writing."""
    try:
        return duckdb.connect(
            str(path),
            read_only=True,
            config={
                "enable_external_access": "false",
                "lock_configuration": "true",
                # Sums by figure and period fit into an array of 2^16 cells: half the time of a hash table.
                "perfect_ht_threshold": "16",
            },
        )
    except duckdb.Error as error:
        raise NoWarehouse(
            f"{path.name} cannot be opened ({_first_line(error)}). Build again: `python -m warehouse build`."
        ) from error


def query(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Value] | None = None
) -> pd.DataFrame:
    """Ask a query by name; a parameter that is not given is null.

    returns  the columns that the query's header lists
    raises   UnknownQuery, WrongParameter, QueryFailed
    """
    with _asked(connection, name, parameters or {}) as answer:
        return answer.df()


def rows(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Value] | None = None
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Ask a query by name, for plain Python values: the column names and the rows."""
    with _asked(connection, name, parameters or {}) as answer:
        return [column[0] for column in answer.description], answer.fetchall()


def refuse_unknown(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> None:
    """Raise WrongParameter for a dimension, definition or funnel that this product does not have."""
    for parameter, sql in (
        ("dimension", "select distinct dimension from segment_values order by dimension"),
        ("definition", "select definition from definitions order by position"),
        ("funnel", "select funnel from funnels order by position"),
    ):
        value = parameters.get(parameter)
        if value is None:
            continue
        known = [str(name) for (name,) in connection.cursor().execute(sql).fetchall()]
        if value not in known:
            raise WrongParameter(
                f"There is no {parameter} {value!r}.{queries.nearest(str(value), known)} "
                f"There is {', '.join(known) or 'none'}."
            )


@lru_cache(maxsize=8)
def _product(path: Path) -> str:
    """The name a warehouse bears; a published file never changes."""
    with connect(path) as connection:
        columns, [row] = rows(connection, "data/build")
    return str(dict(zip(columns, row, strict=True))["product"])


def _asked(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Value]
) -> duckdb.DuckDBPyConnection:
    header = queries.askable(name)
    for given, value in parameters.items():
        choices = header.param(given).choices
        if choices and value is not None and value not in choices:
            raise WrongParameter(f"{given} is {' or '.join(choices)}, not {value!r}.")
    bound = {field.name: _plain(parameters.get(field.name)) for field in header.params}
    cursor = connection.cursor()
    try:
        return cursor.execute(queries.text(name), bound)
    except duckdb.Error as error:
        raise QueryFailed(
            f"The query {name} failed ({_first_line(error)}). The warehouse may be of another version: "
            "build again with `python -m warehouse build`."
        ) from error


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
