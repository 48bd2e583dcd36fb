"""What a report says: the same sections that the pages draw, of a day, a week, a month or chosen days."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis import cards as analysis
from analysis.cards import Card
from analysis.periods import Grain, Span, add_months, start_of
from components import (
    closing,
    data,
    elsewhere,
    figures,
    filters,
    notes,
    registers,
    review,
    stages,
    targets,
    weekly,
    words,
    writing,
)
from components.data import read
from components.document import Block, Document, Grid, Section, Words
from components.filters import Chosen
from components.review import WEEK
from components.tables import Cell
from components.words import say
from config.metrics import Metric

SPANS = ("day", "week", "month", "period")
DAY = timedelta(days=1)


def span_of(kind: str, of: date | None, until: date) -> Span:
    """The days of a report: the day, week or month that holds `of`, or else the last complete one before `until`.

    raises  ValueError where it is not over by then
    """
    grain: Grain = "day" if kind == "day" else "week" if kind == "week" else "month"
    week_start = data.build().week_start
    first = start_of(of, grain, week_start) if of else _before(start_of(until, grain, week_start), grain)
    span = Span(first, _after(first, grain))
    if span.until > until:
        last = until - DAY
        raise ValueError(f"{span.last} is not covered: the data end on {last}. Name an earlier {kind}.")
    return span


def week(first: date, chosen: Chosen) -> Document:
    """The weekly review as a report."""
    found = review.of(first, chosen)
    sections = [
        review.said(found),
        closing.restated(found),
        review.unusual(found),
        review.watched(found),
        review.quiet(found),
        review.campaigns(found),
        weekly.checklist(found),
    ]
    return Document(
        question=say("weekly.question"),
        answer=review.answer(found),
        also=weekly.stage_line(found.stage),
        scope=notes.scope_in_words(found.chosen),
        sections=sections,
        terms=[*weekly.definitions().items(), *_terms(found.figures)],
        facts=_facts(found.chosen, len(found.found)),
        caveats=notes.lags(),
        missing=missing(found.figures, closed=closing.closed(first) is not None),
    )


def days(chosen: Chosen) -> Document:
    """Every headline figure of a day, a month or chosen days: the last settled period of them, and its change."""
    shown = targets.applied(elsewhere.metrics())
    counts = elsewhere.counts(**chosen.with_history, grain=chosen.grain, segments=chosen.segments)
    series = elsewhere.series(counts, shown, chosen)
    found = analysis.cards(series, chosen.grain, chosen.span.from_, chosen.span.until)
    rows = [(words.text(shown[card.metric].label), _cells(card, shown[card.metric], chosen)) for card in found]
    columns = [say(f"report.column.{name}") for name in ("period", "value", "change", "target")]
    exact = pd.DataFrame(
        [
            {"figure": card.metric, "period": card.period, "value": card.value}
            | {"numerator": card.numerator, "denominator": card.denominator, "pending": card.pending}
            for card in found
        ]
    )
    moved = analysis.moved(found)
    lines = [
        say("report.moved", name=words.text(shown[card.metric].label), change=_change(card, shown[card.metric], place))
        for card, place in moved
    ]
    unusual: list[Block] = [Words(line) for line in lines] or [Words(say("report.nothing_moved"), is_quiet=True)]
    return Document(
        question=say("overview.question"),
        answer=say("report.answer", count=len(moved), days=notes.scope_in_words(chosen)[0]),
        also=weekly.stage_line(stages.whole()),
        scope=notes.scope_in_words(chosen),
        sections=[
            Section("moved", say("report.moved_title"), "", unusual),
            Section(
                "figures",
                say("report.figures"),
                say("report.figures_about"),
                [Grid(say("data.column.figure"), columns, rows, exact)],
            ),
        ],
        terms=_terms(shown),
        facts=_facts(chosen, len(counts)),
        caveats=notes.lags(),
        missing=missing(shown),
    )


def missing(shown: dict[str, Metric], *, closed: bool = True) -> list[str]:
    """What people still owe: a week to close, owners, targets, figures of promises, what is overdue, lessons."""
    lines = [] if closed else [say("report.owed.week")]
    for name in ("owner", "target"):
        without = [words.text(metric.label) for metric in shown.values() if getattr(metric, name) is None]
        if without:
            lines.append(say(f"report.owed.{name}", count=len(without), names=words.listed(without)))
    for entry in writing.latest("commitment"):
        if entry.text("state") == "open" and not entry.text("figure"):
            lines.append(say("report.owed.figure", text=entry.text("text"), owner=entry.text("owner")))
    for name, title in (("commitments", "text"), ("demands", "title")):
        late = [entry for entry in registers.listed(registers.REGISTERS[name]) if registers.is_overdue(entry)]
        lines += [say("report.owed.overdue", text=each.text(title), owner=each.text("owner")) for each in late]
    return lines + _without_lesson()


def _without_lesson() -> list[str]:
    """Campaigns that are over to the last person, and of which nobody wrote down what was learnt."""
    listed = read("campaigns/list")
    learnt = {entry.text("campaign") for entry in registers.listed(registers.REGISTERS["lessons"])}
    over = listed[listed["state"].eq("final") & ~listed["campaign_id"].isin(learnt)]
    names = over["name"].tolist()
    return [say("report.owed.lesson", count=len(names), names=words.listed(names))] if names else []


def everybody(span: Span, grain: Grain) -> Chosen:
    """The filters of a report: nobody is left out, the days before are compared with."""
    before = Span(_back(span), span.from_)
    return filters.everybody(data.build(), span, grain, before)


def _back(span: Span) -> date:
    return span.from_ - timedelta(days=span.days)


def _cells(card: Card, metric: Metric, chosen: Chosen) -> Sequence[Cell]:
    language = words.language()
    if card.period is None:
        reason = say("report.no_data") if not card.has_data else say("report.not_settled")
        return [Cell(figures.DASH), Cell(figures.DASH, reason), Cell(figures.DASH), Cell(figures.DASH)]
    value = figures.exact(card.value, metric.unit, language, chosen.currency)
    hover, aim = "", figures.DASH
    if np.isfinite(card.denominator):
        above = figures.exact(card.numerator, "people", language)
        hover = say("table.of", figure=value, above=above, below=figures.count(card.denominator, language))
    if metric.target is not None:
        aim = figures.short(metric.target, metric.unit, language, chosen.currency)
    return [
        Cell(figures.period(card.period, chosen.grain, language)),
        Cell(value, hover),
        Cell(_change(card, metric, 0)),
        Cell(aim),
    ]


def _change(card: Card, metric: Metric, place: int) -> str:
    change = card.changes[place]
    if change.kind == "none":
        return figures.DASH
    if change.kind == "new":
        return say("report.new")
    return figures.difference(change.size, "rate" if change.kind == "points" else "people", words.language())


def _terms(shown: dict[str, Metric]) -> list[tuple[str, str]]:
    return [(words.text(metric.label), words.text(metric.definition)) for metric in shown.values()]


def _facts(chosen: Chosen, rows: int) -> list[str]:
    return [notes.facts(data.build(), chosen, rows)]


def _before(first: date, grain: Grain) -> date:
    return add_months(first, -1) if grain == "month" else first - (WEEK if grain == "week" else DAY)


def _after(first: date, grain: Grain) -> date:
    return add_months(first, 1) if grain == "month" else first + (WEEK if grain == "week" else DAY)
