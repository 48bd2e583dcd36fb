"""Our figures beside the same figures made elsewhere: a sentence, two small charts, a table of days."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analysis import reconciliation as analysis
from analysis.reconciliation import Agreement
from components import charts, figures, filters, notes, reconciliation_charts, tables, words
from components.filters import Chosen
from components.markup import draw, html, join, plain
from components.words import say
from config.metrics import Metric


def agreements(table: pd.DataFrame, metrics: Mapping[str, Metric]) -> list[Agreement]:
    """How far theirs lie from ours, figure by figure, in the order of the screen.

    table  as data/reconciliation
    """
    found = set(table["figure"])
    return [
        analysis.agreement(analysis.by_day(table, name, metric.unit), name, metric.unit)
        for name, metric in metrics.items()
        if name in found
    ]


def section(table: pd.DataFrame, found: list[Agreement], metrics: Mapping[str, Metric], chosen: Chosen) -> None:
    """What each pair says of the other; of the one picked, the days."""
    if not found:
        st.caption(plain(say("data.agreement.none")))
        return
    lines = [html("<li>{text}</li>", text=said(each, metrics)) for each in found]
    draw(html('<ul class="changes">{lines}</ul>', lines=join(lines)))
    names = {each.figure: words.text(metrics[each.figure].label) for each in found}
    picked = next(iter(names))
    if len(names) > 1:
        picked = filters.choice("compared", say("data.column.figure"), names, picked)
    _days(analysis.by_day(table, picked, metrics[picked].unit), metrics[picked], names[picked])
    tables.download(table, "reconciliation", chosen)


def said(found: Agreement, metrics: Mapping[str, Metric]) -> str:
    """Active users: 1.2 % more are counted elsewhere, steadily …"""
    metric, finding = metrics[found.figure], analysis.finding(found)
    fields = {
        name: figures.difference(float(str(finding.figures[name])), metric.unit, words.language())
        for name in ("median", "low", "high")
        if name in finding.figures
    }
    size = figures.difference(abs(found.median), metric.unit, words.language()).lstrip("+")
    text = words.sentence(finding, subject=words.text(metric.label), size=size, **fields)
    if not found.only_ours:
        return text
    return words.sentences([text, say("data.agreement.only_ours", count=found.only_ours)])


def _days(days: pd.DataFrame, metric: Metric, name: str) -> None:
    language = words.language()
    x = days["day"].dt.strftime("%Y-%m-%d")
    when = [figures.day(each.date(), language) for each in days["day"]]
    lines = pd.concat(
        [
            pd.DataFrame({"x": x, "when": when, "value": days[who], "kind": who, "line": say(f"data.{who}")})
            for who in ("ours", "theirs")
        ]
    ).dropna(subset="value")
    last = float(days["difference"].median())
    spoken = say("data.reconciliation_alt", name=name, median=figures.difference(last, metric.unit, language))
    notes.legend(name, {say("data.ours"): "", say("data.theirs"): ""}, (charts.BLUE, charts.GREY))
    charts.draw(reconciliation_charts.both(metric.unit), lines, spoken)
    apart = pd.DataFrame({"x": x, "when": when, "difference": days["difference"]}).dropna()
    low, high = (
        figures.difference(float(each), metric.unit, language)
        for each in (apart["difference"].min(), apart["difference"].max())
    )
    spoken = say("data.difference_alt", name=name, low=low, high=high)
    charts.draw(reconciliation_charts.apart(metric.unit), apart, spoken)
    folded = st.expander(say("data.days"), key="data_days", on_change="rerun", icon=":material/table_rows:")
    if folded.open:
        with folded:
            _table(days, metric)


def _table(days: pd.DataFrame, metric: Metric) -> None:
    scale = 100 if metric.unit == "rate" else 1
    shown = pd.DataFrame(
        {
            "day": days["day"].dt.strftime("%Y-%m-%d"),
            "ours": days["ours"] * scale,
            "theirs": days["theirs"] * scale,
            "difference": days["difference"] * 100,
        }
    ).iloc[::-1]
    form = "%.2f%%" if metric.unit == "rate" else "localized"
    st.dataframe(
        shown,
        hide_index=True,
        height="auto",
        placeholder=figures.DASH,
        column_config={
            "day": st.column_config.TextColumn(say("data.column.day"), pinned=True),
            "ours": st.column_config.NumberColumn(say("data.ours"), format=form),
            "theirs": st.column_config.NumberColumn(say("data.theirs"), format=form),
            "difference": st.column_config.NumberColumn(
                say(f"data.column.difference_{'points' if metric.unit == 'rate' else 'percent'}"), format="%+.2f"
            ),
        },
        alt=say("data.days_alt"),
    )
