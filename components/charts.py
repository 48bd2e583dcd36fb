"""The charts. Each is specified once a language, kept, and then only fed with tables.

A mark has our tooltip or none: Vega's own would show the names of columns. The x axis is the ISO day as text:
no time zone can shift it, weeks start where the table says, and an axis label is written in the language of
the visit by an expression. Colours are mid tones that hold on white and on black.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from analysis.periods import Grain
from components.words import language, say_in
from config.phrases import MONTHS
from config.text import Language

Spec = dict[str, Any]

# Okabe and Ito's palette, safe for colour-blind readers, its blue first; "other" and comparisons are grey.
BLUE, GREY = "#2a7de1", "#8b929c"
CATEGORIES = (BLUE, "#e08a00", "#00997a", "#c0589b", "#b54a2c", "#5ab0e0")
SOURCE = "source"

# Month names are English in Vega, so days are written by hand.
_DAY: dict[Language, str] = {
    "en": (
        f"+slice(datum.value, 8, 10) + ' ' + {list(MONTHS)}[+slice(datum.value, 5, 7) - 1]"
        " + (slice(datum.value, 5, 7) == '01' ? ' ' + slice(datum.value, 0, 4) : '')"
    ),
    "zh": (
        "(slice(datum.value, 5, 7) == '01' ? slice(datum.value, 0, 4) + '年' : '')"
        " + +slice(datum.value, 5, 7) + '月' + +slice(datum.value, 8, 10) + '日'"
    ),
}
_MONTH: dict[Language, str] = {
    "en": f"{list(MONTHS)}[+slice(datum.value, 5, 7) - 1] + ' ' + slice(datum.value, 0, 4)",
    "zh": "slice(datum.value, 0, 4) + '年' + +slice(datum.value, 5, 7) + '月'",
}
FORMAT = {"rate": ".1%", "people": ",.0f", "orders": ",.3~f", "ratio": ",.3~f", "money": ",.2f", "number": ",.4~f"}


def draw(spec: Spec, table: pd.DataFrame | pa.Table, alt_text: str, height: int | None = None) -> None:
    """Feed a chart made by one of the functions below, with its text alternative."""
    shown = {**spec, "height": height} if height else spec
    st.vega_lite_chart(table, shown, width="stretch", alt=alt_text)


# Sparklines -----------------------------------------------------------------------------------------------


def sparkline(unit: str) -> Spec:
    """Columns: x, value (how high), shown (what it says), kind this|open|before|everyone|target|note, when, line, note.

    `this` is a solid line of settled periods, `open` hollow points, the others grey; `line` is for the hover.
    """
    return _sparkline(language(), unit)


@lru_cache(maxsize=20)
def _sparkline(spoken: Language, unit: str) -> Spec:
    x = alt.X("x:O", axis=None, scale=alt.Scale(padding=4))
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(zero=False, nice=False, padding=5))
    tooltip = [
        alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
        alt.Tooltip("shown:Q", title=say_in(spoken, "chart.value"), format=FORMAT[unit]),
        alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
    ]
    base = alt.Chart(alt.NamedData(SOURCE)).encode(x=x, y=y)
    grey = base.transform_filter("datum.kind == 'before' || datum.kind == 'everyone'").mark_line(
        color=GREY, strokeWidth=1.2, tooltip=None
    )
    grey = grey.encode(
        strokeDash=alt.StrokeDash(
            "kind:N", scale=alt.Scale(domain=["before", "everyone"], range=[[3, 2], [1, 0]]), legend=None
        ),
        detail="kind:N",
    )
    target = base.transform_filter("datum.kind == 'target'").mark_line(
        color="#c98500", strokeWidth=1.2, strokeDash=[5, 3], tooltip=None
    )
    line = base.transform_filter("datum.kind == 'this'").mark_line(color=BLUE, strokeWidth=2, tooltip=None)
    hollow = base.transform_filter("datum.kind == 'open'").mark_point(
        color=BLUE, size=26, filled=False, strokeWidth=1.4, tooltip=None
    )
    hover = base.mark_point(opacity=0, size=60).encode(tooltip=tooltip)
    spec = bare(alt.layer(note_marks(spoken, x), grey, target, line, hollow, hover).properties(height=46))
    # Without it Streamlit keeps 20 px free below.
    spec["padding"] = {"left": 0, "right": 0, "top": 2, "bottom": 2}
    return spec


# Retention ------------------------------------------------------------------------------------------------


def retention_curve(grain: str) -> Spec:
    """Columns: age, rate, low, high, entrants, kind this|before|everyone, line (its name).

    And label: at a line's last point the height of its name, which stands to the right of it; elsewhere missing.
    """
    return _retention_curve(language(), grain)


@lru_cache(maxsize=20)
def _retention_curve(spoken: Language, grain: str) -> Spec:
    kinds = alt.Scale(domain=["this", "before", "everyone"], range=[BLUE, GREY, GREY])
    dashes = alt.Scale(domain=["this", "before", "everyone"], range=[[1, 0], [4, 3], [1, 0]])
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=_ages(spoken, grain),
        y=alt.Y(
            "rate:Q",
            title=say_in(spoken, "chart.share"),
            axis=alt.Axis(format=".0%", tickCount=5),
            scale=_from_zero(),
        ),
    )
    band = base.transform_filter("datum.kind == 'this'").mark_area(color=BLUE, opacity=0.18, tooltip=None)
    band = band.encode(y=alt.Y("low:Q", scale=_from_zero()), y2="high:Q")
    line = base.mark_line(strokeWidth=2, tooltip=None).encode(
        color=alt.Color("kind:N", scale=kinds, legend=None),
        strokeDash=alt.StrokeDash("kind:N", scale=dashes, legend=None),
    )
    points = base.mark_point(filled=True, size=28, opacity=1).encode(
        color=alt.Color("kind:N", scale=kinds, legend=None), tooltip=_retention_tooltip(spoken, grain)
    )
    points = points.transform_filter("datum.kind == 'this'")
    hover = base.mark_point(opacity=0, size=90).encode(tooltip=_retention_tooltip(spoken, grain))
    return bare(alt.layer(band, line, points, hover, _labels(base, kinds)).properties(height=300))


def retention_by_value(grain: str, names: Sequence[str], last_is_rest: bool) -> Spec:
    """Columns: age, rate, low, high, entrants, line; a colour a name, grey for the last if it is the rest."""
    return _retention_by_value(language(), grain, tuple(names), last_is_rest)


def beside_ends(ends: Sequence[float], top: float, gap: float = 0.07) -> list[float]:
    """Heights for the names at the ends of lines: as near their ends as leaves a gap between two names.

    top  of the axis, which begins at 0; the gap is a share of it
    """
    heights, least = list(ends), 0.0
    for at in sorted(range(len(ends)), key=lambda each: ends[each]):
        heights[at] = max(ends[at], least)
        least = heights[at] + gap * top
    return heights


def colours_of(names: Sequence[str], last_is_rest: bool) -> list[str]:
    """A colour a name, at most six; grey for the last where it is the rest."""
    coloured = len(names) - last_is_rest
    return [*CATEGORIES[:coloured], *([GREY] if last_is_rest else [])]


@lru_cache(maxsize=50)
def _retention_by_value(spoken: Language, grain: str, names: tuple[str, ...], last_is_rest: bool) -> Spec:
    scale = alt.Scale(domain=list(names), range=colours_of(names, last_is_rest))
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=_ages(spoken, grain),
        y=alt.Y(
            "rate:Q",
            title=say_in(spoken, "chart.share"),
            axis=alt.Axis(format=".0%", tickCount=5),
            scale=_from_zero(),
        ),
        color=alt.Color("line:N", scale=scale, legend=None),
    )
    line = base.mark_line(strokeWidth=2, tooltip=None)
    points = base.mark_point(filled=True, size=24).encode(tooltip=_retention_tooltip(spoken, grain))
    return bare(alt.layer(line, points).properties(height=300))


def cohort_sizes(grain: Grain) -> Spec:
    """Columns: x (first day), when (in words), cohort_size, is_complete, note; cohorts still growing are hollow."""
    return _cohort_sizes(language(), grain)


@lru_cache(maxsize=6)
def _cohort_sizes(spoken: Language, grain: Grain) -> Spec:
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=days_axis(spoken, grain),
        y=alt.Y("cohort_size:Q", title=say_in(spoken, "retention.size"), axis=alt.Axis(format=",.0f", tickCount=4)),
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "retention.cohort")),
            alt.Tooltip("cohort_size:Q", title=say_in(spoken, "retention.size"), format=",.0f"),
        ],
    )
    full = base.transform_filter("datum.is_complete").mark_bar(color=BLUE)
    hollow = base.transform_filter("!datum.is_complete").mark_bar(fillOpacity=0, stroke=BLUE, strokeWidth=1.4)
    return bare(alt.layer(full, hollow, note_marks(spoken, days_axis(spoken, grain))).properties(height=160))


# Parts ----------------------------------------------------------------------------------------------------


def note_marks(spoken: Language, x: alt.X) -> Any:
    """Thin marks where a row has a `note`: what people noted in its period, told on hovering."""
    noted = alt.Chart(alt.NamedData(SOURCE)).transform_filter("isValid(datum.note)")
    marks = noted.mark_rule(color=GREY, strokeWidth=1.4, strokeDash=[2, 2])
    return marks.encode(x=x, tooltip=[alt.Tooltip("note:N", title=say_in(spoken, "chart.note"))])


def with_notes(points: pa.Table, notes: Mapping[str, str], **fixed: object) -> pa.Table:
    """A chart's points, and a row for each period that has notes; `fixed` columns keep it out of the other marks.

    notes  their words by the x of their period
    """
    if not notes:
        return points
    rows = {
        "x": list(notes),
        "note": list(notes.values()),
        **{name: [each] * len(notes) for name, each in fixed.items()},
    }
    return pa.concat_tables([points, pa.table(rows)], promote_options="default")


def days_axis(spoken: Language, grain: Grain) -> alt.X:
    """The days of the column x along the bottom, in the language of the visit."""
    words = _MONTH if grain == "month" else _DAY
    axis = alt.Axis(labelExpr=words[spoken], labelOverlap="greedy", labelAngle=0, title=None, labelSeparation=12)
    return alt.X("x:O", axis=axis)


def _ages(spoken: Language, grain: str) -> alt.X:
    axis = alt.Axis(format="d", tickMinStep=1, grid=False)
    return alt.X("age:Q", title=say_in(spoken, f"chart.age.{grain}"), axis=axis, scale=alt.Scale(nice=False, padding=8))


def _from_zero() -> alt.Scale:
    return alt.Scale(zero=True, nice=True)


def _retention_tooltip(spoken: Language, grain: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
        alt.Tooltip("age:Q", title=say_in(spoken, f"chart.age.{grain}")),
        alt.Tooltip("rate:Q", title=say_in(spoken, "chart.share"), format=".2%"),
        alt.Tooltip("low:Q", title=say_in(spoken, "chart.low"), format=".2%"),
        alt.Tooltip("high:Q", title=say_in(spoken, "chart.high"), format=".2%"),
        alt.Tooltip("entrants:Q", title=say_in(spoken, "chart.entrants"), format=",.0f"),
    ]


def _labels(base: alt.Chart, colours: alt.Scale) -> Any:
    """The line's name at its end."""
    marks = base.transform_filter("isValid(datum.label)").mark_text(
        align="left", dx=7, fontSize=12, fontWeight=600, tooltip=None
    )
    return marks.encode(
        y=alt.Y("label:Q", scale=_from_zero()), text="line:N", color=alt.Color("kind:N", scale=colours, legend=None)
    )


def bare(chart: alt.LayerChart | alt.FacetChart) -> Spec:
    """The spec without what Streamlit adds itself: the data, the schema, the look."""
    spec: Spec = chart.to_dict()
    for part in ("data", "$schema", "config", "datasets"):
        spec.pop(part, None)
    return spec
