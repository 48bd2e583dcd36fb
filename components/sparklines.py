"""The small line of a card: settled periods, hollow open ones, and in grey what stands beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.cards import Series
from components import charts, figures, words
from components.words import say
from config.metrics import Metric

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

_SCHEMA = pa.schema(
    [
        ("x", pa.string()),
        ("value", pa.float64()),
        ("shown", pa.float64()),
        ("kind", pa.string()),
        ("when", pa.string()),
        ("line", pa.string()),
    ]
)


@dataclass(frozen=True)
class _Line:
    """One line: where on the axis, how high, what it says and of when."""

    kind: str
    x: Days
    height: Floats
    value: Floats
    when: Days


def table(
    now: Series,
    row: int,
    shown: npt.NDArray[np.bool_],
    metric: Metric,
    before: Series,
    missing_before: int,
    everyone: Series | None,
    notes: Mapping[str, str],
) -> pa.Table:
    """The points of one card's chart, as charts.sparkline wants them.

    row             of the metric in every series
    shown           which of `now`'s periods are on the axis
    missing_before  how many periods `before` lacks at its beginning, since the data begin later
    notes           what people noted, by the first day of its period
    """
    days, value, settled = now.periods[shown], now.value[row, shown], now.settled[row, shown]
    lines = [
        _Line("this", days, np.where(settled, value, np.nan), value, days),
        _Line("open", days, np.where(settled, np.nan, value), value, days),
    ]
    if everyone is not None:
        own = np.where(everyone.settled[row], everyone.value[row], np.nan)
        place = np.searchsorted(everyone.periods, now.periods[shown])
        lines.append(_other("everyone", days, own[np.minimum(place, len(own) - 1)], days, value, metric))
    if len(before.periods):
        axis = days[missing_before : missing_before + len(before.periods)]
        own = np.where(before.settled[row], before.value[row], np.nan)[: len(axis)]
        lines.append(_Line("before", axis, own, own, before.periods[: len(axis)]))
    if metric.target is not None and metric.unit in ("rate", "ratio") and np.isfinite(value).any():
        level = np.full(2, metric.target)
        lines.append(_Line("target", days[[0, -1]], level, level, days[[0, -1]]))
    return charts.with_notes(_joined(lines), notes, kind="note")


def spoken(now: Series, row: int, shown: npt.NDArray[np.bool_], metric: Metric, currency: str | None) -> str:
    """The settled periods of one card's line in words."""
    language, label = words.language(), words.text(metric.label)
    own = now.value[row, shown & now.settled[row]]
    own = own[np.isfinite(own)]
    if not len(own):
        return say("chart.sparkline_empty", label=label)
    low, high, last = (
        figures.short(each, metric.unit, language, currency)
        for each in (float(own.min()), float(own.max()), float(own[-1]))
    )
    return say("chart.sparkline_alt", label=label, count=len(own), low=low, high=high, last=last)


def _other(kind: str, x: Days, own: Floats, when: Days, value: Floats, metric: Metric) -> _Line:
    """A line of more people: a count is scaled to the mean of the chosen ones, so that shapes compare."""
    if metric.unit == "rate" or not np.isfinite(own).any() or not np.isfinite(value).any():
        return _Line(kind, x, own, own, when)
    mean = np.nanmean(own)
    scale = np.nanmean(value) / mean if mean else 1.0
    return _Line(kind, x, own * scale, own, when)


def _joined(lines: list[_Line]) -> pa.Table:
    """The lines one under another, without their gaps. Days become text in Arrow, which is quick at it."""
    keep = [np.isfinite(line.height) for line in lines]
    which = pa.array(np.repeat(np.arange(len(lines)), [int(kept.sum()) for kept in keep]))

    def column(name: str) -> pa.Array:
        return pa.array(np.concatenate([getattr(line, name)[kept] for line, kept in zip(lines, keep, strict=True)]))

    return pa.Table.from_arrays(
        [
            column("x").cast(pa.string()),
            column("height"),
            column("value"),
            pa.array([line.kind for line in lines]).take(which),
            column("when").cast(pa.string()),
            pa.array([say(f"chart.kind.{line.kind}") for line in lines]).take(which),
        ],
        schema=_SCHEMA,
    )
