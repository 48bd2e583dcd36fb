"""Registers: what people promised and asked for, and what of it is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Standing = Literal["overdue", "open", "closed"]

# The states in which nothing is left to do, of every register.
CLOSED = frozenset({"done", "dropped", "verified", "declined"})
RANK: dict[Standing, int] = {"overdue": 0, "open": 1, "closed": 2}


@dataclass(frozen=True)
class Line:
    """One entry of a register as far as its order asks.

    id         its number in the logbook
    state      the id of its state; None where the register has none
    due        the day it is due; None where it has none
    escalated  whether it was brought to somebody higher
    """

    id: int
    state: str | None
    due: date | None
    escalated: bool = False


def standing(line: Line, today: date) -> Standing:
    """Closed by its state; overdue from the day after it was due; open otherwise."""
    if line.state in CLOSED:
        return "closed"
    return "overdue" if line.due is not None and line.due < today else "open"


def ordered(lines: Iterable[Line], today: date) -> list[Line]:
    """Overdue first, then open, then closed; escalated ones first among them, then by the day due, then the newest."""
    return sorted(
        lines,
        key=lambda line: (
            RANK[standing(line, today)],
            not line.escalated,
            line.due or date.max,
            -line.id,
        ),
    )
