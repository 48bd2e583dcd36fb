"""Closing a week: its figures, their definitions and the build frozen in the logbook, and held against later ones."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis import review as analysis
from analysis.cards import Series
from components import data, figures, words, writing
from components.data import read
from components.document import Block, Items, Section, Words
from components.markup import plain
from components.review import Review
from components.trust import named
from components.words import say
from components.writing import Written
from config.metrics import Metric

# A closed week is no kind of register.yml: nobody types it.
KIND = "week_closed"
COLUMNS = ("figure", "period", "value", "numerator", "denominator", "build_id", "definition", "folding")


def subject(week: date) -> str:
    """What the entry of a closed week is about."""
    return f"{KIND}:{week}"


def closed(week: date) -> Written | None:
    """The entry of that week; None while it is open."""
    return next((entry for entry in writing.latest(KIND) if entry.subject == subject(week)), None)


def before(week: date) -> Written | None:
    """The last week closed before that one."""
    earlier = [entry for entry in writing.latest(KIND) if str(entry.body["week"]) < str(week)]
    return max(earlier, key=lambda entry: str(entry.body["week"]), default=None)


def body(found: Review) -> dict[str, Any]:
    """What is frozen of a week: every figure as shown, with its definition, the folding, the build, until when."""
    build, rows = data.build(), _rows(found.weekly)
    shown = {(each.metric, str(each.week.period)) for each in found.found}
    rows = rows[np.array([each in shown for each in zip(rows["figure"], rows["period"], strict=True)], bool)]
    return {
        "week": str(found.week),
        "build_id": build.build_id,
        "data_until": str(build.data_until),
        "folding": analysis.folding(read("data/folded")),
        "definitions": {figure: _definition(figure) for figure in dict.fromkeys(rows["figure"])},
        "figures": [
            {name: _plain(row[name]) for name in ("figure", "period", "value", "numerator", "denominator")}
            for row in rows.to_dict("records")
        ],
    }


def restated(found: Review) -> Section:
    """The figures of the week closed last that today's warehouse gives otherwise, and why."""
    entry = before(found.week)
    title = say("weekly.restated.title")
    if entry is None:
        return Section("restated", title, "", [Words(say("weekly.restated.never"), is_quiet=True)])
    about = say("weekly.restated.about", week=date.fromisoformat(entry.body["week"]), author=entry.author, day=entry.on)
    if found.chosen.segments is not None:
        return Section("restated", title, about, [Words(say("weekly.restated.filtered"), is_quiet=True)])
    frozen, now = _frozen(entry), _now(found)
    differing = analysis.restated(frozen, now)
    lines = [_said(each, found) for each in differing]
    for name in dict.fromkeys(each.figure for each in differing):
        kept = entry.body["definitions"].get(name, {})
        own = analysis.redefined(kept, _definition(name))
        lines += [words.sentence(each, subject=named(str(each.figures["subject"]))) for each in own]
    blocks: list[Block] = [Items(list(dict.fromkeys(lines)))]
    if not lines:
        blocks = [Words(say("weekly.restated.same", count=len(frozen)), is_quiet=True)]
    return Section("restated", title, about, blocks)


def close(found: Review, *, signs: bool) -> None:
    """The button that closes the week, or who closed it and when; `signs` where no form beside it asks for the name."""
    entry = closed(found.week)
    if found.chosen.segments is not None:
        st.caption(plain(say("weekly.close.filtered")))
        return
    if entry is not None:
        st.success(
            plain(say("weekly.close.done", author=entry.author, day=entry.on, build=entry.body["build_id"])),
            icon=":material/lock:",
        )
    if signs and writing.author() is None:
        writing.signature("close")
    st.button(
        plain(say("weekly.close.again" if entry else "weekly.close.button")),
        key="close_week",
        type="secondary" if entry else "primary",
        icon=":material/lock:",
        help=plain(say("weekly.close.about")),
        on_click=_write,
        args=(found, entry.id if entry else None),
    )


def _write(found: Review, replaces: int | None) -> None:
    writing.write(KIND, subject(found.week), body(found), replaces)


def _definition(figure: str) -> dict[str, str]:
    """What decides a figure: its settings by their places, its SQL and the product's sources by their names."""
    statements = read("data/statements")
    own = statements[(statements["name"] == f"build/metrics/{figure}") | statements["name"].str.startswith("sources/")]
    return {
        **analysis.deciding(read("data/settings"), figure),
        **dict(zip(own["name"], own["digest"].str.slice(0, 12), strict=True)),
    }


def _rows(weekly: Series) -> pd.DataFrame:
    """A row a figure and week in which it is settled."""
    rows = []
    for row, figure in enumerate(weekly.metrics):
        for at in np.flatnonzero(weekly.settled[row] & np.isfinite(weekly.value[row])):
            period = weekly.periods[at].astype("datetime64[D]").astype(object)
            cells = (weekly.value[row, at], weekly.numerator[row, at], weekly.denominator[row, at])
            rows.append((figure, str(period), *map(float, cells)))
    return pd.DataFrame(rows, columns=["figure", "period", "value", "numerator", "denominator"])


def _frozen(entry: Written) -> pd.DataFrame:
    kept = entry.body
    table = pd.DataFrame(kept["figures"], columns=["figure", "period", "value", "numerator", "denominator"])
    digests = {figure: analysis.digest(settings) for figure, settings in kept["definitions"].items()}
    return table.assign(
        build_id=kept["build_id"], folding=kept["folding"], definition=table["figure"].map(digests)
    ).astype({"value": float, "numerator": float, "denominator": float})


def _now(found: Review) -> pd.DataFrame:
    table = _rows(found.weekly)
    digests = {name: analysis.digest(_definition(name)) for name in dict.fromkeys(table["figure"])}
    folding = analysis.folding(read("data/folded"))
    return table.assign(build_id=data.build().build_id, folding=folding, definition=table["figure"].map(digests))


def _said(each: analysis.Restated, found: Review) -> str:
    metric = found.figures.get(each.figure)
    if metric is None:
        return words.sentence(each.finding, name=each.figure)
    values = {
        name: figures.exact(getattr(each, name), metric.unit, words.language(), found.chosen.currency)
        for name in ("before", "after")
    }
    difference = _difference(each, metric, found)
    sentence = words.sentence(each.finding, name=words.text(metric.label), difference=difference, **values)
    parts = [sentence, _of_how_many(each)] if np.isfinite(each.denominator).all() else [sentence]
    return say("weekly.restated.one", week=each.period, sentence=words.sentences(parts))


def _of_how_many(each: analysis.Restated) -> str:
    """What a rate or ratio is made of: differences that two decimals do not show are told by it."""
    named = zip(("above", "above_now", "below", "below_now"), (*each.numerator, *each.denominator), strict=True)
    return say(
        "weekly.restated.counts",
        **{name: figures.exact(value, "number", words.language()) for name, value in named},
    )


def _difference(each: analysis.Restated, metric: Metric, found: Review) -> str:
    """To the last digit: of a rate in points, of people by the people in it."""
    if metric.unit == "rate":
        text = figures.points(each.difference, words.language(), decimals=2)
        return f"+{text}" if each.difference > 0 else f"{figures.MINUS}{text}"
    sign = "+" if each.difference > 0 else ""
    return sign + figures.exact(each.difference, metric.unit, words.language(), found.chosen.currency)


def _plain(value: object) -> object:
    """A cell as JSON has it: missing is null."""
    return None if isinstance(value, float) and np.isnan(value) else value
