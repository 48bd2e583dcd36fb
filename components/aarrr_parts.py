"""What AARRR draws below its board, a part at a time: times, everybody's activity, invitations, money."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from analysis import aarrr as analysis
from analysis.aarrr import FACTORS, Factor, Groups, Money, Referral
from components import aarrr_charts, charts, durations, figures, filters, named_funnels, notes, tables, what_if, words
from components.data import read
from components.filters import Chosen
from components.markup import Html, draw, html, plain
from components.words import say

TIMED = ("activated", "paid", "referred")
# What each part is counted by, for the foot of the page.
QUERIES = {
    "what_if": ["overview/metrics", "retention/triangle"],
    "funnels": named_funnels.QUERIES,
    "time": ["funnel/aarrr_time"],
    "activity": ["funnel/activity_by_age", "funnel/newcomer_groups"],
    "referral": ["funnel/referral", "funnel/newcomer_groups"],
    "money": ["funnel/revenue"],
}


def section(chosen: Chosen) -> list[str]:
    """The choice of a part, and that part alone: what is not chosen is not computed. Gives the part's queries back."""
    parts: dict[str, Callable[[Chosen], None]] = {
        "what_if": what_if.section,
        "funnels": named_funnels.section,
        "time": _time,
        "activity": _activity,
        "referral": _referral,
        "money": _money,
    }
    labels = {name: say(f"aarrr.part.{name}") for name in parts}
    part = filters.choice("part", say("aarrr.part.label"), labels, next(iter(parts)), segmented=True)
    parts[part](chosen)
    return QUERIES[part]


# Time -----------------------------------------------------------------------------------------------------


def _time(chosen: Chosen) -> None:
    """For each stage, how long those who reached it took: quartiles in words, and their histogram."""
    table = read("funnel/aarrr_time", **chosen.period, segments=chosen.segments)
    notes.heading(say("aarrr.time.title"), say("aarrr.time.about"))
    if not table["users"].any():
        st.info(plain(say("aarrr.time.nothing")), icon=":material/hourglass_empty:")
        return
    bars = {stage: analysis.histogram(table[table["stage"] == stage]) for stage in TIMED}
    bounds = durations.bounds(bars.values())
    for stage in TIMED:
        found = analysis.times(table[table["stage"] == stage])
        if not found.users:
            continue
        quartiles = {name: durations.spelled(getattr(found, name)) for name in ("lower", "median", "upper", "mean")}
        text = say(f"aarrr.time.{stage}", count=found.users, **quartiles)
        draw(html('<p class="also">{text}</p>', text=text))
        charts.draw(aarrr_charts.times(*bounds), durations.points(bars[stage], found), text)
    tables.download(table, "aarrr_time", chosen)


# Everybody's activity -------------------------------------------------------------------------------------


def _activity(chosen: Chosen) -> None:
    """How many of all who had joined are active on a day, by age; then whether the activated stay."""
    asked = {"segments": chosen.segments}
    table = read("funnel/activity_by_age", **chosen.period, **asked)
    before = read("funnel/activity_by_age", **chosen.period_before, **asked) if chosen.before else None
    found = analysis.activity(table, before)
    if not len(found) or not found["daily"].any():
        notes.heading(say("aarrr.activity.title"))
        st.info(plain(say("aarrr.activity.nothing")), icon=":material/bedtime:")
        return
    everybody = found.iloc[-1].to_dict()
    key = "both" if np.isfinite(everybody["share_before"]) else "alone"
    about = say(
        f"aarrr.activity.{key}",
        daily=_mean(everybody["daily"]),
        people=_mean(everybody["people"]),
        share=everybody["share"],
        was=figures.percent(everybody["share_before"], words.language()),
    )
    notes.heading(say("aarrr.activity.title"), about)
    _ages(found, key == "both")
    tables.download(table, "aarrr_activity", chosen)
    groups = read("funnel/newcomer_groups", **chosen.period, **asked)
    notes.heading(say("aarrr.groups.activated.title"), say("aarrr.groups.caution"))
    _groups(analysis.groups(groups, "activated"), "activated", groups)


def _ages(found: pd.DataFrame, compared: bool) -> None:
    language = words.language()
    top = float(found["share"].max())
    columns = ["share", *(["was"] if compared else []), "daily", "people"]
    rows = []
    for row in tables.each_row(found):
        cells = {
            "share": tables.Cell(
                figures.percent(row.share, language),
                say("aarrr.activity.hover", daily=_mean(row.daily), people=_mean(row.people)),
                row.share / top,
            ),
            "was": tables.Cell(figures.percent(row.share_before, language)),
            "daily": tables.Cell(_mean(row.daily)),
            "people": tables.Cell(_mean(row.people)),
        }
        ages = str(row.ages).replace("-", "_").replace("+", "_on")
        name = say(f"aarrr.activity.age.{ages}")
        rows.append((name, [cells[each] for each in columns]))
    tables.bars(say("aarrr.activity.age.label"), [say(f"aarrr.activity.column.{each}") for each in columns], rows)


def _mean(people: float) -> str:
    """People on an average day: whole ones from ten on, below it with a tenth."""
    if 0 < people < 9.95:
        return f"{people:.1f}"
    return figures.short(round(people), "people", words.language())


def _groups(found: Groups | None, kind: str, table: pd.DataFrame) -> None:
    """Two rows: those in the group and the rest, with the difference in a sentence that claims no cause."""
    if found is None:
        known = table.loc[table["kind"] == kind, "entrants"].notna().any()
        key = (
            f"aarrr.groups.{kind}.nobody"
            if known
            else f"missing.{'activation' if kind == 'activated' else 'invited_by'}"
        )
        st.info(plain(say(key)), icon=":material/database:")
        return
    language = words.language()
    rows = []
    for at, name in enumerate(("inside", "rest")):
        interval = figures.interval(found.rate[at], found.low[at], found.high[at], language)
        of = say(
            "aarrr.of",
            reached=figures.count(found.retained[at], language),
            entrants=figures.count(found.entrants[at], language),
        )
        cells = [
            tables.Cell(interval, "", found.rate[at], found.entrants[at] < tables.FEW),
            tables.Cell(of, is_words=True),
        ]
        rows.append((say(f"aarrr.groups.{kind}.{name}"), cells))
    tables.bars(say("aarrr.groups.who"), [say("aarrr.groups.retained"), say("aarrr.groups.counted")], rows)
    gap = found.gap
    direction = "same" if not gap.beyond_chance else "more" if gap.difference > 0 else "fewer"
    spoken = {"size": abs(gap.difference), "low": figures.difference(gap.low, "rate", language)}
    text = say(f"aarrr.groups.{kind}.{direction}", **spoken, high=figures.difference(gap.high, "rate", language))
    st.caption(plain(text))


# Invitations ----------------------------------------------------------------------------------------------


def _referral(chosen: Chosen) -> None:
    """The K factor and what it is made of; then whether those who were invited stay."""
    found = analysis.referral(read("funnel/referral", **chosen.period, segments=chosen.segments))
    if not np.isfinite(found.joined):
        notes.heading(say("aarrr.referral.title"))
        st.info(plain(say("missing.invited_by")), icon=":material/database:")
        return
    notes.heading(say("aarrr.referral.title"), _k_told(found))
    if found.entrants:
        _referral_cards(found)
    if not np.isfinite(found.sent):
        st.caption(plain(say("aarrr.referral.not_sent")))
    groups = read("funnel/newcomer_groups", **chosen.period, segments=chosen.segments)
    notes.heading(say("aarrr.groups.invited.title"), say("aarrr.groups.caution"))
    _groups(analysis.groups(groups, "invited"), "invited", groups)
    tables.download(groups, "aarrr_groups", chosen)


def _k_told(found: Referral) -> str:
    if not found.entrants:
        return say("aarrr.referral.pending", count=found.pending)
    k = figures.short(found.k, "ratio", words.language())
    grown = "grows" if found.k >= 1 else "fades"
    joined = figures.count(found.joined, words.language())
    return say(f"aarrr.referral.{grown}", k=k, count=found.entrants, joined=joined)


def _referral_cards(found: Referral) -> None:
    """K = its two factors, by invitations where they are counted, or else by people who bring."""
    language = words.language()
    by_sent = np.isfinite(found.sent)
    k = figures.short(found.k, "ratio", language)
    if by_sent:
        first = ("per_user", figures.short(found.per_user, "ratio", language), "")
        second = ("acceptance", figures.percent(found.acceptance, language), "")
    else:
        between = say("aarrr.interval", interval=figures.interval(found.inviting, found.low, found.high, language))
        first = ("inviting", figures.percent(found.inviting, language), between)
        second = ("brought", figures.short(found.brought, "ratio", language), "")
    counts = {
        name: figures.count(getattr(found, name), language) for name in ("entrants", "inviters", "joined", "sent")
    }
    drawn = [("k", k, ""), first, second]
    signs = ("", "=", "×")
    grid = st.grid("auto", min_column_width=170, gap="small", border=True, key="cards")
    for sign, (name, value, hover) in zip(signs, drawn, strict=True):
        with grid.cell():
            draw(
                _card(
                    sign, say(f"aarrr.referral.{name}.name"), value, say(f"aarrr.referral.{name}.of", **counts), hover
                )
            )


def _card(sign: str, name: str, value: str, about: str, hover: str = "", change: Html | None = None) -> Html:
    return html(
        '<div class="card"><div class="name">{sign} {name}</div><div class="value" title="{hover}">{value}</div>'
        '<div class="when">{about}</div>{change}</div>',
        sign=sign,
        name=name,
        value=value,
        about=about,
        hover=hover,
        change=change or Html(""),
    )


# Money ----------------------------------------------------------------------------------------------------

UNITS: dict[Factor, str] = {"payers": "people", "orders_per_payer": "ratio", "revenue_per_order": "money"}


def _money(chosen: Chosen) -> None:
    """Revenue as a product of three factors, and what each of them brought to its change."""
    compared = chosen.before is not None and chosen.before.from_ >= chosen.first_day
    # Sums are of as many days on either side: a comparison that begins before the data has none.
    days = chosen.period_matched if compared else chosen.period
    now = read("funnel/revenue", **days, segments=chosen.segments)
    if now["payers"].isna().any():
        notes.heading(say("aarrr.money.title"))
        st.info(plain(say("missing.payments")), icon=":material/database:")
        return
    before = read("funnel/revenue", **chosen.period_before, segments=chosen.segments)
    found = analysis.money(now, before)
    notes.heading(say("aarrr.money.title"), _money_told(found, chosen, compared))
    if days != chosen.period:
        st.caption(plain(say("aarrr.money.matched")))
    _money_cards(found, chosen, compared)
    parts = found.revenue.contributions
    if compared and found.revenue.change and np.isfinite(list(parts.values())).all():
        notes.heading(say("aarrr.money.change"), say("aarrr.money.change_about"))
        _waterfall(found, chosen)
        _shares(found, chosen)
    both = pd.concat([now.assign(period="now"), *([before.assign(period="before")] if compared else [])])
    tables.download(both, "aarrr_money", chosen)


def _money_told(found: Money, chosen: Chosen, compared: bool) -> str:
    language, revenue = words.language(), found.revenue
    spoken: dict[str, object] = {
        name: figures.short(value, "money", language, chosen.currency)
        for name, value in (("revenue", revenue.after), ("was", revenue.before), ("size", abs(revenue.change)))
    }
    if not compared:
        return say("aarrr.money.alone", **spoken)
    if not revenue.change:
        return say("aarrr.money.same", **spoken)
    direction = "up" if revenue.change > 0 else "down"
    if not np.isfinite(list(revenue.contributions.values())).all():
        return say(f"aarrr.money.{direction}_only", **spoken)
    # Amounts, not shares of the change: of a small change that large ones make up those are thousands of percent.
    parts = [
        say("aarrr.money.part", factor=say(f"aarrr.money.noun.{name}"), amount=_added(part, chosen))
        for name, part in revenue.contributions.items()
    ]
    return say(f"aarrr.money.{direction}", **spoken, parts=words.listed(parts))


def _added(amount: float, chosen: Chosen) -> str:
    """An amount that is added, with its sign."""
    text = figures.short(amount, "money", words.language(), chosen.currency)
    return f"+{text}" if amount > 0 else text


def _money_cards(found: Money, chosen: Chosen, compared: bool) -> None:
    language = words.language()
    revenue = figures.short(found.revenue.after, "money", language, chosen.currency)
    was = figures.short(found.revenue.before, "money", language, chosen.currency)
    grid = st.grid("auto", min_column_width=170, gap="small", border=True, key="cards")
    with grid.cell():
        before = say("aarrr.money.was", was=was) if compared else ""
        exact = figures.exact(found.revenue.after, "money", language, chosen.currency)
        draw(_card("", say("aarrr.money.revenue"), revenue, before, exact))
    for sign, name in zip(("=", "×", "×"), FACTORS, strict=True):
        value = figures.short(found.now[name], UNITS[name], language, chosen.currency)
        was = figures.short(found.before[name], UNITS[name], language, chosen.currency)
        exact = figures.exact(found.now[name], UNITS[name], language, chosen.currency)
        with grid.cell():
            before = say("aarrr.money.was", was=was) if compared else ""
            draw(_card(sign, say(f"aarrr.money.{name}"), value, before, exact))


def _waterfall(found: Money, chosen: Chosen) -> None:
    """The amount before, what each factor added, the amount now."""
    language, parts = words.language(), found.revenue.contributions
    edges = np.concatenate([[found.revenue.before], found.revenue.before + np.cumsum(list(parts.values()))])
    steps = [say("aarrr.money.before"), *(say(f"aarrr.money.{name}") for name in FACTORS), say("aarrr.money.now")]
    begin = [0.0, *edges[:-1], 0.0]
    end = [*edges, found.revenue.after]
    added = [found.revenue.before, *parts.values(), found.revenue.after]
    amount = {at: figures.short(added[at], "money", language, chosen.currency) for at in (0, 4)}
    signed = [amount[at] if at in amount else _added(each, chosen) for at, each in enumerate(added)]
    kinds = ["total" if at in (0, 4) else "more" if each >= 0 else "less" for at, each in enumerate(added)]
    points = pa.table(
        {
            "step": steps,
            "order": list(range(5)),
            "low": np.minimum(begin, end),
            "high": np.maximum(begin, end),
            "kind": kinds,
            "shown": added,
            "share": pa.array([np.nan, *found.revenue.shares.values(), np.nan], from_pandas=True),
            "words": signed,
        }
    )
    each = words.listed(f"{step} {text}" for step, text in zip(steps, signed, strict=True))
    charts.draw(aarrr_charts.waterfall("money"), points, say("aarrr.money.alt", steps=each))


def _shares(found: Money, chosen: Chosen) -> None:
    language = words.language()
    rows = []
    for name in FACTORS:
        part, share = found.revenue.contributions[name], found.revenue.shares[name]
        amount = figures.exact(part, "money", language, chosen.currency)
        cells = [
            tables.Cell(figures.exact(found.before[name], UNITS[name], language, chosen.currency)),
            tables.Cell(figures.exact(found.now[name], UNITS[name], language, chosen.currency)),
            tables.Cell(f"+{amount}" if part > 0 else amount),
            tables.Cell(figures.percent(share, language), share=max(share, 0.0)),
        ]
        rows.append((say(f"aarrr.money.{name}"), cells))
    total = figures.exact(found.revenue.change, "money", language, chosen.currency)
    revenue = [
        figures.exact(each, "money", language, chosen.currency) for each in (found.revenue.before, found.revenue.after)
    ]
    whole = figures.percent(sum(found.revenue.shares.values()), language)
    cells = [
        *map(tables.Cell, revenue),
        tables.Cell(f"+{total}" if found.revenue.change > 0 else total),
        tables.Cell(whole),
    ]
    rows.append((say("aarrr.money.revenue"), cells))
    columns = [say(f"aarrr.money.column.{name}") for name in ("before", "now", "part", "share")]
    tables.bars(say("aarrr.money.factor"), columns, rows)
