"""A closer look at a named funnel: over time, two values side by side, how long steps take, and after a release."""

import functools
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from analysis import aarrr as stages
from analysis import funnel as analysis
from analysis.funnel import OF_ENTRANTS, OF_STEP_BEFORE
from components import (
    aarrr_charts,
    charts,
    data,
    durations,
    figures,
    filters,
    forms,
    funnel_charts,
    journal,
    notes,
    tables,
    words,
)
from components.data import read
from components.filters import Chosen
from components.funnel_steps import Funnel
from components.markup import draw, html, plain
from components.words import say
from components.writing import Written

# The id of the last step in the address bar: a link means the last one of whichever funnel.
LAST = "last"
MOST_NOTES = 100


def closer(funnel: Funnel, chosen: Chosen) -> None:
    """The choice of a view, and that view alone: what is not chosen is not computed."""
    views: dict[str, Callable[[Funnel, Chosen], None]] = {
        "trend": _trend,
        "values": _values,
        "time": _time,
        "adoption": _adoption,
    }
    labels = {name: say(f"funnels.view.{name}") for name in views}
    view = filters.choice("funnel_view", say("funnels.view.label"), labels, "trend", segmented=True)
    views[view](funnel, chosen)


def _chosen_step(funnel: Funnel, first: int, names: Callable[[int], str]) -> int:
    """A step from `first` on; the last one unless another is chosen."""
    last = len(funnel.events)
    options = {str(each): f"{each}. {names(each)}" for each in range(first, last)}
    left, _ = st.columns([1, 2])
    with left:
        picked = filters.choice("funnel_step", say("funnels.step"), {**options, LAST: f"{last}. {names(last)}"}, LAST)
    return last if picked == LAST else int(picked)


def _trend(funnel: Funnel, chosen: Chosen) -> None:
    """The share that gets to a step, by the period of the start; periods not settled are hollow."""
    step = _chosen_step(funnel, 2, funnel.step)
    asked = functools.partial(read, "funnel/steps_by_period", funnel=funnel.name, grain=chosen.grain, **chosen.period)
    table = asked(segments=chosen.segments)
    found = analysis.trend(table, step)
    notes.heading(
        say(f"funnels.trend.title.{chosen.grain}", step=funnel.step(step)),
        say("funnels.trend.about", window=funnel.window),
    )
    shown = found[found["rate"].notna()]
    if not len(shown):
        st.info(plain(say("funnels.trend.nothing")), icon=":material/hourglass_empty:")
        return
    parts = [_line(shown[shown["is_settled"]], "this", chosen), _line(shown[~shown["is_settled"]], "open", chosen)]
    if chosen.everyone:
        of_all = analysis.trend(asked(segments=None), step)
        parts.append(_line(of_all[of_all["rate"].notna() & of_all["is_settled"]], "everyone", chosen))
    days = found["period"].to_numpy("datetime64[D]")
    parts.append(pa.table({"x": np.datetime_as_string(days, unit="D"), "kind": ["place"] * len(days)}))
    points = pa.concat_tables(parts, promote_options="default")
    points = charts.with_notes(points, journal.marks(days, chosen), kind="note")
    ends = {name: float(shown["rate"].iloc[at]) for name, at in (("first", 0), ("last", -1))}
    charts.draw(funnel_charts.trend(chosen.grain), points, say("funnels.trend.alt", step=funnel.step(step), **ends))
    tables.download(table, "funnel_trend", chosen)


def _line(rows: pd.DataFrame, kind: str, chosen: Chosen) -> pa.Table:
    days = rows["period"].to_numpy("datetime64[D]")
    numbers = {name: rows[name].to_numpy(float) for name in ("rate", "low", "high", "reached", "entrants", "pending")}
    return pa.table(
        {
            "x": np.datetime_as_string(days, unit="D"),
            "when": pa.array(
                [figures.period(each, chosen.grain, words.language()) for each in days.tolist()], pa.string()
            ),
            "kind": pa.array([kind] * len(rows), pa.string()),
            "line": pa.array([say(f"chart.kind.{kind}")] * len(rows), pa.string()),
            **numbers,
        }
    )


def _values(funnel: Funnel, chosen: Chosen) -> None:
    """Two values of the dimension side by side, and under them all values."""
    if not chosen.dimension:
        st.info(plain(say("funnels.values.choose")), icon=":material/splitscreen_left:")
        return
    table = read(
        "funnel/steps_by_value",
        funnel=funnel.name,
        dimension=chosen.dimension,
        segments=chosen.segments,
        **chosen.period,
    )
    found = analysis.by_value(table)
    names = {str(value): words.value(str(value), chosen.dimension) for value in found["value"].unique()}
    notes.heading(say("funnels.values.title", dimension=chosen.dimension_label), say("funnels.values.about"))
    if len(names) > 1:
        one, other = _two(names)
        first, second = (table[table["value"] == each] for each in (one, other))
        _side_by_side(first, second, (names[one], names[other]), funnel)
    notes.heading(say("funnels.values.all"))
    _all_values(found, names, funnel, chosen)
    tables.download(found, "funnel_values", chosen)


def _two(names: Mapping[str, str]) -> tuple[str, str]:
    """The values chosen; unless others are, those with most entrants."""
    left, right, _ = st.columns([1, 1, 1])
    with left:
        one = filters.choice("funnel_one", say("funnels.values.one"), names, next(iter(names)))
    rest = {value: name for value, name in names.items() if value != one}
    with right:
        other = filters.choice("funnel_other", say("funnels.values.other"), rest, next(iter(rest)))
    return one, other


def _side_by_side(one: pd.DataFrame, other: pd.DataFrame, names: tuple[str, str], funnel: Funnel) -> None:
    """Step by step the shares of both, of entrants and then of the step before, with what is between them."""
    sides = [analysis.steps(each) for each in (one, other)]
    gaps = {(row["step"], row["of"]): row for row in analysis.against(*sides).to_dict("records")}
    columns = [*names, say("funnels.values.difference")]
    for of, prefix in ((OF_ENTRANTS, ""), (OF_STEP_BEFORE, "kept_")):
        started = [tables.Cell(figures.count(float(side["entrants"].iloc[0]), words.language())) for side in sides]
        rows = [(f"1. {funnel.step(1)}", [*started, tables.Cell("", is_words=True)])]
        for at in range(1, len(funnel.events)):
            cells = []
            for side in sides:
                base = side["entrants"].iloc[at] if of == OF_ENTRANTS else side["reached"].iloc[at - 1]
                rate = side["rate" if of == OF_ENTRANTS else "kept"].iloc[at]
                low, high, reached = (side[name].iloc[at] for name in (f"{prefix}low", f"{prefix}high", "reached"))
                cells.append(_share(*map(float, (rate, low, high, reached, base))))
            rows.append((f"{at + 1}. {funnel.step(at + 1)}", [*cells, _gap(gaps[at + 1, of])]))
        tables.bars(say(f"funnels.values.of.{of}"), columns, rows)


def _share(rate: float, low: float, high: float, reached: float, base: float) -> tables.Cell:
    """A share with its interval; of few people pale."""
    language = words.language()
    if not np.isfinite(rate):
        return tables.Cell(figures.DASH, say("aarrr.nobody_closed"))
    counts = {"reached": figures.count(reached, language), "entrants": figures.count(base, language)}
    hover = say("aarrr.cell", interval=figures.interval(rate, low, high, language), **counts)
    return tables.Cell(figures.percent(rate, language), hover, rate, base < tables.FEW)


def _gap(row: Mapping[Any, Any]) -> tables.Cell:
    language = words.language()
    if not np.isfinite(row["change"]):
        return tables.Cell(figures.DASH, is_words=True)
    size = figures.difference(float(row["change"]), "rate", language)
    low, high = (figures.difference(float(row[name]), "rate", language) for name in ("low", "high"))
    text = say("funnels.values.beyond" if row["beyond"] else "funnels.values.within", size=size)
    return tables.Cell(text, say("aarrr.change.interval", low=low, high=high), is_words=True)


def _all_values(found: pd.DataFrame, names: Mapping[str, str], funnel: Funnel, chosen: Chosen) -> None:
    """A row a value and a column a step, bars measured on the largest of the column; few entrants are pale."""
    enough = found["entrants"] >= tables.FEW
    size = np.where(found["step"] == 1, found["entrants"], np.where(enough, found["rate"], np.nan))
    top = pd.Series(size).groupby(found["step"].to_numpy()).max().to_dict()
    rows: dict[str, list[tables.Cell]] = {}
    for row, measure in zip(tables.each_row(found), size, strict=True):
        cells = rows.setdefault(str(row.value), [])
        share = min(float(measure) / top[row.step], 1.0) if top[row.step] > 0 else np.nan
        if row.step == 1:
            hover = say("funnels.open", count=row.pending, window=funnel.window) if row.pending else ""
            cells.append(tables.Cell(figures.count(row.entrants, words.language()), hover, share))
        else:
            cell = _share(row.rate, row.low, row.high, row.reached, row.entrants)
            cells.append(tables.Cell(cell.text, cell.hover, share, cell.is_few))
    named = [(names[value], cells) for value, cells in list(rows.items())[: tables.MOST_VALUES]]
    columns = [f"{at}. {funnel.step(at)}" for at in range(1, len(funnel.events) + 1)]
    tables.bars(chosen.dimension_label, columns, named)
    left_out = len(rows) - tables.MOST_VALUES
    if left_out > 0:
        st.caption(plain(say("table.values_left_out", shown=tables.MOST_VALUES, count=left_out)))


def _time(funnel: Funnel, chosen: Chosen) -> None:
    """How long each step takes since the one before: quartiles and mean, and one step's histogram."""
    table = read("funnel/time_to_convert", funnel=funnel.name, segments=chosen.segments, **chosen.period)
    notes.heading(say("funnels.time.title"), say("funnels.time.about"))
    if not len(table):
        st.info(plain(say("funnels.time.nothing")), icon=":material/hourglass_empty:")
        return
    numbers = range(2, len(funnel.events) + 1)
    found = {each: stages.times(table[table["step"] == each]) for each in numbers}
    longest = max(each.median for each in found.values() if each.users)
    rows = []
    for number, each in found.items():
        cells = [tables.Cell(figures.count(each.users, words.language()))]
        cells += [
            tables.Cell(
                durations.spelled(getattr(each, name)),
                share=each.median / longest if name == "median" and longest else np.nan,
            )
            for name in ("lower", "median", "upper", "mean")
        ]
        rows.append((f"{number}. {funnel.step(number)}", cells))
    columns = [say(f"funnels.time.{name}") for name in ("users", "lower", "median", "upper", "mean")]
    tables.bars(say("funnels.step"), columns, rows)
    step = _chosen_step(funnel, 2, funnel.step)
    bars = stages.histogram(table[table["step"] == step])
    if len(bars):
        spoken = {"step": funnel.step(step), "median": durations.spelled(found[step].median)}
        text = say("funnels.time.half", count=found[step].users, **spoken)
        draw(html('<p class="also">{text}</p>', text=text))
        charts.draw(aarrr_charts.times(*durations.bounds([bars])), durations.points(bars, found[step]), text)
    else:
        st.info(plain(say("funnels.time.nobody_there")), icon=":material/hourglass_empty:")
    tables.download(table, "funnel_time", chosen)


# After a release ------------------------------------------------------------------------------------------


def _adoption(funnel: Funnel, chosen: Chosen) -> None:
    """What share of each week's active people do a step's deed since a note, new and old ones apart."""
    notes.heading(say("funnels.adoption.title"), say("funnels.adoption.about"))
    written = _newest_first(journal.all_notes())
    if not written:
        st.info(plain(say("funnels.adoption.no_note")), icon=":material/edit_note:")
        asked_for = ("day", "kind", "title", "text")
        proposed = {"day": str(chosen.span.last), "kind": "release"}
        forms.form(journal.NOTE, "note_funnels", proposed=proposed, only=asked_for)
        return
    kinds = forms.options(data.register()[journal.NOTE].fields["kind"])
    labels = {
        each.subject: say(
            "funnels.adoption.note",
            day=figures.short_day(_day(each), words.language()),
            kind=kinds.get(each.text("kind"), each.text("kind")),
            title=each.text("title"),
        )
        for each in written[:MOST_NOTES]
    }
    left, _ = st.columns([2, 1])
    with left:
        subject = filters.choice("funnel_note", say("funnels.adoption.since"), labels, next(iter(labels)))
    if len(written) > MOST_NOTES:
        st.caption(plain(say("journal.more", count=len(written) - MOST_NOTES)))
    note = next(each for each in written if each.subject == subject)
    step = _chosen_step(funnel, 1, lambda number: funnel.events[number - 1])
    table = read("funnel/adoption", funnel=funnel.name, step=step, since=_day(note), segments=chosen.segments)
    if not table["active"].any():
        st.info(plain(say("funnels.adoption.nothing")), icon=":material/bedtime:")
        return
    _weeks(analysis.adoption(table), funnel.events[step - 1], note, chosen)
    tables.download(table, "funnel_adoption", chosen)


def _weeks(found: pd.DataFrame, deed: str, note: Written, chosen: Chosen) -> None:
    language, finding = words.language(), analysis.adopted(found)
    groups = {group: say(f"funnels.adoption.{group}") for group in funnel_charts.COLOURS}
    spoken: dict[str, object] = {"deed": deed}
    for group in groups:
        if group in finding.figures:
            share, low, high = (float(str(finding.figures[f"{group}{end}"])) for end in ("", "_low", "_high"))
            spoken[group] = figures.interval(share, low, high, language)
    text = words.sentence(finding, **spoken)
    draw(html('<p class="also">{text}</p>', text=text))
    shares = [figures.percent(float(str(finding.figures.get(group, np.nan))), language) for group in groups]
    named = dict(zip(groups.values(), shares, strict=True))
    notes.legend(say("funnels.adoption.legend", deed=deed), named, funnel_charts.COLOURS.values())
    days = found["week"].to_numpy("datetime64[D]")
    points = pa.table(
        {
            "x": np.datetime_as_string(days, unit="D"),
            "when": [figures.period(each, "week", language) for each in days.tolist()],
            "kind": found["age_group"].to_numpy(object),
            "line": [groups[str(each)] for each in found["age_group"]],
            "is_complete": found["is_complete"].to_numpy(bool),
            **{
                name: pa.array(found[name].to_numpy(float), from_pandas=True)
                for name in ("rate", "low", "high", "adopters", "active")
            },
        }
    )
    marks = {str(days[0]): note.text("title")}
    charts.draw(funnel_charts.adoption(), charts.with_notes(points, marks, kind="note"), text)


def _newest_first(written: list[Written]) -> list[Written]:
    """Releases before other notes, the newest of each first."""
    return sorted(reversed(written), key=lambda each: each.text("kind") != "release")


def _day(note: Written) -> date:
    return note.day("day") or note.on
