"""What Retention draws: the curve, the cohorts, who came back by value."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from analysis import retention as analysis
from analysis.finding import Finding
from analysis.periods import Grain
from components import charts, figures, filters, journal, notes, tables, words
from components.filters import Chosen
from components.markup import plain
from components.words import say
from config.product import Product

# Rows and columns of the heat map beyond which nobody reads it on a screen; the file has all.
MOST_COHORTS = 26
MOST_AGES: dict[Grain, int] = {"day": 31, "week": 27, "month": 25}
# A share of fewer people is no line beside others: one person would draw it from 0 to 100 %.
FEW = 30

# The lines in the order in which they are drawn.
KINDS = ("this", "before", "everyone")


def controls(product: Product) -> dict[str, str]:
    """This page's own choices: `definition` and `mode`, as the queries take them."""
    left, right = st.columns(2)
    definitions = {name: words.text(each.label) for name, each in product.retention.items()}
    with left:
        definition = filters.choice("definition", say("retention.definition"), definitions, next(iter(definitions)))
    modes = {each: say(f"retention.mode.{each}") for each in ("on", "on_or_after")}
    with right:
        mode = filters.choice("mode", say("retention.mode_label"), modes, "on", segmented=True)
    return {"definition": definition, "mode": mode}


def answer(
    now: pd.DataFrame, before: pd.DataFrame, asked: Mapping[str, str], product: Product, chosen: Chosen
) -> tuple[str, str]:
    """How many came back, soon and after a while; in another sentence, whether more than in the comparison."""
    found = analysis.answer(now, before if chosen.before and len(before) else None, chosen.grain)
    first, *others = [words.sentence(each, **_spoken(each, asked, product)) for each in found]
    return first, words.sentences(others) if others else ""


def curve(now: pd.DataFrame, before: pd.DataFrame, everyone: pd.DataFrame | None, chosen: Chosen) -> None:
    """Retention by age with its interval; the comparison dashed, everyone in grey, over the same ages.

    Age 0 is left to the tables: it is close to 1 for most definitions and would flatten all that follows.
    """
    lines = {"this": now, "before": before if chosen.before else None, "everyone": everyone}
    last, parts = int(now["age"].max()), []
    for kind in KINDS:
        table = lines[kind]
        if table is None or not len(table):
            continue
        shown = table["age"].between(min(1, last), last).to_numpy()
        columns: dict[str, object] = {name: table[name].to_numpy()[shown] for name in table.columns}
        parts.append(pd.DataFrame({**columns, "kind": kind, "line": say(f"chart.kind.{kind}")}))
    points = pd.concat(parts)
    ends = charts.beside_ends([float(each["rate"].iloc[-1]) for each in parts], float(points["high"].max()))
    points["label"] = np.concatenate(
        [np.where(np.arange(len(each)) < len(each) - 1, np.nan, end) for each, end in zip(parts, ends, strict=True)]
    )
    own = parts[0]
    spoken = say(
        "retention.curve_alt",
        unit=say(f"chart.age.{chosen.grain}"),
        first=float(own["rate"].iloc[0]),
        last=float(own["rate"].iloc[-1]),
        from_=int(own["age"].iloc[0]),
        age=last,
    )
    charts.draw(charts.retention_curve(chosen.grain), points, spoken)


def cohorts(triangle: pd.DataFrame, chosen: Chosen) -> None:
    """The heat map, with what it leaves out said under it."""
    found = analysis.grid(triangle, MOST_COHORTS, MOST_AGES[chosen.grain])
    tables.triangle(found, lambda first: _cohort(first, chosen.grain), lambda age: _age(age, chosen.grain))
    shown = {"cohorts": len(found.cohorts), "ages": len(found.ages), "count": found.left_out}
    if found.left_out:
        st.caption(plain(say("retention.left_out", **shown)))
    elif len(found.ages) == MOST_AGES[chosen.grain]:
        st.caption(plain(say("retention.ages_left_out", **shown)))


def sizes(triangle: pd.DataFrame, chosen: Chosen) -> None:
    """How many started, cohort by cohort; the one still growing is hollow."""
    found = analysis.sizes(triangle)
    when = [_cohort(first, chosen.grain) for first in found["cohort"].to_numpy()]
    days = found["cohort"].to_numpy("datetime64[D]")
    points = pa.table({**found.drop(columns="cohort"), "x": np.datetime_as_string(days, unit="D"), "when": when})
    points = charts.with_notes(points, journal.marks(days, chosen), is_complete=True)
    total = figures.count(float(found["cohort_size"].sum()), words.language())
    charts.draw(charts.cohort_sizes(chosen.grain), points, say("retention.sizes_alt", total=total, count=len(found)))


def brackets(table: pd.DataFrame) -> None:
    """Came back on any day of a span: share with interval, of whom, and who is still to be seen, apart."""
    language = words.language()
    rows = []
    for row in analysis.brackets(table).itertuples():
        rate, low, high = float(row.rate), float(row.low), float(row.high)  # type: ignore[arg-type]
        rows.append(
            (
                _bracket(str(row.bracket)),
                [
                    tables.Cell(figures.interval(rate, low, high, language), share=rate),
                    tables.Cell(figures.count(float(row.retained), language)),  # type: ignore[arg-type]
                    tables.Cell(figures.count(float(row.entrants), language)),  # type: ignore[arg-type]
                    tables.Cell(figures.count(float(row.pending), language)),  # type: ignore[arg-type]
                ],
            )
        )
    columns = [say(f"retention.brackets_{name}") for name in ("rate", "retained", "entrants", "pending")]
    tables.bars(say("retention.brackets_days"), columns, rows)


def by_value(table: pd.DataFrame, chosen: Chosen) -> None:
    """A curve a value, as far as there are people enough; the largest six have a colour, the rest are one grey line."""
    found = analysis.curve_by_value(table[table["age"] > 0])
    if not len(found):
        notes.heading(say("retention.answer.nothing"))
        return
    rest = found.loc[found["value"].isna(), "values"]
    others = say("value.others", count=int(rest.iloc[0])) if len(rest) else ""
    lines = [others if pd.isna(value) else words.value(str(value), chosen.dimension) for value in found["value"]]
    points = found.assign(line=lines).drop(columns=["value", "values"])
    names = list(dict.fromkeys(lines))
    enough = points["entrants"] >= FEW
    soon = analysis.TELLING_AGES[chosen.grain][0]
    then = points[enough & (points["age"] == soon)]
    at = dict(zip(then["line"], then["rate"], strict=True))
    shares = {line: figures.percent(at[line], words.language()) if line in at else figures.DASH for line in names}
    notes.legend(_age(soon, chosen.grain), shares, charts.colours_of(names, bool(others)))
    each = words.listed(f"{line} {share}" for line, share in shares.items())
    if enough.any():
        spec = charts.retention_by_value(chosen.grain, names, bool(others))
        alt = say("retention.by_value_alt", dimension=chosen.dimension_label, values=each)
        charts.draw(spec, points[enough], alt)
    if not enough.all():
        st.caption(plain(say("retention.few_left_out", count=FEW)))


def table(curve: pd.DataFrame, chosen: Chosen) -> None:
    """The pooled curve in figures, every age."""
    shown = curve.assign(**{name: curve[name] * 100 for name in ("rate", "low", "high")})
    settings: dict[str, ColumnConfig | str | None] = {
        "age": st.column_config.NumberColumn(say(f"chart.age.{chosen.grain}"), pinned=True),
        "entrants": st.column_config.NumberColumn(say("chart.entrants"), format="%,.0f"),
        "users": st.column_config.NumberColumn(say("retention.column.users"), format="%,.0f"),
    }
    for name in ("rate", "low", "high"):
        settings[name] = st.column_config.NumberColumn(say(f"retention.column.{name}"), format="%.1f%%")
    st.dataframe(shown, hide_index=True, column_config=settings, height=280, alt=say("retention.table_alt"))


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    terms = {say(f"retention.mode.{mode}"): say(f"retention.mode_means.{mode}") for mode in ("on", "on_or_after")}
    for term in ("cohort", "pooled", "interval", "pending"):
        terms[say(f"retention.term.{term}")] = say(f"retention.means.{term}")
    return terms


def _spoken(finding: Finding, asked: Mapping[str, str], product: Product) -> dict[str, object]:
    """What a sentence needs beside the finding's figures: the definition's name, the share with interval."""
    figure = finding.figures
    what = words.text(product.retention[asked["definition"]].label)
    if asked["mode"] == "on_or_after":
        what = say("retention.or_later", what=what)
    if "rate" not in figure:
        return {"what": what}
    rate, low, high = (float(str(figure[name])) for name in ("rate", "low", "high"))
    return {"what": what, "interval": figures.interval(rate, low, high, words.language())}


def _cohort(first: object, grain: Grain) -> str:
    language = words.language()
    day: date = pd.Timestamp(np.datetime64(first)).date()  # type: ignore[call-overload]
    return figures.month(day, language) if grain == "month" else figures.short_day(day, language)


def _age(age: int, grain: Grain) -> str:
    return say(f"age.{grain}", age=age)


def _bracket(name: str) -> str:
    first, _, last = name.partition("-")
    return say("retention.bracket_span", first=first, last=last) if last else say("retention.bracket_day", first=first)
