"""The charts of named funnels, specified as components/charts.py says."""

from functools import lru_cache

import altair as alt

from analysis.periods import Grain
from components.charts import BLUE, GREY, SOURCE, Spec, bare, days_axis, note_marks
from components.words import language, say_in
from config.text import Language

# Who joined with a release or later is this product's new; who was there before is context.
COLOURS = {"new": BLUE, "old": GREY}


def trend(grain: Grain) -> Spec:
    """The share that reached a step, by period of start.

    Columns: x, when, kind this | open | everyone | place, rate, low, high, reached, entrants, pending, line, note.
    `this` is a solid line of settled periods with its band, `open` hollow points, `everyone` grey; every period has a
    `place`, so that one in which nobody started keeps its room on the axis.
    """
    return _trend(language(), grain)


@lru_cache(maxsize=6)
def _trend(spoken: Language, grain: Grain) -> Spec:
    x = days_axis(spoken, grain)
    base = alt.Chart(alt.NamedData(SOURCE)).encode(x=x, y=_share(spoken))
    tooltip = [
        alt.Tooltip("when:N", title=say_in(spoken, "funnels.trend.started")),
        alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
        *_tooltip(spoken),
        alt.Tooltip("reached:Q", title=say_in(spoken, "funnels.column.reached"), format=",.0f"),
        alt.Tooltip("entrants:Q", title=say_in(spoken, "funnels.column.entrants"), format=",.0f"),
        alt.Tooltip("pending:Q", title=say_in(spoken, "funnels.column.pending"), format=",.0f"),
    ]
    places = alt.Chart(alt.NamedData(SOURCE)).mark_point(opacity=0, tooltip=None).encode(x=x, y=alt.value(0))
    band = base.transform_filter("datum.kind == 'this'").mark_area(color=BLUE, opacity=0.18, tooltip=None)
    band = band.encode(y=alt.Y("low:Q"), y2="high:Q")
    everyone = base.transform_filter("datum.kind == 'everyone'").mark_line(color=GREY, strokeWidth=1.4, tooltip=None)
    line = base.transform_filter("datum.kind == 'this'").mark_line(color=BLUE, strokeWidth=2, tooltip=None)
    full = base.transform_filter("datum.kind == 'this' || datum.kind == 'everyone'").mark_point(
        filled=True, size=30, opacity=1
    )
    colours = alt.Scale(domain=["this", "everyone"], range=[BLUE, GREY])
    full = full.encode(color=alt.Color("kind:N", scale=colours, legend=None), tooltip=tooltip)
    hollow = base.transform_filter("datum.kind == 'open'").mark_point(
        color=BLUE, filled=False, size=46, strokeWidth=1.6
    )
    layers = alt.layer(places, note_marks(spoken, x), band, everyone, line, full, hollow.encode(tooltip=tooltip))
    return bare(layers.properties(height=240))


def adoption() -> Spec:
    """The share of a week's active people who did something, new and old ones apart.

    Columns: x, when, kind new | old, line (its name), rate, low, high, adopters, active, is_complete, place, note; the
    running week is hollow, and every week has a row whose `place` is true.
    """
    return _adoption(language())


@lru_cache(maxsize=2)
def _adoption(spoken: Language) -> Spec:
    x = days_axis(spoken, "week")
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None)
    base = alt.Chart(alt.NamedData(SOURCE)).encode(x=x, y=_share(spoken), color=colour)
    tooltip = [
        alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
        alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
        *_tooltip(spoken),
        alt.Tooltip("adopters:Q", title=say_in(spoken, "funnels.column.adopters"), format=",.0f"),
        alt.Tooltip("active:Q", title=say_in(spoken, "funnels.column.active"), format=",.0f"),
    ]
    places = alt.Chart(alt.NamedData(SOURCE)).mark_point(opacity=0, tooltip=None).encode(x=x, y=alt.value(0))
    complete = base.transform_filter("isValid(datum.rate) && datum.is_complete")
    band = complete.mark_area(opacity=0.16, tooltip=None).encode(y=alt.Y("low:Q"), y2="high:Q")
    line = complete.mark_line(strokeWidth=2, tooltip=None)
    points = complete.mark_point(filled=True, size=30, opacity=1).encode(tooltip=tooltip)
    hollow = base.transform_filter("isValid(datum.rate) && !datum.is_complete").mark_point(
        filled=False, size=46, strokeWidth=1.6
    )
    layers = alt.layer(places, note_marks(spoken, x), band, line, points, hollow.encode(tooltip=tooltip))
    return bare(layers.properties(height=260))


def _share(spoken: Language) -> alt.Y:
    return alt.Y("rate:Q", title=say_in(spoken, "chart.share"), axis=alt.Axis(format=".0%", tickCount=5))


def _tooltip(spoken: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("rate:Q", title=say_in(spoken, "chart.share"), format=".1%"),
        alt.Tooltip("low:Q", title=say_in(spoken, "chart.low"), format=".1%"),
        alt.Tooltip("high:Q", title=say_in(spoken, "chart.high"), format=".1%"),
    ]
