"""The charts of Channels, specified as components/charts.py says. Both have the same days along the bottom."""

from collections.abc import Sequence
from functools import lru_cache

import altair as alt

from analysis.periods import Grain
from components.charts import BLUE, CATEGORIES, GREY, SOURCE, Spec, bare, days_axis, note_marks
from components.words import language, say_in
from config.text import Language

# Paler than "other": nobody knows what is in it.
UNKNOWN = "#c3c8ce"
LIMIT = "#c98500"
# The y axes need one width, so that a day stands under itself.
_AXIS = 52
# Half of the last day's label sticks out on the right.
_PADDING = {"left": 4, "right": 26, "top": 4, "bottom": 4}


def colours_of(known: int, has_unknown: bool, has_rest: bool) -> list[str]:
    """A colour a channel, then unknown, then the rest, as far as each is there."""
    return [*CATEGORIES[:known], *([UNKNOWN] if has_unknown else []), *([GREY] if has_rest else [])]


def newcomers(grain: Grain, names: Sequence[str], colours: Sequence[str]) -> Spec:
    """Columns: x, when, line (one of the names), order, users, total, is_complete, note; running periods are hollow."""
    return _newcomers(language(), grain, tuple(names), tuple(colours))


@lru_cache(maxsize=50)
def _newcomers(spoken: Language, grain: Grain, names: tuple[str, ...], colours: tuple[str, ...]) -> Spec:
    scale = alt.Scale(domain=list(names), range=list(colours))
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=days_axis(spoken, grain),
        y=alt.Y(
            "users:Q",
            title=say_in(spoken, "channels.column.new_users"),
            axis=alt.Axis(format=",.0f", tickCount=5, minExtent=_AXIS),
            stack="zero",
        ),
        order="order:Q",
        color=alt.Color("line:N", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("line:N", title=say_in(spoken, "channels.channel")),
            alt.Tooltip("users:Q", title=say_in(spoken, "channels.column.new_users"), format=",.0f"),
            alt.Tooltip("share:Q", title=say_in(spoken, "channels.column.share"), format=".1%"),
            alt.Tooltip("total:Q", title=say_in(spoken, "channels.total"), format=",.0f"),
        ],
    )
    full = base.transform_filter("datum.is_complete").mark_bar()
    hollow = base.transform_filter("!datum.is_complete").mark_bar(fillOpacity=0.12, strokeWidth=1.4, strokeDash=[3, 2])
    hollow = hollow.encode(stroke=alt.Stroke("line:N", scale=scale, legend=None))
    layers = alt.layer(full, hollow, note_marks(spoken, days_axis(spoken, grain)))
    return {**bare(layers.properties(height=260)), "padding": _PADDING}


def dependence(grain: Grain) -> Spec:
    """Columns: x, when, kind this | everyone | limit, share, low, high, channel, effective; the limit is dashed.

    A running period has a row without a share, so that its place on the axis stays empty.
    """
    return _dependence(language(), grain)


@lru_cache(maxsize=6)
def _dependence(spoken: Language, grain: Grain) -> Spec:
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=days_axis(spoken, grain),
        y=alt.Y(
            "share:Q",
            title=say_in(spoken, "channels.card.largest"),
            axis=alt.Axis(format=".0%", tickCount=4, minExtent=_AXIS),
            scale=alt.Scale(domain=[0, 1]),
        ),
    )
    band = base.transform_filter("datum.kind == 'this'").mark_area(color=BLUE, opacity=0.18, tooltip=None)
    band = band.encode(y="low:Q", y2="high:Q")
    grey = base.transform_filter("datum.kind == 'everyone'").mark_line(color=GREY, strokeWidth=1.4, tooltip=None)
    limit = base.transform_filter("datum.kind == 'limit'")
    dashed = limit.mark_rule(color=LIMIT, strokeWidth=1.4, strokeDash=[5, 3], tooltip=None)
    dashed = dashed.encode(x=alt.value(0), x2=alt.value("width"))
    named = limit.mark_text(align="right", baseline="bottom", dx=-2, dy=-3, fontSize=11, color=LIMIT, tooltip=None)
    named = named.encode(x=alt.value("width"), text="channel:N")
    line = base.transform_filter("datum.kind == 'this'").mark_line(color=BLUE, strokeWidth=2, tooltip=None)
    points = base.transform_filter("datum.kind == 'this' || datum.kind == 'everyone'").mark_point(
        filled=True, size=30, opacity=1
    )
    points = points.encode(
        color=alt.Color("kind:N", scale=alt.Scale(domain=["this", "everyone"], range=[BLUE, GREY]), legend=None),
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
            alt.Tooltip("channel:N", title=say_in(spoken, "channels.card.largest")),
            alt.Tooltip("share:Q", title=say_in(spoken, "channels.column.share"), format=".1%"),
            alt.Tooltip("effective:Q", title=say_in(spoken, "channels.card.effective"), format=".2f"),
            alt.Tooltip("hhi:Q", title=say_in(spoken, "channels.card.hhi"), format=".3f"),
            alt.Tooltip("users:Q", title=say_in(spoken, "channels.total"), format=",.0f"),
        ],
    )
    # Of every row, so that all periods keep their place on the axis.
    places = alt.Chart(alt.NamedData(SOURCE)).mark_point(opacity=0, tooltip=None)
    places = places.encode(x=days_axis(spoken, grain), y=alt.value(0))
    layers = alt.layer(places, band, grey, dashed, named, line, points)
    return {**bare(layers.properties(height=170)), "padding": _PADDING}
