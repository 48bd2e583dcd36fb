"""What Lifecycle draws beside the stage: who was gained and lost, how often people come, whether they stay."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from analysis import fit
from analysis import lifecycle as analysis
from analysis.lifecycle import Figure, Habit
from analysis.periods import Grain
from analysis.stage import Assessment
from components import charts, data, figures, journal, lifecycle_charts, notes, words
from components.filters import Chosen
from components.lifecycle_charts import STATES
from components.markup import Html, draw, html, plain
from components.words import say
from config.phrases import MINUS

Days = npt.NDArray[np.datetime64]

LOWER_IS_BETTER = frozenset({"churn"})
CARDS = ("quick_ratio", "churn", "retention", "resurrection", "stickiness", "daily", "weekly", "monthly")
OF_DAYS = frozenset({"stickiness", "daily", "weekly", "monthly"})


# What is read ---------------------------------------------------------------------------------------------


def with_before(chosen: Chosen) -> dict[str, date]:
    """The days shown, those compared with, and what lies between: one answer for both sides."""
    first, until = chosen.period["from"], chosen.period["until"]
    if chosen.before is None:
        return {"from": first, "until": until}
    return {"from": min(first, chosen.period_before["from"]), "until": max(until, chosen.before.until)}


def habit_of(chosen: Chosen) -> dict[str, date | str]:
    """The same for the days on which people are active: of a week, or of a month where months are chosen."""
    return {"grain": "month" if chosen.grain == "month" else "week", **with_before(chosen)}


def sides(table: pd.DataFrame, chosen: Chosen) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the period, and those of the period compared with (none where there is none)."""
    return (
        analysis.within(table, *chosen.period.values()),
        analysis.within(table, *chosen.period_before.values()),
    )


def accounts_of(states: pd.DataFrame, grain: Grain, segments: tuple[int, ...] | None) -> pd.DataFrame:
    """analysis.lifecycle.accounts of lifecycle/growth of these segments, kept while the warehouse is in use."""
    return _accounts(str(data.in_use()), grain, repr(segments), states)


def ceiling(found: Assessment, segments: tuple[int, ...] | None) -> fit.Ceiling:
    """How many people will ever have come, by the new users of every week; kept in the same way."""
    return _ceiling(str(data.in_use()), repr(segments), found.history)


@st.cache_resource(max_entries=128, show_spinner=False)
def _accounts(path: str, grain: str, segments: str, _states: pd.DataFrame) -> pd.DataFrame:
    return analysis.accounts(_states)


@st.cache_resource(max_entries=128, show_spinner=False)
def _ceiling(path: str, segments: str, _history: pd.DataFrame) -> fit.Ceiling:
    return fit.ceiling(_history["new"].to_numpy(float), _history["week"].to_numpy("datetime64[D]"))


# Growth accounting ----------------------------------------------------------------------------------------


def growth(shown: pd.DataFrame, chosen: Chosen) -> None:
    """States above and below the line by period, the running one hollow and apart."""
    complete = shown["is_complete"].to_numpy(bool)
    done, language = shown[complete], words.language()
    means = {state: float(done[state].mean()) if len(done) else np.nan for state in STATES}
    usual = {say(f"lifecycle.state.{state}"): figures.count(mean, language) for state, mean in means.items()}
    notes.legend(say(f"lifecycle.average.{chosen.grain}"), usual, STATES.values())
    points = _bars(shown, chosen)
    spoken = say("lifecycle.growth_alt", states=words.listed(f"{name} {value}" for name, value in usual.items()))
    charts.draw(lifecycle_charts.growth(chosen.grain), points, spoken)
    if not complete.all():
        st.caption(plain(say("lifecycle.running")))


def _bars(shown: pd.DataFrame, chosen: Chosen) -> pa.Table:
    """A row a period and state, in the order in which they are stacked, as the chart wants them."""
    days, complete = shown["period"].to_numpy("datetime64[D]"), shown["is_complete"].to_numpy(bool)
    active, x = shown["active"].to_numpy(float), np.datetime_as_string(days, unit="D")
    when = np.array([figures.period(each, chosen.grain, words.language()) for each in days.tolist()], object)
    parts = []
    for order, state in enumerate(("retained", "resurrected", "new", "dormant")):
        users = shown[state].to_numpy(float)
        height = -users if state == "dormant" else users
        edge = {"dormant": height, "new": active}.get(state, np.full(len(users), np.nan))
        there = np.isfinite(users)
        parts.append(
            pa.table(
                {
                    "x": x[there],
                    "when": pa.array(when[there], pa.string()),
                    "state": [state] * int(there.sum()),
                    "label": [say(f"lifecycle.state.{state}")] * int(there.sum()),
                    "users": users[there],
                    "height": height[there],
                    "order": np.full(int(there.sum()), order),
                    "is_complete": complete[there],
                    "total": active[there],
                    "net": pa.array(shown["net"].to_numpy(float)[there], from_pandas=True),
                    "edge": pa.array(edge[there], from_pandas=True),
                    "periods": np.full(int(there.sum()), len(days) + 1),
                }
            )
        )
    points = pa.concat_tables(parts)
    if complete.any() and not complete.all():
        # An empty place on the axis, after the last complete period, sets the running one apart.
        gap = {"x": [f"{x[complete][-1]}~"], "state": ["retained"], "height": [0.0], "is_complete": [True]}
        points = pa.concat_tables([points, pa.table(gap)], promote_options="default")
    return charts.with_notes(points, journal.marks(days, chosen), state="retained", height=0.0, is_complete=True)


def cards(found: Mapping[str, Figure], shown: pd.DataFrame, days: pd.DataFrame, chosen: Chosen) -> None:
    """A card a figure: pooled over the complete periods, against the comparison, with its line."""
    grid = st.grid("auto", min_column_width=152, gap="small", border=True, key="cards")
    for name in CARDS:
        figure, of_days = found[name], name in OF_DAYS
        rows, first = (days, "day") if of_days else (shown, "period")
        with grid.cell():
            draw(_card(figure, chosen))
            line = _sparkline(rows[first].to_numpy("datetime64[D]"), rows[name].to_numpy(float))
            if line.num_rows:
                spoken = say("lifecycle.sparkline_alt", label=say(f"lifecycle.figure.{name}"), count=line.num_rows)
                charts.draw(charts.sparkline(figure.unit), line, spoken)


def _card(figure: Figure, chosen: Chosen) -> Html:
    language = words.language()
    value = figures.short(figure.value, figure.unit, language)
    of_days = figure.name in OF_DAYS
    hover = say("lifecycle.undefined")
    if np.isfinite(figure.value):
        hover = figures.exact(round(figure.value) if figure.unit == "people" else figure.value, figure.unit, language)
        if figure.unit != "people":
            above, below = (figures.count(each, language) for each in (figure.above, figure.below))
            hover = say("card.made_of", figure=hover, above=above, below=below)
    change = _change(figure) if chosen.before else Html("")
    return html(
        '<div class="card"><div class="name" title="{meaning}">{name}</div>'
        '<div class="value" title="{hover}">{value}</div><div class="when">{when}</div>{change}</div>',
        meaning=say(f"lifecycle.means.{figure.name}"),
        name=say(f"lifecycle.figure.{figure.name}"),
        hover=hover,
        value=value,
        when=say("lifecycle.on_average" if of_days else f"lifecycle.per.{chosen.grain}"),
        change=change,
    )


def _change(figure: Figure) -> Html:
    """▲ up 3.2 %, was 1,234; coloured only beyond noise."""
    language = words.language()
    if not np.isfinite(figure.size):
        return html('<div class="change">{text}</div>', text=say("lifecycle.change.none"))
    spell = figures.points if figure.unit == "rate" else figures.percent
    size = spell(abs(figure.size), language)
    is_seen = any(digit in size for digit in "123456789")
    direction = "same" if not is_seen else "up" if figure.size > 0 else "down"
    hover = say("lifecycle.change.unknown")
    if figure.beyond is not None:
        key = "lifecycle.change.beyond" if figure.beyond else "lifecycle.change.within"
        hover = say(key, low=_signed(figure.low, figure.unit), high=_signed(figure.high, figure.unit))
    good = (figure.size > 0) != (figure.name in LOWER_IS_BETTER)
    was = figures.short(figure.before, figure.unit, language)
    return html(
        '<div class="change {tone}" title="{hover}">{text}</div>',
        tone=("good" if good else "bad") if figure.beyond and is_seen else "quiet",
        hover=hover,
        text=say(f"lifecycle.change.{direction}", size=size, was=was),
    )


def _signed(size: float, unit: str) -> str:
    spell = figures.points if unit == "rate" else figures.percent
    return f"{'+' if size > 0 else MINUS if size < 0 else ''}{spell(abs(size), words.language())}"


def _sparkline(days: Days, values: npt.NDArray[np.float64]) -> pa.Table:
    kept = np.isfinite(values)
    text = np.datetime_as_string(days[kept], unit="D")
    count = int(kept.sum())
    return pa.table(
        {
            "x": text,
            "value": values[kept],
            "shown": values[kept],
            "kind": ["this"] * count,
            "when": text,
            "line": [say("chart.kind.this")] * count,
        }
    )


# How often, and how long ago ------------------------------------------------------------------------------


def habit(found: Habit, chosen: Chosen) -> None:
    """Bars of how many days of the week (month) people were active, with the mean in a sentence."""
    grain = "month" if chosen.grain == "month" else "week"
    if not np.isfinite(found.mean):
        notes.heading(say(f"lifecycle.habit.{grain}"), say("lifecycle.habit.nothing"))
        return
    mean, before = (figures.short(each, "ratio", words.language()) for each in (found.mean, found.before))
    key = "both" if np.isfinite(found.before) else "alone"
    notes.heading(say(f"lifecycle.habit.{grain}"), say(f"lifecycle.habit.{key}", mean=mean, before=before))
    table = found.table.assign(few=len(found.table) <= 7)
    charts.draw(lifecycle_charts.habit(), table, say("lifecycle.habit.alt", mean=mean))


def silence(found: pd.DataFrame, chosen: Chosen) -> None:
    """Bars of how many weeks the silent have been so, to the end of the data."""
    last = chosen.data_until - timedelta(days=1)
    if not len(found) or not found["users"].sum():
        notes.heading(say("lifecycle.silence.title"), say("lifecycle.silence.nothing"))
        return
    total, long = float(found["users"].sum()), float(found.loc[found["first"] > analysis.SINGLE_WEEKS, "users"].sum())
    notes.heading(
        say("lifecycle.silence.title"), say("lifecycle.silence.about", total=total, share=long / total, last=last)
    )
    wide = found["first"].to_numpy() > analysis.SINGLE_WEEKS
    labels = [_span(int(row.first), float(row.last)) for row in found.itertuples()]  # type: ignore[arg-type]
    table = found.assign(label=labels, is_wide=wide)[["label", "users", "share", "is_wide"]]
    charts.draw(lifecycle_charts.silence(), table, say("lifecycle.silence.alt", total=total))


def _span(first: int, last: float) -> str:
    if not np.isfinite(last):
        return say("lifecycle.silence.open", first=first)
    return str(first) if first == last else f"{first}–{last:.0f}"


# Fit ------------------------------------------------------------------------------------------------------


def fitting(flat: fit.Flattening, curve: pd.DataFrame, bound: fit.Ceiling) -> None:
    """Whether the retention curve flattens, with the curve; and how many people will ever have come, if that shows."""
    notes.heading(say("lifecycle.fit"), words.sentences([words.sentence(flat.finding), words.sentence(bound.finding)]))
    ages = curve[curve["age"] > 0]
    if not len(ages):
        return
    rate, line = ages["rate"].to_numpy(float), say("retention.pooled")
    at_end = np.arange(len(ages)) == len(ages) - 1
    points = ages.assign(kind="this", line=line, label=np.where(at_end, rate, np.nan))
    spoken = say(
        "retention.curve_alt",
        unit=say("chart.age.week"),
        first=float(rate[0]),
        last=float(rate[-1]),
        from_=int(ages["age"].iloc[0]),
        age=int(ages["age"].iloc[-1]),
    )
    charts.draw(charts.retention_curve("week"), points, spoken)


# The table of accounts ------------------------------------------------------------------------------------


def accounts(shown: pd.DataFrame) -> None:
    """States and figures by period, the latest first; the running one is marked."""
    table = shown.iloc[::-1]
    complete = table["is_complete"].to_numpy(bool)
    columns: dict[str, object] = {"period": np.datetime_as_string(table["period"].to_numpy("datetime64[D]"), unit="D")}
    settings: dict[str, ColumnConfig | str | None] = {
        "period": st.column_config.TextColumn(say("table.period"), pinned=True, width=100)
    }
    if not complete.all():
        columns["running"] = np.where(complete, "", say("table.running"))
        settings["running"] = st.column_config.TextColumn(say("table.state"), width=80)
    counts = {state: f"lifecycle.state.{state}" for state in STATES}
    for name, key in {"active": "lifecycle.column.total", **counts, "net": "lifecycle.column.net"}.items():
        columns[name] = table[name].to_numpy(float)
        settings[name] = st.column_config.NumberColumn(say(key), format="%,.0f")
    for name in ("quick_ratio", "churn", "retention", "resurrection"):
        is_rate = name != "quick_ratio"
        columns[name] = table[name].to_numpy(float) * (100 if is_rate else 1)
        settings[name] = st.column_config.NumberColumn(
            say(f"lifecycle.figure.{name}"), format="%.1f%%" if is_rate else "%.2f"
        )
    st.dataframe(
        pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()}),
        hide_index=True,
        column_config=settings,
        height="auto",
        placeholder=figures.DASH,
        alt=say("lifecycle.table_alt"),
    )


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    terms = {say(f"lifecycle.state.{state}"): say(f"lifecycle.state_means.{state}") for state in STATES}
    for name in CARDS:
        terms[say(f"lifecycle.figure.{name}")] = say(f"lifecycle.means.{name}")
    return terms | {say("lifecycle.stage"): say("lifecycle.means.stage")}
