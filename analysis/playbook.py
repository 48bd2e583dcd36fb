"""Which items of the checklist are done: those a figure proves, those a person ticked, and what is overdue."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from analysis.cards import Series
from analysis.periods import add_months, start_of
from config.playbook import Cadence, Gate, Item, Measured, Section
from config.text import Text, in_language

Proof = Literal["met", "not_met", "no_data"]
Standing = Literal["done", "open", "overdue", "no_data"]

_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")


@dataclass(frozen=True)
class Judgement:
    """What a figure says of its bound.

    value   of the last settled period, in the figure's own unit; missing with no_data
    bound   what it is held against; missing where the product has set no target
    period  first day of that last period; None with no_data
    since   first day of the periods in a row that keep the bound (or do not) up to now
    kept    how many periods in a row keep it, up to now
    reason  why there are no data: no_figure | no_target | no_period | undefined
    """

    proof: Proof
    value: float = np.nan
    bound: float = np.nan
    period: date | None = None
    since: date | None = None
    kept: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Tick:
    """The latest word of a person on an item: done or taken back, on which day of the product's zone, by whom."""

    is_done: bool
    on: date
    author: str
    note: str = ""


@dataclass(frozen=True)
class State:
    """Where an item stands.

    due        the last day for the next tick of a recurring item; None where nothing is due
    judgement  of items that a figure proves
    tick       of items that a person ticks, the latest; None where nobody has
    """

    standing: Standing
    due: date | None = None
    judgement: Judgement | None = None
    tick: Tick | None = None


@dataclass(frozen=True)
class Progress:
    """How far a list is: items done, of how many; those overdue."""

    done: int
    items: int
    overdue: int


def judge(measured: Measured, figures: Series, target: float | None) -> Judgement:
    """Hold a figure against its bound.

    figures  the figure's series by `measured.grain`, ending with what is known now
    target   the product's own for this figure, where the bound is "target"

    Only settled periods count: over, and nobody's window open. Met: the last `periods` of them in a row keep the
    bound. A period in which the figure is undefined keeps nothing.
    """
    asked = measured.at_least if measured.at_least is not None else measured.at_most
    bound = (np.nan if target is None else target) if asked == "target" else float(asked)  # type: ignore[arg-type]
    if measured.figure not in figures.metrics:
        return Judgement("no_data", bound=bound, reason="no_figure")
    row = figures.metrics.index(measured.figure)
    if not figures.has_data[row]:
        return Judgement("no_data", bound=bound, reason="no_figure")
    settled = figures.settled[row]
    value, periods = figures.value[row, settled], figures.periods[settled]
    if not len(value):
        return Judgement("no_data", bound=bound, reason="no_period")
    last = periods[-1].astype("datetime64[D]").item()
    if not np.isfinite(value[-1]):
        return Judgement("no_data", bound=bound, period=last, reason="undefined")
    if not np.isfinite(bound):
        return Judgement("no_data", value=float(value[-1]), period=last, reason="no_target")
    kept = value >= bound if measured.at_least is not None else value <= bound
    known = np.isfinite(value)
    alike = (kept == kept[-1]) & known
    run = len(alike) if alike.all() else int(np.argmin(alike[::-1]))
    in_a_row = run if kept[-1] else 0
    return Judgement(
        proof="met" if in_a_row >= measured.periods else "not_met",
        value=float(value[-1]),
        bound=bound,
        period=last,
        since=periods[-run].astype("datetime64[D]").item(),
        kept=in_a_row,
    )


def states(
    items: Iterable[Item],
    figures: Mapping[str, Series],
    targets: Mapping[str, float | None],
    ticks: Mapping[str, Tick],
    today: date,
    week_start: str = "monday",
) -> dict[str, State]:
    """Where every item stands, by its id.

    figures  by grain: week, month
    targets  the product's own, by figure
    ticks    the latest of each item, by its id
    """
    return {
        item.id: measured_state(judge(item.evidence, figures[item.evidence.grain], targets.get(item.evidence.figure)))
        if isinstance(item.evidence, Measured)
        else ticked_state(item.cadence, ticks.get(item.id), today, week_start)
        for item in items
    }


def measured_state(judgement: Judgement) -> State:
    """Where an item stands that a figure proves: such an item is never overdue, its figure is what it is."""
    standing: dict[Proof, Standing] = {"met": "done", "not_met": "open", "no_data": "no_data"}
    return State(standing[judgement.proof], judgement=judgement)


def ticked_state(cadence: Cadence, tick: Tick | None, today: date, week_start: str = "monday") -> State:
    """Where an item stands that a person ticks.

    A tick of a weekly item holds for its week, of a monthly one for its month, and is due again by the end of the
    next; after that the item is overdue. One that was never ticked, or whose tick was taken back, is open.
    """
    if tick is None or not tick.is_done:
        return State("open", tick=tick)
    if cadence == "once":
        return State("done", tick=tick)
    this = _period(today, cadence, week_start)
    of_tick = _period(tick.on, cadence, week_start)
    due = _after(_after(of_tick, cadence), cadence) - timedelta(days=1)
    if of_tick >= this:
        return State("done", due=due, tick=tick)
    return State("open" if today <= due else "overdue", due=due, tick=tick)


def gate_state(gate: Gate, states: Mapping[str, State], judgement: Judgement | None) -> State:
    """Where a gate stands: as its figure does, or done where all of its items are.

    states  of the stage's items by id
    """
    if judgement is not None:
        return measured_state(judgement)
    standings = [states[item].standing for item in gate.items]
    if all(standing == "done" for standing in standings):
        return State("done")
    return State("no_data" if all(standing in ("done", "no_data") for standing in standings) else "open")


def progress(states: Sequence[State]) -> Progress:
    """How far a list is."""
    standings = [state.standing for state in states]
    return Progress(standings.count("done"), len(standings), standings.count("overdue"))


def ordered(items: Sequence[Item], states: Mapping[str, State]) -> list[Item]:
    """Items as they need somebody: overdue first, then open, without data, and done; each in the book's order."""
    first: tuple[Standing, ...] = ("overdue", "open", "no_data", "done")
    return sorted(items, key=lambda item: first.index(states[item.id].standing))


def unwritten(document: Sequence[Section], text: str) -> list[Section]:
    """The sections of a document that a text in Markdown lacks: no such heading, or nothing under it.

    A heading counts in either language, at any level, whatever its case; the template's own question does not count
    as an answer.
    """
    under: dict[str, str] = {}
    heading = ""
    for line in text.splitlines():
        found = _HEADING.match(line)
        if found:
            heading = found[1].casefold()
        else:
            under[heading] = under.get(heading, "") + line.strip().lstrip(">").strip()
    return [
        section
        for section in document
        if not any(_answered(under.get(name.casefold(), ""), section.asks) for name in _in_both(section.heading))
    ]


def template(title: str, document: Sequence[Section], language: Literal["en", "zh"]) -> str:
    """The empty document in Markdown: a heading a section, its question quoted under it."""
    parts = [
        f"## {in_language(section.heading, language)}\n\n> {in_language(section.asks, language)}\n"
        for section in document
    ]
    return "\n".join([f"# {title}\n", *parts])


def _answered(text: str, asks: Text) -> bool:
    for question in _in_both(asks):
        text = text.replace(question, "")
    return bool(text.strip())


def _in_both(text: Text) -> tuple[str, str]:
    return in_language(text, "en"), in_language(text, "zh")


def _period(day: date, cadence: Cadence, week_start: str) -> date:
    return start_of(day, "week" if cadence == "weekly" else "month", week_start)


def _after(first_day: date, cadence: Cadence) -> date:
    return first_day + timedelta(days=7) if cadence == "weekly" else add_months(first_day, 1)
