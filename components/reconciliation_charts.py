"""The charts of ours beside theirs, specified as components/charts.py says."""

from functools import lru_cache

import altair as alt

from components.charts import BLUE, FORMAT, GREY, SOURCE, Spec, bare, days_axis
from components.words import language, say_in
from config.text import Language

# Days of two charts one above another stand one above another where their axes are as wide.
_AXIS = 56


def both(unit: str) -> Spec:
    """Columns: x (day), when (in words), value, kind ours|theirs, line (its name)."""
    return _both(language(), unit)


def apart(unit: str) -> Spec:
    """Columns: x (day), when (in words), difference: theirs against ours; under `both`, on the same days."""
    return _apart(language(), "points" if unit == "rate" else "percent")


@lru_cache(maxsize=20)
def _both(spoken: Language, unit: str) -> Spec:
    colours = alt.Scale(domain=["ours", "theirs"], range=[BLUE, GREY])
    dashes = alt.Scale(domain=["ours", "theirs"], range=[[1, 0], [4, 3]])
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        # Bands as the bars below have them.
        x=days_axis(spoken, "day").scale(type="band"),
        y=alt.Y("value:Q", title=None, axis=_left(FORMAT[unit], 4), scale=alt.Scale(zero=False)),
        color=alt.Color("kind:N", scale=colours, legend=None),
        strokeDash=alt.StrokeDash("kind:N", scale=dashes, legend=None),
    )
    hover = base.mark_point(opacity=0, size=60).encode(
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
            alt.Tooltip("value:Q", title=say_in(spoken, "chart.value"), format=FORMAT[unit]),
        ]
    )
    return bare(alt.layer(base.mark_line(strokeWidth=2, tooltip=None), hover).properties(height=150))


@lru_cache(maxsize=6)
def _apart(spoken: Language, kind: str) -> Spec:
    title = say_in(spoken, f"data.column.difference_{kind}")
    base = alt.Chart(alt.NamedData(SOURCE)).transform_calculate(shown="100 * datum.difference")
    bars = base.mark_bar(color=GREY).encode(
        x=days_axis(spoken, "day"),
        y=alt.Y("shown:Q", title=None, axis=_left("+.1~f", 3), scale=alt.Scale(zero=True)),
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("shown:Q", title=title, format="+.2f"),
        ],
    )
    head = alt.TitleParams(title, anchor="start", fontSize=12, fontWeight="normal", offset=4)
    return bare(alt.layer(bars).properties(height=90, title=head))


def _left(form: str, count: int) -> alt.Axis:
    return alt.Axis(format=form, tickCount=count, minExtent=_AXIS, maxExtent=_AXIS)
