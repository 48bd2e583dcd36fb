"""What is different since the build before: on Data in full, and once in a few words where a build is swapped in."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from analysis import changes as analysis
from analysis.finding import Finding
from components import data, figures, tables, trust, words
from components.data import Build, read
from components.filters import Chosen
from components.markup import draw, html, join, plain
from components.tables import Cell
from components.words import say
from config.metrics import Metric

MOST_CAUSES = 8
# What a notice has room for: causes, and figures that have moved.
NOTICED_CAUSES, NOTICED_FIGURES = 2, 1
_SEEN = "_build_seen"


def since_last(metrics: dict[str, Metric], build: Build, chosen: Chosen) -> None:
    """Why figures of covered days moved, which ones and how far; all of it in the file."""
    if build.previous_build_id is None:
        st.caption(plain(say("data.changes.first")))
        return
    changes = read("data/changes")
    if not len(changes):
        st.caption(plain(say("data.changes.none")))
        return
    causes = analysis.causes(changes)
    items = [html("<li>{text}</li>", text=_said(each)) for each in causes[:MOST_CAUSES]]
    if items:
        draw(html('<ul class="changes">{items}</ul>', items=join(items)))
    if len(causes) > MOST_CAUSES:
        st.caption(plain(say("data.changes.more", count=len(causes) - MOST_CAUSES)))
    moved = analysis.restated(changes, {name: metric.unit for name, metric in metrics.items()})
    if len(moved):
        _moved(moved, metrics, chosen)
    tables.download_all(lambda: changes, "changes")


def notice(build: Build) -> None:
    """Where another build has come into use under an open page: say so once, and what is different.

    A session that missed a build in between is only told that the data are new: the differences known are those
    from the build just before.
    """
    seen = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = build.build_id
    if seen is None or seen == build.build_id:
        return
    last = build.data_until - timedelta(days=1)
    parts = [say("swap.new", last=last)]
    parts += _in_short(build) if seen == build.previous_build_id else [say("swap.several")]
    st.toast(plain(words.sentences(parts)), icon=":material/update:", duration="infinite")


def _in_short(build: Build) -> list[str]:
    changes, metrics = read("data/changes"), data.metrics()
    if not len(changes):
        return [say("swap.same")]
    causes = analysis.causes(changes)
    moved = analysis.restated(changes, {name: metric.unit for name, metric in metrics.items()})
    told = [_said(each) for each in causes[:NOTICED_CAUSES]]
    told += [_figure(row, metrics, build.currency) for row in moved.head(NOTICED_FIGURES).to_dict("records")]
    left = len(causes) + len(moved) - len(told)
    return [*told, say("swap.more", count=left)] if left else told


def _said(cause: Finding) -> str:
    """A cause in words; tables, dimensions and values by their names."""
    facts = cause.figures
    fields: dict[str, object] = {"subject": trust.named(str(facts["subject"]))}
    if "value" in facts:
        fields["value"] = words.value(str(facts["value"]))
    return words.sentence(cause, **fields)


def _figure(row: Mapping[Hashable, object], metrics: dict[str, Metric], currency: str | None) -> str:
    """New users of 12 Nov 2026: 18,402 → 18,377."""
    metric = metrics[str(row["figure"])]
    before, after = _both(row, metric, currency)
    return say(
        "data.changes.figure", name=words.text(metric.label), day=trust.day(row["day"]), before=before, after=after
    )


def _both(row: Mapping[Hashable, object], metric: Metric, currency: str | None) -> tuple[str, str]:
    """What the figure was, and what it is."""
    before, after = (
        figures.exact(float(str(row[name])), metric.unit, words.language(), currency) for name in ("before", "after")
    )
    return before, after


def _moved(moved: pd.DataFrame, metrics: dict[str, Metric], chosen: Chosen) -> None:
    language = words.language()
    rows: list[tuple[str, Sequence[Cell]]] = []
    for row in moved.to_dict("records"):
        metric = metrics[str(row["figure"])]
        rows.append(
            (
                words.text(metric.label),
                [
                    Cell(figures.count(float(row["days"]), language)),
                    Cell(figures.short_day(trust.day(row["day"]), language)),
                    *(Cell(each) for each in _both(row, metric, chosen.currency)),
                    Cell(figures.difference(float(row["difference"]), metric.unit, language)),
                ],
            )
        )
    columns = [say(f"data.column.{name}") for name in ("days_moved", "most_on", "was", "is", "difference")]
    tables.bars(say("data.column.figure"), columns, rows)
