"""The charts of Campaigns: effects on one axis, groups side by side, days before and after."""

from collections.abc import Sequence
from functools import lru_cache

import altair as alt

from components.charts import BLUE, CATEGORIES, GREY, SOURCE, Spec, bare, days_axis
from components.words import language, say_in
from config.text import Language

# Heights are of the whole chart, axis and its title included. Names stand above their marks: on a phone there is no
# room beside them.
ROW, AXIS = 46, 62
# Legible on white and on black.
NAMES = "#747b86"


def effects(lines: Sequence[str]) -> Spec:
    """Columns: line, difference, low, high (points), kind measured|plain, label, treated_n, control_n."""
    return _effects(language(), tuple(lines))


@lru_cache(maxsize=20)
def _effects(spoken: Language, lines: tuple[str, ...]) -> Spec:
    colour = alt.Color("kind:N", scale=alt.Scale(domain=["measured", "plain"], range=[BLUE, GREY]), legend=None)
    base = alt.Chart(alt.NamedData(SOURCE)).encode(y=_rows(lines))
    title = say_in(spoken, "campaigns.chart.effect")
    axis = alt.Axis(labelExpr="datum.value ? format(datum.value, '+~f') : '0'", tickCount=6)
    whisker = base.mark_rule(strokeWidth=2.5, tooltip=None).encode(
        x=alt.X("low:Q", title=title, axis=axis), x2="high:Q", color=colour
    )
    dot = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("difference:Q", title=title, axis=axis),
        color=colour,
        tooltip=[
            alt.Tooltip("line:N", title=say_in(spoken, "campaigns.column.name")),
            alt.Tooltip("difference:Q", title=title, format="+.2f"),
            alt.Tooltip("low:Q", title=say_in(spoken, "chart.low"), format="+.2f"),
            alt.Tooltip("high:Q", title=say_in(spoken, "chart.high"), format="+.2f"),
            alt.Tooltip("label:N", title=say_in(spoken, "campaigns.column.label")),
            alt.Tooltip("treated_n:Q", title=say_in(spoken, "campaigns.chart.treated"), format=",.0f"),
            alt.Tooltip("control_n:Q", title=say_in(spoken, "campaigns.chart.control"), format=",.0f"),
        ],
    )
    zero = alt.Chart(alt.NamedData(SOURCE)).mark_rule(color=GREY, strokeWidth=1.2, tooltip=None)
    zero = zero.encode(x=alt.X(datum=0, type="quantitative", title=title, axis=axis))
    return bare(alt.layer(zero, whisker, dot, _names(base)).properties(height=ROW * len(lines) + AXIS))


def groups(lines: Sequence[str]) -> Spec:
    """Columns: line (the group), is_control, share, low, high, people."""
    return _groups(language(), tuple(lines))


@lru_cache(maxsize=20)
def _groups(spoken: Language, lines: tuple[str, ...]) -> Spec:
    base = alt.Chart(alt.NamedData(SOURCE)).encode(y=_rows(lines))
    title, axis = say_in(spoken, "campaigns.chart.share"), alt.Axis(format=".0%", tickCount=6)
    bar = base.mark_bar(height=16).encode(
        x=alt.X("share:Q", title=title, axis=axis, scale=alt.Scale(zero=True)),
        color=alt.condition("datum.is_control", alt.value(GREY), alt.value(BLUE)),
        tooltip=[
            alt.Tooltip("line:N", title=say_in(spoken, "campaigns.chart.group")),
            alt.Tooltip("share:Q", title=title, format=".2%"),
            alt.Tooltip("low:Q", title=say_in(spoken, "chart.low"), format=".2%"),
            alt.Tooltip("high:Q", title=say_in(spoken, "chart.high"), format=".2%"),
            alt.Tooltip("people:Q", title=say_in(spoken, "chart.entrants"), format=",.0f"),
        ],
    )
    whisker = base.mark_rule(strokeWidth=2.5, color="#e08a00", tooltip=None).encode(
        x=alt.X("low:Q", title=title, axis=axis), x2="high:Q"
    )
    return bare(alt.layer(bar, whisker, _names(base)).properties(height=ROW * len(lines) + AXIS))


def _rows(lines: tuple[str, ...]) -> alt.Y:
    return alt.Y("line:N", sort=list(lines), title=None, axis=None, scale=alt.Scale(padding=0.3))


def _names(base: alt.Chart) -> alt.Chart:
    """The name of each row above its mark, from the left edge."""
    text = base.mark_text(align="left", baseline="bottom", dy=-9, color=NAMES, fontSize=12, tooltip=None)
    named: alt.Chart = text.encode(x=alt.value(0), text="line:N")
    return named


def days() -> Spec:
    """Columns: x (day), when (in words), value, part before|during|after, line (the part in words)."""
    return _days(language())


@lru_cache(maxsize=2)
def _days(spoken: Language) -> Spec:
    scale = alt.Scale(domain=["before", "during", "after"], range=[GREY, BLUE, "#9cc4f2"])
    chart = (
        alt.Chart(alt.NamedData(SOURCE))
        .mark_bar()
        .encode(
            x=days_axis(spoken, "day"),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(format=",.0f", tickCount=4)),
            color=alt.Color("part:N", scale=scale, legend=None),
            tooltip=[
                alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
                alt.Tooltip("line:N", title=say_in(spoken, "campaigns.chart.part")),
                alt.Tooltip("value:Q", title=say_in(spoken, "chart.value"), format=",.0f"),
            ],
        )
    )
    return bare(alt.layer(chart).properties(height=200))


def arriving(lines: Sequence[str]) -> Spec:
    """Columns: x (day), when (in words), line (the group), people (so far); and `needed` in all groups, dashed."""
    return _arriving(language(), tuple(lines))


@lru_cache(maxsize=20)
def _arriving(spoken: Language, lines: tuple[str, ...]) -> Spec:
    title = say_in(spoken, "campaigns.chart.people")
    base = alt.Chart(alt.NamedData(SOURCE)).encode(x=days_axis(spoken, "day"))
    bar = base.mark_bar().encode(
        y=alt.Y("people:Q", title=title, axis=alt.Axis(format=",.0f", tickCount=4), stack="zero"),
        color=_colours(lines),
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("line:N", title=say_in(spoken, "campaigns.chart.group")),
            alt.Tooltip("people:Q", title=title, format=",.0f"),
        ],
    )
    needed = alt.Chart(alt.NamedData(SOURCE)).mark_rule(color="#c98500", strokeDash=[5, 3], strokeWidth=2, tooltip=None)
    needed = needed.encode(y=alt.Y("needed:Q", title=title))
    return bare(alt.layer(bar, needed).properties(height=240))


def since(lines: Sequence[str]) -> Spec:
    """Columns: day (since the exposure), line (the group), share (who had reached the goal by then), people; end."""
    return _since(language(), tuple(lines))


@lru_cache(maxsize=20)
def _since(spoken: Language, lines: tuple[str, ...]) -> Spec:
    days, title = say_in(spoken, "campaigns.chart.days"), say_in(spoken, "campaigns.chart.share")
    base = alt.Chart(alt.NamedData(SOURCE))
    line = base.mark_line(strokeWidth=2, point=True).encode(
        x=alt.X("day:Q", title=days, axis=alt.Axis(format="d", tickMinStep=1, grid=False), scale=alt.Scale(nice=False)),
        y=alt.Y("share:Q", title=title, axis=alt.Axis(format=".0%", tickCount=4), scale=alt.Scale(zero=True)),
        color=_colours(lines),
        tooltip=[
            alt.Tooltip("line:N", title=say_in(spoken, "campaigns.chart.group")),
            alt.Tooltip("day:Q", title=days),
            alt.Tooltip("share:Q", title=title, format=".2%"),
            alt.Tooltip("people:Q", title=say_in(spoken, "campaigns.chart.people"), format=",.0f"),
        ],
    )
    end = base.mark_rule(color=GREY, strokeDash=[4, 3], tooltip=None).encode(x=alt.X("end:Q", title=days))
    return bare(alt.layer(end, line).properties(height=240))


def _colours(lines: tuple[str, ...]) -> alt.Color:
    """The first group, which is the one held out, in grey where there are others."""
    own = [GREY, *CATEGORIES] if len(lines) > 1 else [BLUE]
    legend = alt.Legend(title=None, orient="top", labelLimit=260) if len(lines) > 1 else None
    scale = alt.Scale(domain=list(lines), range=(own * len(lines))[: len(lines)])
    return alt.Color("line:N", scale=scale, legend=legend)
