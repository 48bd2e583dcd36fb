"""The charts of Lifecycle, specified as components/charts.py says."""

from functools import lru_cache
from typing import Any

import altair as alt

from analysis.periods import Grain
from components.charts import BLUE, GREY, SOURCE, Spec, bare, days_axis, note_marks
from components.words import language, say_in
from config.text import Language

# As components/look.css and the almanac's look have them everywhere.
STAGES = {
    "design": "#8b929c",
    "cold_start": "#8a63c9",
    "growth": "#2c9c6a",
    "maturity": BLUE,
    "decline": "#e08a00",
    "unknown": "#b3b8bf",
}
STATES = {"new": BLUE, "retained": "#86a293", "resurrected": "#8cc0f0", "dormant": "#e08a00"}
OUTAGE = "#c0589b"

# The band of stages lies between the curve's floor and the axis, so far from the bottom; above the curve is room for
# the beginnings of campaigns' names. Streamlit fits the axis into the height, so that only Vega knows what is left.
_FLOOR, _BAND, _HEADROOM = 38, (30, 3), 44
_SMALL_FLOOR, _SMALL_BAND = 16, (11, 0)
_NAME = 100
# Half of the last day's label sticks out on the right.
_PADDING = {"left": 4, "right": 26, "top": 4, "bottom": 4}
# A name in the band needs about so many pixels a character.
_CHARACTER: dict[Language, float] = {"en": 7.2, "zh": 13.0}


def stage_picture() -> Spec:
    """Weekly actives over the band of stages.

    Columns: x (week), last, kind, value, name, when, detail, share, size. By kind: this (complete weeks), open (the
    running one), real, everyone (grey lines, dashed and solid): value, when, name (of the line), detail (the stage);
    run: name (a stage, for its colour), when, detail (its label), last (week); chosen: last; label: name
    (a stage's label), detail (the stage), share (of the axis), size (its characters); campaign: name, when, share (to
    the next); outage: name.
    """
    return _stage_picture(language())


@lru_cache(maxsize=2)
def _stage_picture(spoken: Language) -> Spec:
    base = _curve_base(spoken)
    chosen = base.transform_filter("datum.kind == 'chosen'").mark_rect(color=BLUE, opacity=0.09, tooltip=None)
    chosen = chosen.encode(**_from_to(base), y=alt.value(0), y2=_above_bottom(_FLOOR))
    marks = base.transform_filter("datum.kind == 'campaign'")
    rules = marks.mark_rule(color=GREY, opacity=0.6, strokeDash=[2, 3], tooltip=None)
    rules = rules.encode(y=alt.value(0), y2=_above_bottom(_FLOOR))
    named = marks.transform_filter("datum.share * width > 12").mark_text(
        angle=270, align="right", baseline="bottom", dx=-2, dy=-2, fontSize=10.5, color=GREY, limit=_NAME, tooltip=None
    )
    names = named.encode(y=alt.value(0), text="name:N")
    grips = marks.mark_rect(opacity=0, tooltip=None).encode(
        y=alt.value(0), y2=alt.value(_NAME), tooltip=_tooltips(spoken, "campaign")
    )
    outage = base.transform_filter("datum.kind == 'outage'")
    dots = outage.mark_point(color=OUTAGE, size=70, strokeWidth=2, shape="diamond", filled=False, tooltip=None).encode(
        tooltip=_tooltips(spoken, "outage")
    )
    words = outage.mark_text(align="left", dx=8, fontSize=11, color=OUTAGE, tooltip=None).encode(text="name:N")
    layers = [chosen, rules, names, *_beside(base), *_curve(base, spoken), dots, words, grips]
    layers += [*_band(base, spoken, _BAND), _band_names(base, spoken)]
    return {**bare(alt.layer(*layers).properties(height=360)), "padding": _PADDING}


def small_stage() -> Spec:
    """The same for one value of a dimension: kinds this, open and run."""
    return _small_stage(language())


@lru_cache(maxsize=2)
def _small_stage(spoken: Language) -> Spec:
    base = _small_base()
    spec = bare(alt.layer(*_curve(base, spoken), *_band(base, spoken, _SMALL_BAND)).properties(height=104))
    spec["padding"] = {"left": 0, "right": 0, "top": 2, "bottom": 2}
    return spec


def growth(grain: Grain) -> Spec:
    """Columns: x, when, state, label, users, height (dormant below 0), order, is_complete, total, net, periods, edge,
    note.

    edge  the height of a bar's end above and below the line, where its sum is written; elsewhere missing. The running
          period stands apart: the x of the gap before it ends in "~".
    """
    return _growth(language(), grain)


@lru_cache(maxsize=6)
def _growth(spoken: Language, grain: Grain) -> Spec:
    x = days_axis(spoken, grain)
    x["axis"]["labelExpr"] = f"length(datum.value) > 10 ? '' : {x['axis']['labelExpr']}"
    colour = alt.Color("state:N", scale=alt.Scale(domain=list(STATES), range=list(STATES.values())), legend=None)
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=x,
        y=alt.Y(
            "height:Q",
            title=say_in(spoken, "lifecycle.people"),
            # A count below the line is a count: the sign is a matter of drawing.
            axis=alt.Axis(labelExpr="format(abs(datum.value), ',.0f')", tickCount=6),
            stack="zero",
        ),
        order="order:Q",
        tooltip=[
            alt.Tooltip("when:N", title=say_in(spoken, "chart.period")),
            alt.Tooltip("label:N", title=say_in(spoken, "lifecycle.state_label")),
            alt.Tooltip("users:Q", title=say_in(spoken, "lifecycle.people"), format=",.0f"),
            alt.Tooltip("total:Q", title=say_in(spoken, "lifecycle.column.total"), format=",.0f"),
            alt.Tooltip("net:Q", title=say_in(spoken, "lifecycle.column.net"), format="+,.0f"),
        ],
    )
    full = base.transform_filter("datum.is_complete").mark_bar().encode(color=colour)
    hollow = base.transform_filter("!datum.is_complete").mark_bar(fillOpacity=0.12, strokeWidth=1.4, strokeDash=[3, 2])
    hollow = hollow.encode(
        color=colour,
        stroke=alt.Stroke("state:N", scale=alt.Scale(domain=list(STATES), range=list(STATES.values())), legend=None),
    )
    zero = alt.Chart(alt.NamedData(SOURCE)).transform_aggregate(n="count()").transform_calculate(zero="0")
    line = zero.mark_rule(color=GREY, tooltip=None).encode(y="zero:Q")
    # Totals where there is room for them; the tooltip has them anyhow.
    totals = alt.Chart(alt.NamedData(SOURCE)).transform_filter("isValid(datum.edge) && width / datum.periods > 38")
    totals = totals.transform_calculate(sum="format(abs(datum.edge), ',.0f')")
    above = totals.transform_filter("datum.edge >= 0").mark_text(dy=-7, fontSize=11, color=GREY, tooltip=None)
    below = totals.transform_filter("datum.edge < 0").mark_text(dy=8, fontSize=11, color=GREY, tooltip=None)
    texts = [each.encode(x=x, y="edge:Q", text="sum:N") for each in (above, below)]
    return {
        **bare(alt.layer(full, hollow, line, *texts, note_marks(spoken, x)).properties(height=300)),
        "padding": _PADDING,
    }


def habit() -> Spec:
    """Columns: days, share, before, users, few (so few bars that each has its figure).

    Bars, and a grey tick where the comparison stood.
    """
    return _habit(language())


@lru_cache(maxsize=2)
def _habit(spoken: Language) -> Spec:
    tooltip = [
        alt.Tooltip("days:O", title=say_in(spoken, "lifecycle.days")),
        alt.Tooltip("share:Q", title=say_in(spoken, "chart.share"), format=".1%"),
        alt.Tooltip("users:Q", title=say_in(spoken, "lifecycle.people"), format=",.0f"),
        alt.Tooltip("before:Q", title=say_in(spoken, "chart.kind.before"), format=".1%"),
    ]
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        x=alt.X("days:O", title=say_in(spoken, "lifecycle.days"), axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
        y=alt.Y("share:Q", title=say_in(spoken, "chart.share"), axis=alt.Axis(format=".0%", tickCount=4)),
        tooltip=tooltip,
    )
    ticks = base.transform_filter("isValid(datum.before)").mark_tick(color=GREY, thickness=2.5, tooltip=None)
    # Above the tick, too, and only where seven of them have room.
    texts = base.transform_filter("datum.few && width > 240").transform_calculate(
        top="max(datum.share, isValid(datum.before) ? datum.before : 0)"
    )
    texts = texts.mark_text(dy=-8, fontSize=11, tooltip=None, color=GREY)
    bars = base.mark_bar(color=BLUE)
    return bare(
        alt.layer(
            bars, ticks.encode(y="before:Q"), texts.encode(y="top:Q", text=alt.Text("share:Q", format=".0%"))
        ).properties(height=330)
    )


def silence() -> Spec:
    """Columns: label, users, share, is_wide, in the order of the axis; bars of several weeks are paler."""
    return _silence(language())


@lru_cache(maxsize=2)
def _silence(spoken: Language) -> Spec:
    base = alt.Chart(alt.NamedData(SOURCE)).encode(
        y=alt.Y("label:N", sort=None, title=say_in(spoken, "lifecycle.weeks"), axis=alt.Axis(labelOverlap=False)),
        x=alt.X("users:Q", title=say_in(spoken, "lifecycle.people"), axis=alt.Axis(format=",.0f", tickCount=4)),
        tooltip=[
            alt.Tooltip("label:N", title=say_in(spoken, "lifecycle.weeks")),
            alt.Tooltip("users:Q", title=say_in(spoken, "lifecycle.people"), format=",.0f"),
            alt.Tooltip("share:Q", title=say_in(spoken, "chart.share"), format=".1%"),
        ],
    )
    one = base.transform_filter("!datum.is_wide").mark_bar(color=STATES["dormant"])
    several = base.transform_filter("datum.is_wide").mark_bar(color=STATES["dormant"], opacity=0.45)
    return bare(alt.layer(one, several).properties(height=330))


# Parts ----------------------------------------------------------------------------------------------------


def _curve_base(spoken: Language) -> alt.Chart:
    x = days_axis(spoken, "week")
    x["scale"] = _weeks_touching()
    y = alt.Y(
        "value:Q",
        title=say_in(spoken, "lifecycle.actives"),
        axis=alt.Axis(format=",.0f", tickCount=5),
        scale=_scale(_FLOOR, _HEADROOM),
    )
    return alt.Chart(alt.NamedData(SOURCE)).encode(x=x, y=y)


def _small_base() -> alt.Chart:
    x = alt.X("x:O", axis=None, scale=_weeks_touching())
    look = alt.Axis(format=".2~s", tickCount=2, domain=False)
    y = alt.Y("value:Q", title=None, axis=look, scale=_scale(_SMALL_FLOOR, 2))
    return alt.Chart(alt.NamedData(SOURCE)).encode(x=x, y=y)


def _weeks_touching() -> alt.Scale:
    return alt.Scale(paddingInner=0, paddingOuter=0.5)


def _scale(floor: int, top: int) -> alt.Scale:
    return alt.Scale(zero=True, range=[{"expr": f"height - {floor}"}, top])


def _above_bottom(pixels: float) -> Any:
    return alt.value({"expr": f"height - {pixels}"})


def _beside(base: alt.Chart) -> list[Any]:
    """Lines in grey, each with its name at its end."""
    grey = base.transform_filter("datum.kind == 'real' || datum.kind == 'everyone'")
    dashes = alt.Scale(domain=["real", "everyone"], range=[[5, 3], [1, 0]])
    lines = grey.mark_line(color=GREY, strokeWidth=1.6, tooltip=None)
    lines = lines.encode(strokeDash=alt.StrokeDash("kind:N", scale=dashes, legend=None), detail="kind:N")
    names = grey.transform_filter("isValid(datum.size)").mark_text(
        align="right", dx=-4, dy=12, fontSize=11, fontWeight=600, color=GREY, tooltip=None
    )
    return [lines, names.encode(text="name:N")]


def _curve(base: alt.Chart, spoken: Language) -> list[Any]:
    """The weekly actives, the running week hollow; every point has a tooltip."""
    line = base.transform_filter("datum.kind == 'this'").mark_line(color=BLUE, strokeWidth=2.4, tooltip=None)
    hollow = base.transform_filter("datum.kind == 'open'").mark_point(
        color=BLUE, size=46, filled=False, strokeWidth=1.6, tooltip=None
    )
    hover = base.transform_filter("isValid(datum.value) && datum.kind != 'outage'").mark_point(opacity=0, size=90)
    return [line, hollow, hover.encode(tooltip=_tooltips(spoken, "curve"))]


def _band(base: alt.Chart, spoken: Language, edges: tuple[int, int]) -> list[Any]:
    """A rectangle a run of weeks in its stage's colour; unknown is hatched."""
    runs = base.transform_filter("datum.kind == 'run'").encode(
        **_from_to(base), y=_above_bottom(edges[0]), y2=_above_bottom(edges[1]), tooltip=_tooltips(spoken, "run")
    )
    scale = alt.Scale(domain=list(STAGES), range=list(STAGES.values()))
    known = runs.transform_filter("datum.name != 'unknown'").mark_rect()
    hatched = runs.transform_filter("datum.name == 'unknown'").mark_rect(color=_hatching())
    return [known.encode(color=alt.Color("name:N", scale=scale, legend=None)), hatched]


def _from_to(base: alt.Chart) -> dict[str, Any]:
    """From the left edge of the week x to the right edge of the week last."""
    x = base.encoding.x.copy()
    x["bandPosition"] = 0
    return {"x": x, "x2": alt.X2("last", bandPosition=1)}


def _band_names(base: alt.Chart, spoken: Language) -> Any:
    """A stage's label in the middle of its weeks, where they are wide enough for it."""
    need = f"datum.share * width > datum.size * {_CHARACTER[spoken]} + 6"
    marks = base.transform_filter(f"datum.kind == 'label' && {need}")
    words = marks.mark_text(fontSize=12, fontWeight=700, tooltip=None)
    colour = alt.condition("datum.detail == 'unknown'", alt.value("#2b313a"), alt.value("#ffffff"))
    return words.encode(y=_above_bottom(sum(_BAND) / 2), text="name:N", color=colour)


def _hatching() -> alt.Gradient:
    """Diagonal stripes, which Vega has only as a gradient with hard edges."""
    stripes, light, dark = 4, "#d9dce0", STAGES["unknown"]
    stops = []
    for place in range(2 * stripes):
        colour = dark if place % 2 else light
        stops += [
            alt.GradientStop(color=colour, offset=place / (2 * stripes)),
            alt.GradientStop(color=colour, offset=(place + 1) / (2 * stripes)),
        ]
    return alt.LinearGradient(gradient="linear", stops=stops, x1=0, y1=0, x2=1, y2=1)


def _tooltips(spoken: Language, of: str) -> list[alt.Tooltip]:
    when = alt.Tooltip("when:N", title=say_in(spoken, "chart.period"))
    people = alt.Tooltip("value:Q", title=say_in(spoken, "lifecycle.actives"), format=",.0f")
    stage = alt.Tooltip("detail:N", title=say_in(spoken, "lifecycle.stage"))
    line = alt.Tooltip("name:N", title=say_in(spoken, "chart.line"))
    if of == "curve":
        return [when, people, line, stage]
    if of == "run":
        return [when, stage]
    what = alt.Tooltip("name:N", title=say_in(spoken, f"lifecycle.{of}"))
    return [what, when] if of == "campaign" else [what, when, people]
