"""The charts of What if, specified as components/charts.py says."""

from functools import lru_cache

import altair as alt

from components.charts import BLUE, FORMAT, GREY, SOURCE, Spec, bare, days_axis
from components.words import language, say_in
from config.text import Language

HEIGHT = 190


def weeks_ahead(unit: str) -> Spec:
    """What was, and what may come: the past solid, as things are dashed in grey, the scenario blue with its band.

    Columns: x (week), kind past|baseline|scenario, value, low, high (missing for the past), when (the week in words),
    line (what the line is).
    """
    return _weeks_ahead(language(), unit)


@lru_cache(maxsize=8)
def _weeks_ahead(spoken: Language, unit: str) -> Spec:
    scale = alt.Scale(zero=False, nice=True)
    tooltip = [
        alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
        alt.Tooltip("line:N", title=say_in(spoken, "chart.line")),
        alt.Tooltip("value:Q", title=say_in(spoken, "chart.value"), format=FORMAT[unit]),
    ]
    ahead = [
        *tooltip,
        alt.Tooltip("low:Q", title=say_in(spoken, "chart.low"), format=FORMAT[unit]),
        alt.Tooltip("high:Q", title=say_in(spoken, "chart.high"), format=FORMAT[unit]),
    ]
    x = days_axis(spoken, "week")
    x["scale"] = alt.Scale(paddingInner=0, paddingOuter=0.5)
    x["axis"]["grid"] = False
    y = alt.Y("value:Q", title=None, axis=alt.Axis(format="~s", tickCount=4), scale=scale)
    base = alt.Chart(alt.NamedData(SOURCE)).encode(x=x, y=y)
    past = base.transform_filter("datum.kind == 'past'").mark_line(color=BLUE, strokeWidth=2.2, tooltip=None)
    baseline = base.transform_filter("datum.kind == 'baseline'").mark_line(
        color=GREY, strokeWidth=1.6, strokeDash=[4, 3], tooltip=None
    )
    scenario = base.transform_filter("datum.kind == 'scenario'")
    band = scenario.mark_area(color=BLUE, opacity=0.18, tooltip=None)
    band = band.encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    line = scenario.mark_line(color=BLUE, strokeWidth=2.2, tooltip=None)
    hover = base.mark_point(opacity=0, size=80)
    over_past = hover.transform_filter("!isValid(datum.low)").encode(tooltip=tooltip)
    over_ahead = hover.transform_filter("isValid(datum.low)").encode(tooltip=ahead)
    spec = bare(alt.layer(band, baseline, past, line, over_past, over_ahead).properties(height=HEIGHT))
    # Half of the last week's label sticks out on the right.
    spec["padding"] = {"left": 2, "right": 24, "top": 4, "bottom": 2}
    return spec
