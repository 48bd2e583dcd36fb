"""The warehouse in use, beside the one that is being built: what queries/build/changes.sql compares.

Whatever is wrong with the older file (none there, another product's, another version's, broken) is no fault of this
build: then there is nothing to compare with, and no change is told.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from config.product import Product
from warehouse import queries
from warehouse.quoting import identifier, literal

# The name the older warehouse is attached by; no `attach` of product.yml can have it.
PREVIOUS = "_previous"
# What is kept of each warehouse for the comparison, as staging.<name>_before. The older one is counted here and now:
# DuckDB's hash(), which another version may make otherwise, is so the same on both sides.
COUNTED = ("tallies", "daily_figures")
KEPT = {
    "settings": "select place, value from settings",
    "statements": "select name, digest from statements",
    "folded_values": "select dimension, value, users from folded_values",
    "segment_values": "select segment_id, dimension, value from segment_values",
    "user_segment": "select user_id, segment_id, acquired_on, is_listed from user_segment",
    **{name: queries.text(f"build/{name}") for name in COUNTED},
}
# Steps that look at figures and make none.
DECIDES_NOTHING = frozenset({"build/changes", "build/checks", "build/daily_figures", "build/tallies"})


@dataclass(frozen=True)
class Before:
    """The older warehouse: its build, the first day it did not cover, the zone of its days; None: there is none."""

    build_id: str | None = None
    data_until: date | None = None
    timezone: str | None = None


def set_beside(connection: duckdb.DuckDBPyConnection, path: Path | None, product: str) -> Before:
    """Copy what is compared of an older warehouse to staging.<name>_before; empty tables where it cannot be read."""
    ((own,),) = connection.execute("select current_database()").fetchall()
    if path is not None:
        try:
            connection.execute(f"attach {literal(str(path))} as {PREVIOUS} (read_only)")
            connection.execute(f"use {PREVIOUS}")
            found = connection.execute(
                "select build_id, data_until, timezone from build where product = $product", {"product": product}
            ).fetchone()
            if found:
                _copy(connection, "true")
                return Before(*found)
        except duckdb.Error:
            pass
        finally:
            connection.execute(f"use {identifier(own)}")
            connection.execute(f"detach database if exists {PREVIOUS}")
    _copy(connection, "false")
    return Before()


def _copy(connection: duckdb.DuckDBPyConnection, condition: str) -> None:
    for name, sql in KEPT.items():
        connection.execute(
            f"create or replace table staging.{name}_before as select kept.* from ({sql}\n) as kept where {condition}"
        )


def statements(product: Product) -> list[tuple[str, str]]:
    """Every SQL that decides a figure, ours and the product's sources, with a digest of it without its comments."""
    texts = {
        name: queries.text(name)
        for name in queries.all_names()
        if name.startswith("build/") and name not in DECIDES_NOTHING
    }
    for path in sorted((product.folder / "sources").glob("*.sql")):
        texts[f"sources/{path.stem}"] = path.read_text(encoding="utf-8-sig")
    return [(name, _digest(text)) for name, text in texts.items()]


def _digest(text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--"))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
