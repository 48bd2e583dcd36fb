"""The cards of Overview: a figure each, a row a family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import streamlit as st

from analysis import cards as analysis
from analysis.cards import Card, Change, Month, Series
from components import charts, elsewhere, figures, filters, journal, sparklines, words
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.words import say
from config.metrics import Elsewhere, Metric
from warehouse import queries

# What a product must bring before a figure can be counted; anything else needs events.
NEEDS = {
    "payers": "payments",
    "paying_rate": "payments",
    "revenue": "payments",
    "orders_per_payer": "payments",
    "revenue_per_order": "payments",
    "activation": "activation",
    "invited_users": "invited_by",
    "invites_per_active": "invited_by",
    "hollow_share": "reward_events",
}
BROKEN_DOWN = ("new_users", "active_users", "activation", "retention_day_7", "paying_rate", "revenue")
HEADLINE = "active_users"
FAMILIES = ("reach", "activation", "retention", "money", "quality")
# A share of fewer people than this says on its card of how many it is.
FEW = 100


@dataclass(frozen=True)
class Beside:
    """What stands in grey beside the chosen figures: the comparison's, and everyone's where asked for."""

    before: Series
    everyone: Series | None
    everyone_now: Mapping[str, Card]


def beside(before: Series, everyone: Series | None, chosen: Chosen) -> Beside:
    """The comparison's figures and everyone's (None where not asked for), for the cards."""
    if everyone is None:
        return Beside(before, None, {})
    found = analysis.cards(everyone, chosen.grain, chosen.span.from_, chosen.span.until)
    return Beside(before, everyone, {card.metric: card for card in found})


def periods(found: Sequence[Card]) -> dict[str, date]:
    """Each figure's own period, as its card shows it; figures that have none yet are left out."""
    shown = {card.metric: card.period or card.open_period for card in found}
    return {metric: period for metric, period in shown.items() if period is not None}


def pick(periods: Mapping[str, date], metrics: Mapping[str, Metric], chosen: Chosen) -> dict[str, date]:
    """Which of the figures to break down; the address bar keeps the choice."""
    there = [name for name in elsewhere.with_values(metrics, chosen) if name in periods]
    options = {name: words.text(metrics[name].label) for name in there}
    picked = filters.several("figures", say("overview.figures"), options, say("overview.figures_usual"))
    usual = [name for name in there if name in BROKEN_DOWN or isinstance(metrics[name], Elsewhere)] or there[:6]
    return {name: periods[name] for name in picked or usual}


def answer(found: Sequence[Card], metrics: Mapping[str, Metric], chosen: Chosen) -> tuple[str, str]:
    """How the product is doing, in a sentence; in others, whether that is usual and which figures moved more."""
    card = next((each for each in found if each.metric == HEADLINE and each.has_data), None) or next(
        each for each in found if each.has_data
    )
    language, metric = words.language(), metrics[card.metric]
    headline = analysis.headline(card, chosen.grain)
    value = figures.short(_shown(card), metric.unit, language, chosen.currency)
    also = []
    usual = analysis.how_usual(card, chosen.grain)
    if usual is not None:
        also.append(words.sentence(usual))
    names = [
        say(
            "overview.moved_up" if each.changes[at].size > 0 else "overview.moved_down",
            name=words.text(metrics[each.metric].label),
            against=_against(at, chosen),
        )
        for each, at in analysis.moved(found)
    ]
    also.append(say("overview.moved", names=words.listed(names)) if names else say("overview.moved_none"))
    return words.sentence(headline, name=words.text(metric.label), value=value), words.sentences(also)


def families(
    found: Sequence[Card],
    now: Series,
    months: Mapping[str, Month],
    beside: Beside,
    metrics: Mapping[str, Metric],
    chosen: Chosen,
) -> None:
    """The cards, family after family in one grid; figures without data are named where their family ends."""
    on_axis = now.periods >= np.datetime64(chosen.span.from_)
    noted = journal.marks(now.periods[on_axis], chosen)
    grid = st.grid("auto", min_column_width=152, gap="small", border=True, key="cards")
    for family in FAMILIES:
        missing = []
        for row, card in enumerate(found):
            metric = metrics[card.metric]
            if metric.family != family:
                continue
            if not card.has_data:
                missing.append(card.metric)
                continue
            line = sparklines.table(
                now, row, on_axis, metric, beside.before, chosen.missing_before, beside.everyone, noted
            )
            # A figure that cannot be filtered is drawn for everyone alone.
            told = beside.everyone if beside.everyone and elsewhere.is_withheld(metric, chosen) else now
            its_axis = told.periods >= np.datetime64(chosen.span.from_)
            spoken = sparklines.spoken(told, row, its_axis, metric, chosen.currency)
            with grid.cell():
                _draw(card, line, spoken, months.get(card.metric), beside, metric, chosen)
        if missing:
            with grid.cell(column_span="all"):
                _missing(family, missing, metrics, chosen)


def _draw(
    card: Card,
    line: pa.Table,
    spoken: str,
    month: Month | None,
    beside: Beside,
    metric: Metric,
    chosen: Chosen,
) -> None:
    draw(_text(card, month, beside, metric, chosen))
    if line.num_rows:
        charts.draw(charts.sparkline(metric.unit), line, spoken)
    proof = st.popover(say("card.proof"), key=f"proof_{card.metric}", on_change="rerun", type="tertiary")
    if proof.open:
        with proof:
            _proof(card, metric, chosen)


def _text(card: Card, month: Month | None, beside: Beside, metric: Metric, chosen: Chosen) -> Html:
    """Name, value, of when, changes, everyone's, the month: one piece of HTML a card."""
    language, currency = words.language(), chosen.currency
    value = figures.short(_shown(card), metric.unit, language, currency)
    hover = _made_of(card, metric, currency)
    if card.period is None:
        when = say("card.not_yet")
        hover = say("card.not_yet_why")
        if card.open_period is not None:
            when = say("card.so_far", when=figures.period(card.open_period, chosen.grain, language))
    else:
        when = figures.period(card.period, chosen.grain, language)
        if not np.isfinite(card.value):
            hover = say("card.undefined_why")
    if elsewhere.is_withheld(metric, chosen):
        hover = say("elsewhere.withheld_why")
    parts = [
        html(
            '<div class="family">{family}{elsewhere}</div><div class="name" title="{definition}">{name}</div>'
            '<div class="value {tone}" title="{hover}">{value}</div><div class="when">{when}{few}{pending}</div>',
            family=say(f"family.{metric.family}"),
            elsewhere=_made(metric),
            definition=words.text(metric.definition),
            name=words.text(metric.label),
            tone="open" if card.period is None else "",
            hover=hover,
            value=value,
            when=when,
            few=_few(card, metric),
            pending=_pending(card),
        )
    ]
    if elsewhere.is_withheld(metric, chosen):
        parts.append(html('<div class="change">{text}</div>', text=say("elsewhere.withheld")))
    elif card.period is not None:
        parts += [_change(change, at, metric, chosen) for at, change in enumerate(card.changes)]
    if beside.everyone is not None:
        parts.append(_everyone(card, beside.everyone_now[card.metric], metric, chosen))
    parts.append(elsewhere.beside(card, metric, chosen))
    if month is not None:
        parts += _month(month, metric, chosen)
    return html('<div class="card">{parts}</div>', parts=join(parts))


def _shown(card: Card) -> float:
    return card.so_far if card.period is None else card.value


def _made_of(card: Card, metric: Metric, currency: str | None) -> str:
    """The exact figure; of a quotient what it was made of, and of a share of people its interval."""
    language = words.language()
    figure = figures.exact(card.value, metric.unit, language, currency)
    if not np.isfinite(card.denominator):
        return figure
    above, below = figures.exact(card.numerator, "orders", language), figures.count(card.denominator, language)
    parts = [say("card.made_of", figure=figure, above=above, below=below)]
    low, high = analysis.interval(card, metric.unit)
    if np.isfinite(low):
        parts.append(say("card.interval", low=low, high=high))
    return words.sentences(parts)


def _made(metric: Metric) -> Html:
    """The mark of a figure made elsewhere."""
    if not isinstance(metric, Elsewhere):
        return Html("")
    return html(' · <span title="{why}">{mark}</span>', why=say("elsewhere.mark_why"), mark=say("elsewhere.mark"))


def _few(card: Card, metric: Metric) -> Html:
    if not (0 < card.denominator < FEW and np.isfinite(analysis.interval(card, metric.unit)).all()):
        return Html("")
    return html(' · <span class="few">{text}</span>', text=say("card.few", count=int(card.denominator)))


def _against(at: int, chosen: Chosen) -> str:
    return say(f"change.against.{chosen.grain}.{'before' if at == 0 else 'again'}")


def _pending(card: Card) -> Html:
    if not card.pending:
        return Html("")
    count = figures.count(card.pending, words.language())
    return html(
        ' <span class="pending" title="{why}">{text}</span>',
        text=say("card.pending", count=count),
        why=say("card.pending_why"),
    )


def _change(change: Change, at: int, metric: Metric, chosen: Chosen) -> Html:
    """▲ up 3.2 % in a day, coloured only beyond what is usual."""
    language = words.language()
    against = _against(at, chosen)
    if change.kind == "none":
        return html(
            '<div class="change" title="{why}">{text}</div>',
            why=say(f"change.none.{change.reason}"),
            text=say("change.absent", against=against),
        )
    before = figures.exact(change.before, metric.unit, language, chosen.currency)
    when = figures.period(change.against, chosen.grain, language) if change.against else ""
    usual = {True: "beyond", False: "within", None: "unknown"}[change.beyond]
    hover = words.sentences([say("change.was", before=before, when=when), say(f"change.usual.{usual}")])
    if change.kind == "new":
        return html(
            '<div class="change" title="{hover}">{text}</div>',
            hover=hover,
            text=say("change.new", against=against),
        )
    size = (
        figures.points(change.size, language)
        if change.kind == "points"
        else figures.percent(abs(change.size), language)
    )
    is_seen = any(digit in size for digit in "123456789")
    direction = "same" if not is_seen else "up" if change.size > 0 else "down"
    good = None if metric.better is None else (change.size > 0) == (metric.better == "higher")
    tone = {True: "good", False: "bad", None: "moved"}[good]
    return html(
        '<div class="change {tone}" title="{hover}">{text}</div>',
        tone=tone if change.beyond and change.size else "quiet",
        hover=hover,
        text=say(f"change.{direction}", size=size, against=against),
    )


def _everyone(card: Card, everyone: Card, metric: Metric, chosen: Chosen) -> Html:
    language = words.language()
    value = figures.short(everyone.value, metric.unit, language, chosen.currency)
    is_share = metric.unit in ("people", "money", "orders") and not np.isfinite(everyone.denominator)
    if is_share and everyone.value and np.isfinite(everyone.value) and np.isfinite(card.value):
        text = say("card.share_of_everyone", share=card.value / everyone.value, value=value)
    else:
        text = say("card.everyone", value=value)
    return html('<div class="everyone">{text}</div>', text=text)


def _month(month: Month, metric: Metric, chosen: Chosen) -> list[Html]:
    """The month so far and its target; a month's sum is for everyone, so a part of them is not held against it."""
    language, is_sum = words.language(), np.isfinite(month.of_target)
    if not np.isfinite(month.value):
        return []
    name = figures.month(month.month, language)
    value = figures.short(month.value, metric.unit, language, chosen.currency)
    text = say("month.whole" if month.is_complete else "month.so_far", month=name, value=value)
    target = ""
    if is_sum and chosen.segments is None:
        key = "month.pace_done" if month.is_complete else "month.pace"
        target = say(key, share=month.of_target, gone=month.gone)
    elif metric.target is not None and not is_sum:
        level = figures.short(metric.target, metric.unit, language, chosen.currency)
        target = say("month.level", target=level)
    return [
        html(
            '<div class="month" title="{hover}">{text}<div>{target}</div></div>',
            target=target,
            hover=figures.exact(month.value, metric.unit, language, chosen.currency),
            text=text,
        )
    ]


def _proof(card: Card, metric: Metric, chosen: Chosen) -> None:
    """What the figure means, from what it was made, and its SQL."""
    st.write(plain(words.text(metric.definition)))
    if np.isfinite(card.denominator):
        st.write(plain(_made_of(card, metric, chosen.currency)))
    if metric.owner is not None:
        st.caption(plain(say("card.owner", owner=words.text(metric.owner))))
    if elsewhere.beside(card, metric, chosen):
        st.page_link("../pages/data.py", label=plain(say("elsewhere.link")), icon=":material/fact_check:")
    source = "overview/figures" if isinstance(metric, Elsewhere) else "overview/metrics"
    for name in (f"build/metrics/{card.metric}", source):
        if name in queries.all_names():
            st.caption(plain(name))
            st.code(queries.text(name), language="sql")


def _missing(family: str, names: Sequence[str], metrics: Mapping[str, Metric], chosen: Chosen) -> None:
    """The figures of a family without data: which, and what to add; a line for each thing to add."""
    lines, needs = [], {name: _need(name, metrics[name], chosen) for name in names}
    for need in dict.fromkeys(needs.values()):
        labels = [words.text(metrics[name].label) for name in names if needs[name] == need]
        text = say("missing.line", names=words.listed(labels), what=say(f"missing.{need}"))
        lines.append(html("<div>{text}</div>", text=text))
    draw(
        html(
            '<div class="card"><div class="family">{family}</div>{lines}</div>',
            family=say(f"family.{family}"),
            lines=join(lines),
        )
    )


def _need(name: str, metric: Metric, chosen: Chosen) -> str:
    if isinstance(metric, Elsewhere):
        return f"every_{metric.every}" if elsewhere.comes_later(metric, chosen) else "figures"
    return NEEDS.get(name, "events")
