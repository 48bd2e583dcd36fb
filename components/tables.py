"""Tables and the files made from them. Short ones are HTML, so that they print whole and are read aloud."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from analysis.cards import Series
from analysis.retention import Triangle
from components import data, figures, words
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.words import say
from config.metrics import Metric

Floats = npt.NDArray[np.float64]
MOST_VALUES = 30
# A rate of fewer people is drawn pale: overview.by_about says so.
FEW = 30
# How a spreadsheet tells a formula from text.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Cell:
    """One cell: what it says, what hovering adds, how full its bar is (0-1; missing: no bar).

    is_few    a figure of so few people that chance rules it; drawn pale
    is_words  words, not a figure: set to the left, and broken where they are long
    tone      good | bad: the figure's colour
    """

    text: str
    hover: str = ""
    share: float = np.nan
    is_few: bool = False
    is_words: bool = False
    tone: str = ""


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """One row after another, its columns as attributes, of the types that the table has."""
    return iter(table.itertuples())


def bars(first: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]) -> None:
    """A table with bars in its cells: a name a row, then a cell a column."""
    kinds = ["", *("words" if cell.is_words else "" for cell in rows[0][1])] if rows else [""] * (len(columns) + 1)
    head = join(
        [
            html('<th scope="col" class="{kind}">{name}</th>', name=name, kind=kind)
            for name, kind in zip((first, *columns), kinds, strict=True)
        ]
    )
    body = join(
        [
            html(
                '<tr><th scope="row">{name}</th>{cells}</tr>',
                name=name,
                cells=join([_bar(cell) for cell in cells]),
            )
            for name, cells in rows
        ]
    )
    draw(
        html(
            '<div class="scroll" tabindex="0"><table class="bars"><thead><tr>{head}</tr></thead>'
            "<tbody>{body}</tbody></table></div>",
            head=head,
            body=body,
        )
    )


def breakdown(table: pd.DataFrame, metrics: dict[str, Metric], chosen: Chosen) -> None:
    """Figures by value of the chosen dimension (analysis.cards.breakdown): the largest, the rest said."""
    language, currency = words.language(), chosen.currency
    found = set(table["metric"])
    shown = [metric for metric in metrics if metric in found]
    top = table["figure"].abs().groupby(table["metric"]).max().to_dict()
    # A figure made elsewhere can have values of its own, and lack some of ours.
    rows: dict[str, dict[str, Cell]] = {}
    for value, metric, figure, above, below in table.itertuples(index=False):
        unit = metrics[metric].unit
        hover = figures.exact(figure, unit, language, currency)
        if np.isfinite(below):
            of = {"above": figures.exact(above, "people", language), "below": figures.count(below, language)}
            hover = say("table.of", figure=hover, **of)
        share = abs(figure) / top[metric] if top[metric] else np.nan
        is_few = unit == "rate" and below < FEW
        rows.setdefault(value, {})[metric] = Cell(figures.short(figure, unit, language, currency), hover, share, is_few)
    values, nothing = list(rows), Cell(figures.DASH)
    named = [
        (words.value(value, chosen.dimension), [rows[value].get(metric, nothing) for metric in shown])
        for value in values[:MOST_VALUES]
    ]
    bars(chosen.dimension_label, [words.text(metrics[metric].label) for metric in shown], named)
    if len(values) > MOST_VALUES:
        st.caption(plain(say("table.values_left_out", shown=MOST_VALUES, count=len(values) - MOST_VALUES)))


def by_period(found: Series, metrics: dict[str, Metric], chosen: Chosen) -> None:
    """Every figure by period, the latest first; periods still running are marked. Rates are in percent."""
    shown = found.periods >= np.datetime64(chosen.span.from_)
    settled = np.where(found.settled[found.has_data][:, shown].all(axis=0), "", say("table.open"))
    running = np.where(found.complete[:, shown].all(axis=0), settled, say("table.running"))
    columns: dict[str, object] = {
        "period": np.datetime_as_string(found.periods[shown][::-1], unit="D"),
        "state": running[::-1],
    }
    settings: dict[str, ColumnConfig | str | None] = {
        "period": st.column_config.TextColumn(say("table.period"), pinned=True, width=100),
        "state": st.column_config.TextColumn(say("table.state"), help=say("table.state_help"), width=95),
    }
    for row in np.flatnonzero(found.has_data):
        metric = metrics[found.metrics[row]]
        scale = 100 if metric.unit == "rate" else 1
        columns[found.metrics[row]] = found.value[row, shown][::-1] * scale
        settings[found.metrics[row]] = st.column_config.NumberColumn(
            words.text(metric.label), format=_format(metric.unit, bool(found.quotient[row]))
        )
    if not running.any():
        del columns["state"]
    st.dataframe(
        # Arrow itself, which pandas would only be turned into; missing figures become its nulls.
        pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()}),
        hide_index=True,
        column_config=settings,
        height="auto",
        placeholder=figures.DASH,
        alt=say("table.by_period_alt"),
    )
    grain = say(f"scope.grain.{chosen.grain}")
    st.caption(plain(say("table.by_period_note", count=int(shown.sum()), grain=grain)))


def triangle(found: Triangle, name: Callable[[object], str], age: Callable[[int], str]) -> None:
    """The cohorts as a heat map: the share in the cell, empty where not observable, sizes and pooled mean."""
    language = words.language()
    # Full colour at the 95 % quantile: one tiny cohort must not make all others pale.
    coloured = found.cells[:, 1:][np.isfinite(found.cells[:, 1:])]
    top = float(np.quantile(coloured, 0.95)) if len(coloured) and coloured.any() else 1.0
    ages = [age(int(each)) for each in found.ages]
    # The first says the unit, the others have no room for it.
    short = [*ages[:1], *map(str, found.ages[1:])]
    head = join(
        [
            html('<th scope="col" title="{age}">{short}</th>', age=full, short=text)
            for full, text in zip(ages, short, strict=True)
        ]
    )
    pooled = join([html("<td>{rate}</td>", rate=_percent(rate)) for rate in found.pooled])
    everybody = html(
        '<tr class="pooled"><th scope="row">{name}</th><td>{size}</td>{cells}</tr>',
        name=say("retention.pooled"),
        size=figures.count(float(found.sizes.sum()), language),
        cells=pooled,
    )
    rows = [_heat_row(found, at, name(found.cohorts[at]), ages, top) for at in range(len(found.cohorts) - 1, -1, -1)]
    draw(
        html(
            '<div class="scroll" tabindex="0"><table class="heat"><thead><tr><th scope="col">{cohort}</th>'
            '<th scope="col">{size}</th>{head}</tr></thead><tbody>{everybody}{rows}</tbody></table></div>',
            cohort=say("retention.cohort"),
            size=say("retention.size"),
            head=head,
            everybody=everybody,
            rows=join(rows),
        )
    )


def download(table: pd.DataFrame, name: str, chosen: Chosen) -> None:
    """The whole table as CSV, exact, made when it is asked for."""
    file = f"{name}_{chosen.span.from_}_{chosen.span.last}.csv"
    st.download_button(
        plain(say("table.csv")), data=lambda: csv(table), file_name=file, mime="text/csv", key=f"csv_{name}",
        icon=":material/download:", on_click="ignore", type="tertiary",
    )  # fmt: skip


def download_all(read: Callable[[], pd.DataFrame], name: str) -> None:
    """A table of the whole warehouse as CSV, whatever the period; read when it is asked for."""
    file = f"{name}_{data.build().build_id}.csv"
    st.download_button(
        plain(say("table.csv")), data=lambda: csv(read()), file_name=file, mime="text/csv", key=f"csv_{name}",
        icon=":material/download:", on_click="ignore", type="tertiary",
    )  # fmt: skip


def csv(table: pd.DataFrame) -> bytes:
    """UTF-8 with a mark for spreadsheets; ISO dates, missing empty, an apostrophe before what begins a formula."""
    safe = table.copy()
    for column in safe.columns:
        if pd.api.types.is_datetime64_any_dtype(safe[column]):
            safe[column] = safe[column].dt.strftime("%Y-%m-%d")
        elif not pd.api.types.is_numeric_dtype(safe[column]):
            text = safe[column].astype("string")
            safe[column] = text.mask(text.str.startswith(FORMULA_BEGINS).fillna(False).astype(bool), "'" + text)
    return safe.to_csv(index=False, float_format="%.15g").encode("utf-8-sig")


def _bar(cell: Cell) -> Html:
    bar = Html("")
    if np.isfinite(cell.share):
        bar = html('<span class="bar" style="width:{width}%"></span>', width=f"{min(cell.share, 1) * 100:.0f}")
    return html(
        '<td class="{few}" title="{hover}">{bar}<span>{text}</span></td>',
        few="few" if cell.is_few else "words" if cell.is_words else cell.tone,
        hover=cell.hover,
        bar=bar,
        text=cell.text,
    )


def _heat_row(found: Triangle, at: int, cohort: str, ages: Sequence[str], top: float) -> Html:
    """One cohort's row. Its words are escaped once, not once a cell: there are hundreds of cells.

    Age 0 has no colour: it is close to 1 for most definitions, and says nothing about coming back.
    """
    size = figures.count(float(found.sizes[at]), words.language())
    hover = escape(say("retention.cell", cohort=cohort, age="{age}", rate="{rate}", users="{users}", size=size))
    cells = []
    for age, rate, users in zip(ages, found.cells[at].tolist(), found.users[at].tolist(), strict=True):
        if rate != rate:
            cells.append("<td></td>")
            continue
        # Three quarters of the blue at most: the page's own text stays legible on it, light and dark.
        depth = 75 * min(rate / top, 1.0) if cells else 0
        about = hover.format(age=escape(age), rate=f"{rate * 100:.1f}", users=f"{users:,.0f}")
        cells.append(f'<td style="--depth:{depth:.0f}%" title="{about}">{rate * 100:.1f}</td>')
    return html(
        '<tr><th scope="row">{cohort}</th><td class="size">{size}</td>{cells}</tr>',
        cohort=cohort,
        size=size,
        cells=Html("".join(cells)),
    )


def _percent(rate: float) -> str:
    return f"{rate * 100:.1f}" if np.isfinite(rate) else ""


def _format(unit: str, quotient: bool) -> str:
    if unit == "rate":
        return "%.1f%%"
    if unit == "money":
        return "%,.2f"
    if unit == "number":
        return "localized"
    return "%,.3f" if quotient else "%,.0f"
