"""Figures made elsewhere among ours: read together, and theirs beside ours where both count the same.

They are of everybody, so no filter on people applies to them: while one is set they are withheld.
"""

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st

from analysis import cards as analysis
from analysis import reconciliation
from analysis.cards import Card, Series
from components import data, figures, words
from components.data import read
from components.filters import Chosen
from components.markup import Html, html
from components.words import say
from config.metrics import Elsewhere, Metric, made_elsewhere
from warehouse.read import Value

COUNTED = ("numerator", "denominator", "pending")


def metrics() -> dict[str, Metric]:
    """All headline figures of this product by id: ours, then those made elsewhere."""
    theirs = read("overview/figures", grain="month")["metric"].unique()
    return {**data.metrics(), **made_elsewhere(data.product(), theirs)}


def counts(**asked: Value) -> pd.DataFrame:
    """Every headline figure by period, asked and answered as overview/metrics; theirs are empty under a filter."""
    return _joined("overview/metrics", "overview/figures", asked)


def counts_by_value(**asked: Value) -> pd.DataFrame:
    """The same for each value of a dimension, as overview/metrics_by_value."""
    return _joined("overview/metrics_by_value", "overview/figures_by_value", asked)


def series(table: pd.DataFrame, shown: Mapping[str, Metric], chosen: Chosen) -> Series:
    """The figures as a grid; one that is withheld has data, though none is shown."""
    found = analysis.series(table, {name: metric.unit for name, metric in shown.items()})
    if chosen.segments is None:
        return found
    theirs = read("overview/figures", grain=chosen.grain)
    return analysis.withholding(found, theirs.loc[theirs["numerator"].notna(), "metric"].unique())


def is_withheld(metric: Metric, chosen: Chosen) -> bool:
    """Whether the figure cannot be shown, because people are filtered."""
    return isinstance(metric, Elsewhere) and chosen.segments is not None


def comes_later(metric: Metric, chosen: Chosen) -> bool:
    """Whether the figure comes less often than the grain chosen, so that there is nothing to show by it."""
    order = ("day", "week", "month")
    return isinstance(metric, Elsewhere) and order.index(metric.every) > order.index(chosen.grain)


def targets(shown: Mapping[str, Metric]) -> dict[str, float | None]:
    """What a month's sum is held against; the last amount of a month is a level, of which no share is reached."""
    return {
        name: None if isinstance(metric, Elsewhere) and metric.combine == "last" else metric.target
        for name, metric in shown.items()
    }


def with_values(shown: Mapping[str, Metric], chosen: Chosen) -> list[str]:
    """The figures that can be broken down by the chosen dimension: ours, and those that are given by it."""
    given: Iterable[str] = ()
    if chosen.segments is None:
        asked = {"grain": chosen.grain, "dimension": chosen.dimension}
        theirs = read("overview/figures_by_value", **chosen.period, **asked)
        given = theirs.loc[theirs["numerator"].notna(), "metric"].unique()
    return [name for name, metric in shown.items() if not isinstance(metric, Elsewhere) or name in given]


def beside(card: Card, metric: Metric, chosen: Chosen) -> Html:
    """Under a day's figure of ours: what others count under the same name, and how far that is from ours."""
    if card.period is None or chosen.grain != "day" or chosen.segments is not None:
        return Html("")
    if card.metric not in _counted_by_others(str(data.in_use())):
        return Html("")
    days = reconciliation.by_day(read("data/reconciliation", **chosen.period), card.metric, metric.unit)
    day = days[(days["day"] == pd.Timestamp(card.period)) & days["theirs"].notna()]
    if not len(day):
        return Html("")
    language = words.language()
    theirs, difference = float(day["theirs"].iloc[0]), float(day["difference"].iloc[0])
    return html(
        '<div class="everyone" title="{why}">{text}</div>',
        why=say("elsewhere.beside_why"),
        text=say(
            "elsewhere.beside",
            value=figures.short(theirs, metric.unit, language, chosen.currency),
            difference=figures.difference(difference, metric.unit, language),
        ),
    )


@st.cache_resource(max_entries=3, show_spinner=False)
def _counted_by_others(path: str) -> frozenset[str]:
    """Our figures of which somebody else has a count, in the warehouse at `path`, the one in use."""
    return frozenset(read("data/reconciliation")["figure"])


def _joined(ours: str, theirs: str, asked: Mapping[str, Value]) -> pd.DataFrame:
    own = read(ours, **asked)
    others = read(theirs, **{name: value for name, value in asked.items() if name != "segments"})
    if not len(others):
        return own
    if asked.get("segments") is not None:
        others = others.assign(**dict.fromkeys(COUNTED, pd.Series(pd.NA, others.index, "Float64")))
    return pd.concat([own, others], ignore_index=True)
