"""The tables of Channels: whose people stay, and what a user of each channel costs."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis import channels as analysis
from components import figures, notes, tables, words
from components.channels import name_of
from components.filters import Chosen
from components.markup import plain
from components.tables import Cell
from components.words import say
from config.product import Product


def quality(
    table: pd.DataFrame, found: pd.DataFrame, before: pd.DataFrame, by: str, product: Product, chosen: Chosen
) -> None:
    """A row a channel: how many came, what part did what, marked where it is beyond chance; unknown always among them.

    found  as analysis.channels.quality
    """
    measures = [name for name, (_, below) in analysis.MEASURES.items() if table[below].notna().any()]
    has_costs = bool(table["is_paid"].notna().any())
    columns = [say("channels.column.new_users"), say("channels.column.share")]
    columns += [say(f"channels.column.{name}") for name in measures]
    columns += [say("channels.column.cost")] if has_costs else []
    names = analysis.ordered(table, found, by)
    shown = names[: tables.MOST_VALUES]
    if analysis.UNKNOWN in names and analysis.UNKNOWN not in shown:
        shown[-1] = analysis.UNKNOWN
    by_name = {str(row["value"]): row for row in table.to_dict("records")}
    shares = analysis.shares(table)
    was = before.set_index("value")["new_users"] if len(before) else pd.Series(dtype=float)
    judged = {(row.value, row.measure): row for row in tables.each_row(found)}
    top = float(table["new_users"].max())
    full = found[found["entrants"] >= analysis.FEW].groupby("measure")["rate"].max().reindex(measures)
    rows = [_all(table, measures, has_costs, chosen)]
    for name in shown:
        row = by_name[name]
        cells = _people(float(row["new_users"]), float(was.get(name, np.nan)), float(shares[name]), top)
        cells += [_rate(judged[name, measure], float(row["new_users"]), full[measure]) for measure in measures]
        cells += [_spent(row, chosen)] if has_costs else []
        rows.append((name_of(name, product), cells))
    tables.bars(words.text(product.dimensions[str(product.channel)]), columns, rows)
    if len(names) > len(shown):
        st.caption(plain(say("channels.left_out", count=len(names) - len(shown))))


def _all(table: pd.DataFrame, measures: list[str], has_costs: bool, chosen: Chosen) -> tuple[str, list[Cell]]:
    """Every channel together."""
    together, users = analysis.pooled(table).set_index("measure"), float(table["new_users"].sum())
    cells = [Cell(figures.count(users, words.language())), Cell("")]
    cells += [_settled(together.loc[measure], users) for measure in measures]
    if has_costs:
        spent = float(table["cost"].sum(skipna=False))
        cells.append(Cell(_money(spent, chosen), "" if np.isfinite(spent) else say("channels.cut")))
    return say("channels.all"), cells


def _people(users: float, was: float, share: float, top: float) -> list[Cell]:
    language = words.language()
    hover = say("channels.was", was=figures.count(was, language)) if np.isfinite(was) else ""
    return [
        Cell(figures.count(users, language), hover, users / top if top else np.nan),
        Cell(figures.percent(share, language)),
    ]


def _settled(found: Any, joined: float) -> Cell:
    """A rate, and on hovering its interval, of how many, and who is still open."""
    language = words.language()
    if not np.isfinite(found.rate):
        return Cell(figures.DASH, say("channels.nobody_settled", count=int(joined)))
    interval = figures.interval(found.rate, found.low, found.high, language)
    hover = say("channels.hover", interval=interval, count=int(found.entrants), pending=joined - found.entrants)
    return Cell(figures.percent(found.rate, language), hover, is_few=found.entrants < analysis.FEW)


def _rate(found: Any, joined: float, full: float) -> Cell:
    """▼ 0.7 %: an arrow and a colour only beyond chance; pale where there are few people."""
    settled = replace(_settled(found, joined), share=found.rate / full if full else np.nan)
    if not np.isfinite(found.others):
        return settled
    told = [settled.hover, say("channels.hover_others", others=found.others)]
    if not found.is_different:
        return replace(settled, hover=words.sentences(told))
    good = (found.difference > 0) != (found.measure in analysis.LOWER_IS_BETTER)
    return replace(
        settled,
        text=f"{'▲' if found.difference > 0 else '▼'} {settled.text}",
        hover=words.sentences([*told, say("channels.hover_beyond")]),
        tone="good" if good else "bad",
    )


def _spent(row: Mapping[Hashable, Any], chosen: Chosen) -> Cell:
    if not row["is_paid"] and row["value"] == analysis.UNKNOWN:
        return Cell(figures.DASH, say("channels.nobody_knows"))
    if not row["is_paid"]:
        return Cell(say("channels.free"), say("channels.free_why"))
    if not row["is_whole"]:
        return Cell(figures.DASH, say("channels.cut"))
    return Cell(_money(float(row["cost"]), chosen), say("channels.paid_why"))


# What a user costs ----------------------------------------------------------------------------------------------------


def costs(table: pd.DataFrame, product: Product, chosen: Chosen) -> None:
    """Cost per new, real and retained user of each paid channel; why not, where it cannot be told."""
    known, found = bool(table["is_paid"].notna().any()), analysis.costs(table)
    if not known or not len(found):
        notes.heading(say("channels.costs"), say("channels.nothing_paid" if known else "channels.no_costs"))
        return
    if found["cost"].isna().all():
        notes.heading(say("channels.costs"), say("channels.cut"))
        return
    notes.heading(say("channels.costs"), say("channels.costs_about"))
    if found["cost"].isna().any():
        st.caption(plain(say("channels.cut")))
    names = ["cost", *analysis.COSTS]
    names += [each for each in ("reach", "visits") if found[each].notna().any()]
    top = {name: float(found[name][1:].max()) for name in analysis.COSTS}
    rows = []
    for row in tables.each_row(found):
        whole = row.value is None or pd.isna(row.value)
        cells = []
        for name in names:
            value = float(getattr(row, name))
            if name in analysis.COSTS:
                share = value / top[name] if top[name] and not whole else np.nan
                why = say("channels.cut" if not np.isfinite(row.cost) else "channels.nobody_to_divide")
                cells.append(Cell(_money(value, chosen), "" if np.isfinite(value) else why, share))
            elif name == "cost":
                cells.append(Cell(_money(value, chosen), "" if np.isfinite(value) else say("channels.cut")))
            else:
                cells.append(Cell(figures.count(value, words.language())))
        rows.append((say("channels.all_paid") if whole else name_of(str(row.value), product), cells))
    tables.bars(
        words.text(product.dimensions[str(product.channel)]), [say(f"channels.column.{each}") for each in names], rows
    )


def _money(value: float, chosen: Chosen) -> str:
    return figures.short(value, "money", words.language(), chosen.currency)
