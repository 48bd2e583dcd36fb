"""The chart of the weekly review: a figure in its usual range."""

from functools import lru_cache

import altair as alt

from analysis.periods import Grain
from components.charts import BLUE, FORMAT, GREY, SOURCE, Spec, bare, days_axis
from components.words import language, say_in
from config.text import Language


def in_range(unit: str, grain: Grain) -> Spec:
    """Columns: x (first day of a period), when (in words), value, low, high, expected, target, is_reviewed."""
    return _in_range(language(), unit, grain)


@lru_cache(maxsize=40)
def _in_range(spoken: Language, unit: str, grain: Grain) -> Spec:
    form = FORMAT[unit]
    axis = alt.Axis(format=".0%" if unit == "rate" else "~s", tickCount=4)
    base = alt.Chart(alt.NamedData(SOURCE)).encode(x=days_axis(spoken, grain))
    y = alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(zero=False, nice=True))
    band = (
        base.transform_filter("isValid(datum.low)")
        .mark_area(color=GREY, opacity=0.22, tooltip=None)
        .encode(y=alt.Y("low:Q", title=None, axis=axis, scale=alt.Scale(zero=False)), y2="high:Q")
    )
    target = base.transform_filter("isValid(datum.target)").mark_line(
        color="#c98500", strokeDash=[5, 3], strokeWidth=1.4, tooltip=None
    )
    line = base.mark_line(color=BLUE, strokeWidth=2, tooltip=None).encode(y=y)
    reviewed = base.transform_filter("datum.is_reviewed").mark_point(
        filled=True, size=90, color=BLUE, opacity=1, tooltip=None
    )
    hover = base.mark_point(opacity=0, size=90).encode(
        y=y,
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("value:Q", title=say_in(spoken, "chart.value"), format=form),
            alt.Tooltip("low:Q", title=say_in(spoken, "weekly.chart.low"), format=form),
            alt.Tooltip("high:Q", title=say_in(spoken, "weekly.chart.high"), format=form),
        ],
    )
    layers = alt.layer(band, target.encode(y="target:Q"), line, reviewed.encode(y=y), hover)
    return bare(layers.properties(height=150))
