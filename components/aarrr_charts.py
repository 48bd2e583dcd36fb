"""The charts of AARRR, specified as components/charts.py says."""

from functools import lru_cache

import altair as alt

from components.charts import BLUE, FORMAT, GREY, SOURCE, Spec, bare
from components.words import language, say_in
from config.text import Language

GOOD, BAD = "#2c9c6a", "#e08a00"

# Where a person expects a mark on an axis of time: 1 and 10 seconds, a minute …, three months.
_TICKS = (1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000, 7_776_000)


def times(shortest: float, longest: float) -> Spec:
    """A histogram of seconds on a logarithmic axis between these bounds, the same for charts that stand together.

    Columns: shortest, longest, users, share, from_, to (both in words), kind bar|lower|median|upper; of the last
    three only shortest (the quartile) and from_ (it in words) are set.
    """
    return _times(language(), shortest, longest)


@lru_cache(maxsize=50)
def _times(spoken: Language, shortest: float, longest: float) -> Spec:
    names = "{" + ", ".join(f"'{tick}': '{say_in(spoken, f'duration.tick_{tick}')}'" for tick in _TICKS) + "}"
    axis = alt.Axis(
        values=[tick for tick in _TICKS if shortest <= tick <= longest],
        labelExpr=f"({names})[format(datum.value, 'd')]",
        labelOverlap="greedy",
        grid=False,
    )
    x = alt.X(
        "shortest:Q",
        title=None,
        axis=axis,
        scale=alt.Scale(type="log", domain=[shortest, longest], nice=False),
    )
    base = alt.Chart(alt.NamedData(SOURCE))
    bars = base.transform_filter("datum.kind == 'bar'").mark_bar(color=BLUE, binSpacing=1)
    bars = bars.encode(
        x=x,
        x2="longest:Q",
        y=alt.Y("share:Q", title=say_in(spoken, "chart.share"), axis=alt.Axis(format=".0%", tickCount=3)),
        # A bar between two bounds has no floor of its own.
        y2=alt.datum(0),
        tooltip=[
            alt.Tooltip("from_:N", title=say_in(spoken, "aarrr.time.from")),
            alt.Tooltip("to:N", title=say_in(spoken, "aarrr.time.to")),
            alt.Tooltip("users:Q", title=say_in(spoken, "aarrr.people"), format=FORMAT["people"]),
            alt.Tooltip("share:Q", title=say_in(spoken, "chart.share"), format=".1%"),
        ],
    )
    quartiles = base.transform_filter("datum.kind == 'lower' || datum.kind == 'upper'").mark_rule(
        color=GREY, strokeDash=[3, 3], strokeWidth=1.4, tooltip=None
    )
    median = base.transform_filter("datum.kind == 'median'").mark_rule(color=GREY, strokeWidth=2.4, tooltip=None)
    named = base.transform_filter("datum.kind == 'median'").mark_text(
        baseline="bottom", dy=-3, fontSize=12, fontWeight=600, color=GREY, tooltip=None
    )
    layers = [bars, quartiles.encode(x=x), median.encode(x=x), named.encode(x=x, y=alt.value(0), text="from_:N")]
    spec = bare(alt.layer(*layers).properties(height=140))
    # The median is written above the bars, which would hide it.
    spec["padding"] = {"left": 4, "right": 4, "top": 18, "bottom": 4}
    return spec


def waterfall(unit: str) -> Spec:
    """From one amount to another, step by step.

    Columns: step (in words), order, low, high (the bar's ends), kind total|more|less, shown (what it adds), share (of
    the change; missing for totals), words (written above it).
    """
    return _waterfall(language(), unit)


@lru_cache(maxsize=6)
def _waterfall(spoken: Language, unit: str) -> Spec:
    # A word a line, so that a phone has room for all five.
    axis = alt.Axis(labelAngle=0, labelOverlap=False, labelExpr="split(datum.label, ' ')")
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=alt.X("step:N", sort=alt.EncodingSortField("order"), title=None, axis=axis)
    )
    colours = alt.Scale(domain=["total", "more", "less"], range=[BLUE, GOOD, BAD])
    bars = base.mark_bar(width=alt.RelativeBandSize(0.62)).encode(
        y=alt.Y(
            "low:Q", title=say_in(spoken, "aarrr.money.revenue"), axis=alt.Axis(format=",.0f", tickCount=4), stack=None
        ),
        y2="high:Q",
        color=alt.Color("kind:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("step:N", title=say_in(spoken, "aarrr.money.factor")),
            alt.Tooltip("shown:Q", title=say_in(spoken, "chart.value"), format=FORMAT[unit]),
            alt.Tooltip("share:Q", title=say_in(spoken, "aarrr.money.share"), format=".1%"),
        ],
    )
    words = base.mark_text(dy=-7, fontSize=12, fontWeight=600, color=GREY, tooltip=None).encode(
        y=alt.Y("high:Q", stack=None), text="words:N"
    )
    return bare(alt.layer(bars, words).properties(height=260))
