"""What a person wrote: an entry, what is to become one, and the table they stand in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

Body = Mapping[str, object]

# The numbered files in schema/ make it; this is what queries are composed from.
TABLE = sa.Table(
    "entries",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text),  # ISO 8601, UTC, microseconds: the same text in every database, and it sorts
    sa.Column("author", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("body", sa.Text),  # JSON, an object
    sa.Column("replaces", sa.BigInteger),
)


@dataclass(frozen=True)
class Entry:
    """One entry as it was accepted; `at` is in UTC, `replaces` is None for the first of its subject."""

    id: int
    at: datetime
    author: str
    kind: str
    subject: str
    body: Body
    replaces: int | None


@dataclass(frozen=True)
class Draft:
    """What is to become an entry.

    replaces  the id of the subject's newest entry, as its writer last saw it; None for a subject's first entry
    """

    subject: str
    body: Body
    replaces: int | None = None
