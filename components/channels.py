"""What Channels draws beside its tables: how much depends on one channel, now and period by period."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import streamlit as st

from analysis import channels as analysis
from analysis.channels import Concentration
from analysis.finding import Finding
from analysis.proportions import newcombe, ratio
from components import channels_charts, charts, figures, filters, journal, notes, words
from components.data import read
from components.filters import Chosen
from components.markup import Html, draw, html, plain
from components.words import say
from config.product import Product


def answer(now: Concentration, found: pd.DataFrame, product: Product, chosen: Chosen) -> tuple[str, str]:
    """How much depends on the largest channel; in more sentences, whose people are hollow, are lost or stay."""
    first = analysis.answer(now, None if _is_cut(product, chosen) else product.channel_limit)
    more = [_told(each, product) for each in analysis.exceptions(found)]
    return _told(first, product), words.sentences(more) if more else ""


def _is_cut(product: Product, chosen: Chosen) -> bool:
    """Whether the filters keep some channels only, so that shares are not of everybody."""
    return words.text(product.dimensions[str(product.channel)]) in [label for label, _ in chosen.conditions]


def order(table: pd.DataFrame) -> str:
    """The order of the table, as the visitor chose it; what cannot be counted is not offered."""
    offered = {"new_users": say("channels.order.new_users")}
    for measure, (_, below) in analysis.MEASURES.items():
        if table[below].notna().any():
            offered[measure] = say(f"channels.order.{measure}")
    if table["cost_standing"].notna().any():
        offered["per_real"] = say("channels.order.per_real")
    left, _ = st.columns([1, 2])
    with left:
        return filters.choice("sort", say("channels.order.label"), offered, "new_users")


def caveats(product: Product, chosen: Chosen) -> None:
    """Where costs end before the data do; and that a breakdown chosen is not this page's."""
    checks = read("data/checks")
    late = checks[(checks["check_id"] == "lags_behind") & (checks["subject"] == "costs")]["figure"]
    if len(late):
        st.caption(plain(say("channels.costs_late", count=int(late.iloc[0]))))
    if chosen.dimension not in (None, product.channel):
        st.caption(plain(say("channels.own_breakdown", dimension=chosen.dimension_label)))


# How much depends on one channel --------------------------------------------------------------------------------------


def cards(
    table: pd.DataFrame, before: pd.DataFrame, everyone: pd.DataFrame | None, product: Product, chosen: Chosen
) -> None:
    """The largest channel, how many equal channels that is like, what part was paid for, and at what cost."""
    now, then = analysis.concentration(table), analysis.concentration(before)
    of_all = analysis.concentration(everyone) if everyone is not None else None
    largest = name_of(now.channel, product) if now.users else figures.DASH
    drawn = [
        _card(
            "largest",
            figures.percent(now.share, words.language()),
            say("channels.card.of", channel=largest, count=now.users) if now.users else "",
            _share_change(now, table, before) if chosen.before else "",
            figures.percent(of_all.share, words.language()) if of_all else "",
            interval=(now.low, now.high),
        )
    ]
    for name in ("effective", "hhi"):
        value, was = (_number(getattr(each, name)) for each in (now, then))
        all_ = _number(getattr(of_all, name)) if of_all else ""
        change = say("channels.card.was", was=was) if chosen.before and then.users else ""
        drawn.append(_card(name, value, say(f"channels.card.{name}_about"), change, all_))
    kinds, kinds_before = analysis.kinds(table), analysis.kinds(before)
    if kinds is not None:
        was = ""
        if chosen.before and kinds_before is not None and kinds_before.users:
            gap = newcombe(kinds.paid_users, kinds.users, kinds_before.paid_users, kinds_before.users)
            was = _moved(gap.difference, gap.beyond_chance, kinds_before.paid)
        spoken = {name: getattr(kinds, name) for name in ("free", "unknown")}
        drawn.append(
            _card(
                "paid",
                figures.percent(kinds.paid, words.language()),
                say("channels.card.free", **spoken),
                was,
                "",
            )
        )
    grid = st.grid("auto", min_column_width=170, gap="small", border=True, key="cards")
    for each in drawn:
        with grid.cell():
            draw(each)


def over_time(by_period: pd.DataFrame, of_all: pd.DataFrame | None, product: Product, chosen: Chosen) -> None:
    """New users by channel, stacked, and under it the share of the largest channel with the limit dashed."""
    found = analysis.over_time(by_period)
    if not len(found):
        return
    first = found.drop_duplicates(["value", "values"])
    rest = first.loc[first["value"].isna(), "values"]
    others = say("channels.others", count=int(rest.iloc[0])) if len(rest) else ""
    values = [str(value) for value in first["value"].dropna()]
    names = _distinct([*(name_of(value, product) for value in values), *([others] if others else [])])
    has_unknown = analysis.UNKNOWN in values
    colours = channels_charts.colours_of(len(values) - has_unknown, has_unknown, bool(others))
    label = dict(zip(values, names, strict=False))
    lines = [names[-1] if pd.isna(value) else label[str(value)] for value in found["value"]]
    sums = found["users"].groupby(np.array(lines)).sum()
    language = words.language()
    notes.legend(say("channels.total"), {name: figures.count(float(sums[name]), language) for name in names}, colours)
    days = np.unique(found["period"].to_numpy("datetime64[D]"))
    points = _stack(found, lines, names, chosen)
    points = charts.with_notes(points, journal.marks(days, chosen), is_complete=True, line=names[0], users=0.0)
    each = words.listed(f"{name} {figures.count(float(sums[name]), language)}" for name in names)
    charts.draw(
        channels_charts.newcomers(chosen.grain, names, colours), points, say("channels.over_time_alt", channels=each)
    )
    if not found["is_complete"].all():
        st.caption(plain(say("channels.running")))
    _dependence(by_period, of_all, days, product, chosen)


def _stack(found: pd.DataFrame, lines: list[str], names: list[str], chosen: Chosen) -> pa.Table:
    days = found["period"].to_numpy("datetime64[D]")
    total = found.groupby("period")["users"].transform("sum").to_numpy(float)
    users = found["users"].to_numpy(float)
    place = {name: at for at, name in enumerate(names)}
    return pa.table(
        {
            "x": np.datetime_as_string(days, unit="D"),
            "when": [figures.period(each, chosen.grain, words.language()) for each in days.tolist()],
            "line": lines,
            "order": [place[line] for line in lines],
            "users": users,
            "share": pa.array(ratio(users, total), from_pandas=True),
            "total": total,
            "is_complete": found["is_complete"].to_numpy(bool),
        }
    )


def _dependence(
    by_period: pd.DataFrame,
    of_all: pd.DataFrame | None,
    days: npt.NDArray[np.datetime64],
    product: Product,
    chosen: Chosen,
) -> None:
    """The share of the largest channel by complete period, and in words how often it was above the limit."""
    found, language = analysis.trend(by_period), words.language()
    told = found[found["users"] > 0]
    if not len(told):
        return
    limit, above = product.channel_limit, analysis.periods_above(found, product.channel_limit)
    notes.heading(say("channels.dependence"), say(f"{above.key}.{chosen.grain}", **above.figures))
    parts = [_line(found, "this", product, chosen)]
    if of_all is not None:
        parts.append(_line(analysis.trend(of_all), "everyone", product, chosen))
    x = np.datetime_as_string(days, unit="D")
    parts.append(pa.table({"x": x, "kind": ["empty"] * len(x)}))
    named = say("channels.limit", limit=limit)
    parts.append(pa.table({"x": x[:1], "kind": ["limit"], "share": [limit], "channel": [named]}))
    low, high = (figures.percent(float(each), language) for each in (told["share"].min(), told["share"].max()))
    last = figures.percent(float(told["share"].iloc[-1]), language)
    spoken = say("channels.dependence_alt", low=low, high=high, last=last)
    points = pa.concat_tables(parts, promote_options="default")
    charts.draw(channels_charts.dependence(chosen.grain), points, spoken)


def _line(found: pd.DataFrame, kind: str, product: Product, chosen: Chosen) -> pa.Table:
    some = found[found["users"] > 0]
    days = some["period"].to_numpy("datetime64[D]")
    numbers = {name: some[name].to_numpy(float) for name in ("share", "low", "high", "effective", "hhi", "users")}
    return pa.table(
        {
            "x": np.datetime_as_string(days, unit="D"),
            "when": [figures.period(each, chosen.grain, words.language()) for each in days.tolist()],
            "kind": [kind] * len(some),
            "line": [say(f"chart.kind.{kind}")] * len(some),
            "channel": [name_of(str(each), product) for each in some["channel"]],
            **numbers,
        }
    )


def _card(
    name: str, value: str, about: str, change: str, everyone: str, interval: tuple[float, float] | None = None
) -> Html:
    hover = say(f"channels.means.{name}")
    if interval and np.isfinite(interval[0]):
        low, high = (figures.percent(each, words.language()) for each in interval)
        hover = say("channels.card.chance", low=low, high=high)
    return html(
        '<div class="card"><div class="name" title="{meaning}">{name}</div><div class="value" title="{hover}">{value}'
        '</div><div class="when">{about}</div><div class="change">{change}</div>{everyone}</div>',
        meaning=say(f"channels.means.{name}"),
        name=say(f"channels.card.{name}"),
        hover=hover,
        value=value,
        about=about,
        change=change,
        everyone=html('<div class="everyone">{text}</div>', text=say("channels.card.everyone", value=everyone))
        if everyone
        else Html(""),
    )


def _share_change(now: Concentration, table: pd.DataFrame, before: pd.DataFrame) -> str:
    gap = analysis.against(now, table, before)
    return _moved(gap.difference, gap.beyond_chance, now.share - gap.difference)


def _moved(size: float, beyond: bool, was: float) -> str:
    if not np.isfinite(size):
        return ""
    spoken = {"size": figures.points(abs(size), words.language()), "was": was}
    if not beyond:
        return say("channels.card.same", **spoken)
    return say("channels.card.up" if size > 0 else "channels.card.down", **spoken)


# Words ----------------------------------------------------------------------------------------------------------------


def definitions(product: Product) -> dict[str, str]:
    """What this page's words mean."""
    terms = {say(f"channels.card.{name}"): say(f"channels.means.{name}") for name in ("largest", "effective", "hhi")}
    terms[say("channels.card.paid")] = say("channels.means.paid")
    for name in analysis.MEASURES:
        days = product.aarrr.paid.within_days
        terms[say(f"channels.column.{name}")] = say(f"channels.means.{name}", count=days)
    for name in analysis.COSTS:
        terms[say(f"channels.column.{name}")] = say(f"channels.means.{name}")
    return terms | {say("channels.beyond"): say("channels.means.beyond")}


def _told(finding: Finding, product: Product) -> str:
    channel = finding.figures.get("channel")
    if channel is None:
        return words.sentence(finding)
    return words.sentence(finding, channel=name_of(str(channel), product))


def name_of(value: str, product: Product) -> str:
    """A channel as it is shown."""
    return words.value(value, product.channel)


def _distinct(labels: Sequence[str]) -> list[str]:
    """The same, none twice: a channel may be named by a word of ours."""
    return [f"{label} ({at})" if label in labels[:at] else label for at, label in enumerate(labels)]


def _number(value: float) -> str:
    return figures.short(value, "ratio", words.language())
