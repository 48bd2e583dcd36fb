"""Targets: product.yml's are the start; people set others, each with a reason."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components import data, figures, forms, tables, words, writing
from components.filters import Chosen
from components.markup import plain
from components.tables import Cell
from components.words import say
from components.writing import Written
from config.metrics import Metric

TARGET = "target"


def applied(shown: Mapping[str, Metric]) -> dict[str, Metric]:
    """The figures with the targets that people have set, where those hold already; others keep their own."""
    by_hand = {entry.text("figure"): float(entry.body["value"]) for entry in _in_force()}
    return {
        name: metric.model_copy(update={"target": by_hand[name]}) if name in by_hand else metric
        for name, metric in shown.items()
    }


def change(shown: Mapping[str, Metric], chosen: Chosen) -> None:
    """The targets in force, who set them and why; and the form to set one. Folded."""
    folded = st.expander(plain(say("targets.label")), key="targets", on_change="rerun", icon=":material/flag:")
    if not folded.open:
        return
    with folded:
        _table(shown, chosen)
        latest = {entry.text("figure"): entry for entry in writing.latest(TARGET)}
        labels = {name: words.text(metric.label) for name, metric in shown.items()}
        figure = st.selectbox(
            plain(say("targets.figure")), list(labels), format_func=lambda each: labels[each], key="target_figure"
        )
        before = latest.get(figure)
        forms.form(
            TARGET,
            f"target_{figure}",
            given={"figure": figure},
            proposed={"period": str(data.today().replace(day=1))},
            replaces=before,
        )
        if before and not before.body.get("withdrawn"):
            forms.withdraw(TARGET, f"target_{figure}", before)


def _in_force() -> list[Written]:
    """Of each figure the last target written of those whose month has come, if it is not taken back."""
    come = {
        entry.text("figure"): entry
        for entry in writing.every(TARGET)
        if (entry.day("period") or entry.on) <= data.today()
    }
    return [entry for entry in come.values() if not entry.body.get("withdrawn")]


def _table(shown: Mapping[str, Metric], chosen: Chosen) -> None:
    language = words.language()
    by_hand = {entry.text("figure"): entry for entry in _in_force()}
    rows: list[tuple[str, Sequence[Cell]]] = []
    for name, metric in shown.items():
        if metric.target is None:
            continue
        value = Cell(figures.short(metric.target, metric.unit, language, chosen.currency))
        entry = by_hand.get(name)
        if entry is None:
            rows.append(
                (words.text(metric.label), [value, Cell(say("targets.of_product")), Cell(""), Cell("", is_words=True)])
            )
            continue
        since = figures.month(entry.day("period") or entry.on, language)
        rows.append(
            (
                words.text(metric.label),
                [value, Cell(entry.author), Cell(since), Cell(entry.text("reason"), is_words=True)],
            )
        )
    if rows:
        tables.bars(
            say("targets.figure"), [say(f"targets.{name}") for name in ("value", "by", "since", "reason")], rows
        )
    else:
        st.caption(plain(say("targets.none")))
