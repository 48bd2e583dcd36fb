"""What Campaigns shows below a verdict, a part at a time: money, what else changed, who came, when, and where else."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from analysis import effect
from analysis.effect import Effect, Quality
from analysis.proportions import ratio
from components import campaign_charts, campaigns, charts, data, figures, filters, notes, tables, words
from components.campaigns import One, between, sentence
from components.data import read
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.tables import Cell
from components.words import say

# What each part is counted by, for the foot of the page.
QUERIES = {
    "money": ["campaigns/rewards"],
    "others": [],
    "quality": ["campaigns/quality"],
    "values": ["campaigns/outcomes_by_value"],
    "pacing": ["campaigns/pacing"],
    "later": ["campaigns/daily"],
    "overlaps": ["campaigns/overlaps"],
}


def section(case: One, chosen: Chosen) -> list[str]:
    """The choice of a part, and that part alone: what is not chosen is not computed. Gives the part's queries back.

    Of a campaign in which nobody is there is nothing to show.
    """
    if not case.arms["assigned"].any():
        return []
    parts: dict[str, Callable[[One, Chosen], None]] = {
        "money": _money,
        "others": _others,
        "quality": _quality,
        "values": _values,
        "pacing": _pacing,
        "later": _later,
        "overlaps": _overlaps,
    }
    labels = {name: say(f"campaigns.detail.{name}") for name in parts}
    part = filters.choice("detail", say("campaigns.detail.label"), labels, next(iter(parts)), segmented=True)
    parts[part](case, chosen)
    return QUERIES[part]


def _nothing(key: str) -> None:
    st.info(plain(say(key)), icon=":material/block:")


# Money ----------------------------------------------------------------------------------------------------


def _money(case: One, chosen: Chosen) -> None:
    """People won, the cost of each and the return, where they may be called caused; what went to hollow users."""
    notes.heading(say("campaigns.money.title"), say("campaigns.money.about"))
    verdict = case.verdict
    if verdict.shows_effect:
        early = verdict.state != "final"
        goal = effect.together(case.outcomes, "goal", case.arms, early=early)
        payments = effect.together(case.outcomes, "payments", case.arms, early=early)
        lines = [*_users(case, goal, chosen), *_return(case, payments, chosen)]
        campaigns.listed_texts(lines)
    else:
        _nothing("campaigns.money.not_shown")
    _wasted(case, chosen)


def _users(case: One, goal: Effect | None, chosen: Chosen) -> list[str]:
    if goal is None:
        return []
    language, cost = words.language(), case.verdict.campaign.cost
    users = effect.incremental(goal)
    each = effect.cost_per_user(cost if case.is_whole else None, users)
    range_ = (
        say("campaigns.money.range", low=round(users.low), high=round(users.high)) if np.isfinite(users.low) else ""
    )
    per = say("campaigns.money.unbounded") if each.unbounded else ""
    if np.isfinite(each.high):
        low, high = (figures.short(value, "money", language, chosen.currency) for value in (each.low, each.high))
        per = say("campaigns.money.amounts", low=low, high=high)
    drawn = [
        ("users", figures.count(round(users.likely), language), range_),
        ("cost", figures.short(cost, "money", language, chosen.currency), ""),
        ("each", figures.short(each.likely, "money", language, chosen.currency), per),
    ]
    grid = st.grid("auto", min_column_width=170, gap="small", border=True, key="cards")
    for name, value, about in drawn:
        with grid.cell():
            draw(
                html(
                    '<div class="card"><div class="name">{name}</div><div class="value">{value}</div>'
                    '<div class="when">{about}</div></div>',
                    name=say(f"campaigns.money.{name}"),
                    value=value,
                    about=about,
                )
            )
    return [sentence(each.finding, chosen) if case.is_whole else say("campaigns.money.cut")]


def _return(case: One, payments: Effect | None, chosen: Chosen) -> list[str]:
    if not case.is_whole:
        return []
    if payments is None or not payments.pooled:
        return [say("campaigns.money.nobody_paid")]
    found = effect.return_on_cost(payments, case.verdict.campaign.cost)
    # That the cost is not known is said of the people already.
    return (
        []
        if found.finding.key in ("effect.cost.unknown", "effect.cost.negative")
        else [sentence(found.finding, chosen)]
    )


def _wasted(case: One, chosen: Chosen) -> None:
    """What went to people who never used the product; of everybody, hollow users are what it is about."""
    row = read("campaigns/rewards", campaign=case.id, segments=chosen.segments_with_hollow).iloc[0]
    if not row["hollow"] and not data.product().reward_events:
        return
    cost = case.verdict.campaign.cost if chosen.segments_with_hollow is None else None
    found = effect.wasted(cost, float(row["settled"]), float(row["hollow"]))
    st.caption(plain(sentence(found.finding, chosen)))


# Guardrails and other measures ----------------------------------------------------------------------------


def _others(case: One, chosen: Chosen) -> None:
    """What must not get worse; then every other measure, as hints."""
    verdict = case.verdict
    notes.heading(say("campaigns.guardrails.title"), say("campaigns.guardrails.about"))
    if verdict.guardrails:
        lines = [
            _guardrail(each.is_worse, each.effect, sentence(each.finding, chosen), case) for each in verdict.guardrails
        ]
        draw(html('<div class="list gates">{lines}</div>', lines=join(lines)))
    else:
        _nothing("campaigns.guardrails.none" if verdict.effects else "campaigns.nothing_to_compare")
    if not verdict.others:
        return
    notes.heading(say("campaigns.others.title"), say("campaigns.others.about"))
    several = len(verdict.effects) > 1
    rows = [(_measure(each, several), _measured(each, verdict.shows_effect, chosen)) for each in verdict.others]
    columns = ("treated", "control", "difference", "interval", "beyond")
    tables.bars(say("campaigns.others.measure"), [say(f"campaigns.others.{name}") for name in columns], rows)
    table = pd.DataFrame(
        [
            {name: getattr(each, name) for name in (*_EXACT, "p_value", "q_value")}
            for each in (*verdict.effects, *verdict.others, *(one.effect for one in verdict.guardrails))
        ]
    )
    tables.download_all(lambda: table, "campaign_measures")


_EXACT = ("metric", "treatment", "treated", "treated_n", "control", "control_n", "difference", "low", "high")


def _guardrail(is_worse: bool, of: Effect, text: str, case: One) -> Html:
    title = say(f"campaigns.measure.{of.metric}")
    if len(case.verdict.effects) > 1:
        title = say("campaigns.of_treatment", name=title, treatment=of.treatment)
    return html(
        '<div class="line {state}"><span class="mark">{mark}</span><div><b>{title}</b>'
        '<div class="about">{text}</div></div></div>',
        state="overdue" if is_worse else "done",
        mark="▲" if is_worse else "●",
        title=title,
        text=text,
    )


def _measure(each: Effect, several: bool) -> str:
    name = say(f"campaigns.measure.{each.metric}")
    return say("campaigns.of_treatment", name=name, treatment=each.treatment) if several else name


def _measured(each: Effect, is_effect: bool, chosen: Chosen) -> list[Cell]:
    language = words.language()
    unit = "rate" if each.unit == "share" else "money" if each.metric == "payments" else "ratio"
    treated, control = (figures.short(value, unit, language, chosen.currency) for value in (each.treated, each.control))
    if unit == "rate":
        size = figures.difference(each.difference, "rate", language)
        low, high = (figures.difference(value, "rate", language) for value in (each.low, each.high))
    else:
        size, low, high = (
            ("+" if value > 0 else "") + figures.short(value, unit, language, chosen.currency)
            for value in (each.difference, each.low, each.high)
        )
    tone = ("good" if each.difference > 0 else "bad") if is_effect and each.beyond_chance else ""
    hint = say("campaigns.others.q", share=each.q_value) if np.isfinite(each.q_value) else ""
    interval = say("campaigns.others.between", low=low, high=high) if np.isfinite(each.low) else figures.DASH
    return [
        Cell(treated, say("campaigns.people", count=int(each.treated_n))),
        Cell(control, say("campaigns.people", count=int(each.control_n))),
        Cell(size, tone=tone),
        Cell(interval),
        Cell(say(f"campaigns.others.{'sure' if each.beyond_chance else 'unsure'}"), hint, is_words=True),
    ]


# Quality of those it brought ------------------------------------------------------------------------------


def _quality(case: One, chosen: Chosen) -> None:
    """Who joined by it, beside others who joined in the same weeks: a description, no effect."""
    notes.heading(say("campaigns.quality.title"), say("campaigns.quality.about"))
    table = read("campaigns/quality", campaign=case.id, segments=chosen.segments_with_hollow)
    found = {row.who: row for row in tables.each_row(table)}
    if not found["campaign"].joined:
        _nothing("campaigns.quality.nobody")
        return
    days = effect.quality(table)
    campaigns.listed_texts([sentence(each.finding, chosen) for each in days])
    rows = [(say(f"campaigns.quality.{who}"), _stayed(who, row, days)) for who, row in found.items()]
    columns = ("joined", "day_7", "day_30", "hollow")
    tables.bars(say("campaigns.quality.who"), [say(f"campaigns.quality.{name}") for name in columns], rows)
    tables.download_all(lambda: table, "campaign_quality")


def _stayed(who: str, row: pd.Series, days: tuple[Quality, ...]) -> list[Cell]:
    language = words.language()
    cells = [Cell(figures.count(row.joined, language))]
    for each in days:
        share, n = (each.campaign, each.campaign_n) if who == "campaign" else (each.organic, each.organic_n)
        cells.append(
            Cell(figures.percent(share, language), say("campaigns.people", count=int(n)), share, n < tables.FEW)
        )
    hollow = float(ratio(row.hollow, row.settled))
    cells.append(Cell(figures.percent(hollow, language), say("campaigns.people", count=int(row.settled)), hollow))
    return cells


# By segment -----------------------------------------------------------------------------------------------


def _values(case: One, chosen: Chosen) -> None:
    """Whether the effect differs between the values of a dimension, asked once; then each value, as a hint."""
    notes.heading(say("campaigns.values.title"), say("campaigns.values.about"))
    dimension, label = chosen.dimension, chosen.dimension_label
    if dimension is None:
        known = {name: words.text(label) for name, label in data.product().dimensions.items()}
        if not known:
            _nothing("campaigns.values.no_dimension")
            return
        dimension = filters.choice("values_of", say("campaigns.values.which"), known, next(iter(known)))
        label = known[dimension]
    if not case.verdict.effects:
        _nothing("campaigns.nothing_to_compare")
        return
    found = effect.interaction(read("campaigns/outcomes_by_value", **case.asked, dimension=dimension))
    draw(html('<p class="said">{text}</p>', text=sentence(found.finding, chosen)))
    if len(case.verdict.effects) > 1:
        st.caption(plain(say("campaigns.values.together")))
    if not case.verdict.shows_effect:
        st.caption(plain(say("campaigns.plain_difference")))
    rows = [(words.value(str(row.value), dimension), _value_cells(row)) for row in tables.each_row(found.by_value)]
    columns = [say(f"campaigns.others.{name}") for name in ("treated", "control")]
    tables.bars(label, [*columns, say("campaigns.values.difference")], rows[: tables.MOST_VALUES])
    if len(rows) > tables.MOST_VALUES:
        left = len(rows) - tables.MOST_VALUES
        st.caption(plain(say("table.values_left_out", shown=tables.MOST_VALUES, count=left)))
    tables.download_all(lambda: found.by_value, "campaign_values")


def _value_cells(row: pd.Series) -> list[Cell]:
    language = words.language()
    is_few = min(row.treated_n, row.control_n) < tables.FEW
    return [
        Cell(figures.percent(row.treated, language), say("campaigns.people", count=int(row.treated_n)), is_few=is_few),
        Cell(figures.percent(row.control, language), say("campaigns.people", count=int(row.control_n)), is_few=is_few),
        Cell(between(row) if np.isfinite(row.difference) else figures.DASH, is_few=is_few),
    ]


# Pacing ---------------------------------------------------------------------------------------------------


def _pacing(case: One, chosen: Chosen) -> None:
    """How many were assigned day by day, and whether they are enough for the effect that is expected."""
    table = read("campaigns/pacing", **case.asked)
    notes.heading(say("campaigns.pacing.title"))
    draw(html('<p class="said">{text}</p>', text=words.sentences(_paced(case, table, chosen))))
    needed = _needed(case, table)
    by_day = table.pivot_table(index="day", columns="arm", values="assigned", aggfunc="sum")
    arms = list(dict.fromkeys(case.arms["arm"]))
    every = pd.date_range(by_day.index.min(), by_day.index.max())
    so_far = by_day.reindex(index=every, columns=arms).fillna(0).astype(float).cumsum()
    names = {arm: campaigns.group(arm) for arm in arms}
    language = words.language()
    drawn = (
        so_far.rename(columns=names).rename_axis("day").reset_index().melt("day", var_name="line", value_name="people")
    )
    drawn = drawn.assign(
        x=drawn["day"].dt.strftime("%Y-%m-%d"),
        when=[figures.day(each.date(), language) for each in drawn["day"]],
        needed=np.nan,
    )
    drawn.loc[0, "needed"] = needed
    total = figures.count(float(so_far.iloc[-1].sum()), language)
    alt = say("campaigns.pacing.alt", people=total, count=len(every))
    charts.draw(campaign_charts.arriving([names[arm] for arm in arms]), drawn.drop(columns="day"), alt)
    if np.isfinite(needed):
        st.caption(plain(say("campaigns.pacing.dashed")))
    tables.download_all(lambda: table, "campaign_pacing")


def _needed(case: One, table: pd.DataFrame) -> float:
    """People whom the expected effect takes in all groups together; missing where none is stated or nobody held out."""
    control = table[table["arm"] == effect.CONTROL]
    campaign = case.verdict.campaign
    assigned = float(table["assigned"].sum())
    held_out = float(control["assigned"].sum()) / assigned if assigned else np.nan
    if not 0 < held_out < 1 or control["reached"].isna().all():
        return np.nan
    share = float(ratio(control["reached"].astype(float).sum(), control["assigned"].sum()))
    return effect.plan(effect.share_variance(share), campaign.expected, np.nan, held_out).people


def _paced(case: One, table: pd.DataFrame, chosen: Chosen) -> list[str]:
    campaign = case.verdict.campaign
    total = (campaign.last_day - campaign.first_day).days + 1
    gone = min(max((chosen.data_until - campaign.first_day).days, 1), total)
    assigned, needed = float(table["assigned"].sum()), _needed(case, table)
    running = case.verdict.state == "running"
    spoken = {"people": assigned, "a_day": round(assigned / gone), "gone": gone, "count": total}
    said = [say(f"campaigns.pacing.{'running' if running else 'over'}", **spoken)]
    if not np.isfinite(needed):
        return [*said, say(f"campaigns.pacing.{'no_plan' if len(case.arms) > 1 else 'no_control'}")]
    by_end = assigned / gone * total if running else assigned
    state = "enough" if assigned >= needed else "will_do" if by_end >= needed else "short"
    figures_ = {"needed": needed, "effect": campaign.expected, "by_end": round(by_end)}
    return [*said, say(f"campaigns.pacing.{state}", **figures_)]


# Later ----------------------------------------------------------------------------------------------------


def _later(case: One, chosen: Chosen) -> None:
    """Who had reached the goal by each day since the exposure: did it last, or was it only brought forward?"""
    notes.heading(say("campaigns.later.title"), say("campaigns.later.about"))
    daily = read("campaigns/daily", **case.asked)
    daily = daily[daily["n"] > 0]
    campaign = case.verdict.campaign
    if case.verdict.level == "A?":
        _nothing("campaigns.nothing_to_compare")
        return
    if campaign.goal is None or not len(daily):
        _nothing("campaigns.later.nothing")
        return
    window = int(campaign.window_days)
    if case.verdict.shows_effect:
        for each in case.verdict.effects:
            found = effect.pull_forward(daily, each.treatment, window)
            text = sentence(found.finding, chosen) if found else say("campaigns.later.not_yet")
            if len(case.verdict.effects) > 1:
                text = say("campaigns.of_treatment", name=each.treatment, treatment=text)
            draw(html('<p class="said">{text}</p>', text=text))
    elif case.verdict.effects:
        st.caption(plain(say("campaigns.plain_difference")))
    names = [campaigns.group(arm) for arm in daily["arm"].unique()]
    drawn = pd.DataFrame(
        {
            "day": daily["day"].astype(float),
            "line": [campaigns.group(arm) for arm in daily["arm"]],
            "share": ratio(daily["reached"], daily["n"]),
            "people": daily["n"].astype(float),
            "end": np.nan,
        }
    ).reset_index(drop=True)
    drawn.loc[0, "end"] = window - 1
    alt = say("campaigns.later.alt", groups=words.listed(names), count=int(daily["day"].max()))
    charts.draw(campaign_charts.since(names), drawn, alt)
    tables.download_all(lambda: daily, "campaign_daily")


# Overlaps -------------------------------------------------------------------------------------------------


def _overlaps(case: One, chosen: Chosen) -> None:
    """Which other campaigns reached for the same people inside the window."""
    notes.heading(say("campaigns.overlaps.title"), say("campaigns.overlaps.about"))
    table = read("campaigns/overlaps", campaign=case.id)
    if not len(table):
        _nothing("campaigns.overlaps.none")
        return
    language = words.language()
    shares = ratio(table["users"], table["assigned"])
    rows = [
        (
            str(row.name_),
            [Cell(figures.count(row.users, language)), Cell(figures.percent(share, language), share=float(share))],
        )
        for row, share in zip(tables.each_row(table.rename(columns={"name": "name_"})), shares, strict=True)
    ]
    columns = [say("campaigns.overlaps.users"), say("campaigns.overlaps.share")]
    tables.bars(say("campaigns.column.name"), columns, rows[: tables.MOST_VALUES])
    tables.download_all(lambda: table, "campaign_overlaps")
