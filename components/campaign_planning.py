"""Planning the next campaign: how many people it takes, what a holdout costs, and the list of those held out."""

import math

import streamlit as st

from analysis import effect
from analysis.effect import Campaign, Sums
from components import campaigns, data, figures, notes, tables, words
from components.data import read
from components.filters import Chosen
from components.markup import draw, html, plain
from components.words import say

PAYMENT = "payment"
DAYS = 28
SHARES = (0.05, 0.1, 0.2, 0.5)
USUAL_SHARE, USUAL_EFFECT, USUAL_WINDOW = 0.1, 5.0, 7
LONGEST_WINDOW, LONGEST_SALT = 365, 80


def section(chosen: Chosen, last: Campaign | None = None) -> None:
    """Folded; computed when it is opened.

    last  the campaign looked at: its goal and window are what the form proposes
    """
    folded = st.expander(
        plain(say("campaigns.next.title")), key="campaigns_next", on_change="rerun", icon=":material/event_upcoming:"
    )
    if not folded.open:
        return
    with folded:
        goals = read("campaigns/goals")["goal"].tolist()
        if not goals:
            st.info(plain(say("campaigns.next.no_goals")), icon=":material/database:")
            return
        st.caption(plain(say("campaigns.next.about")))
        goal, window, wished, share = _asked(goals, last)
        _planned(goal, window, wished, share, chosen)
        _list(share, chosen)


def _asked(goals: list[str], last: Campaign | None) -> tuple[str, int, float, float]:
    """The goal, its days, the effect wished for (a difference of shares), and the share held out."""
    usual = last.goal if last and last.goal in goals else goals[0]
    payment, language = say("campaigns.next.payment"), words.language()
    percents = {each: figures.percent(each, language, 0) for each in SHARES}
    columns = st.columns(4, vertical_alignment="bottom")
    with columns[0]:
        goal = st.selectbox(
            plain(say("campaigns.next.goal")),
            goals,
            index=goals.index(usual),
            format_func=lambda each: payment if each == PAYMENT else each,
            key="next_goal",
        )
    with columns[1]:
        window = st.number_input(
            plain(say("campaigns.next.window")),
            min_value=1,
            max_value=LONGEST_WINDOW,
            value=USUAL_WINDOW if last is None else min(max(int(last.window_days), 1), LONGEST_WINDOW),
            key="next_window",
        )
    with columns[2]:
        points = st.number_input(
            plain(say("campaigns.next.effect")),
            min_value=0.1,
            max_value=100.0,
            value=USUAL_EFFECT,
            step=0.5,
            format="%.1f",
            key="next_effect",
        )
    with columns[3]:
        share = st.selectbox(
            plain(say("campaigns.next.share")),
            SHARES,
            index=SHARES.index(USUAL_SHARE),
            format_func=lambda each: percents[each],
            key="next_share",
        )
    return str(goal), int(window), float(points) / 100, float(share)


def _planned(goal: str, window: int, wished: float, share: float, chosen: Chosen) -> None:
    table = read("campaigns/eligible", goal=goal, window_days=window, segments=chosen.segments)
    rows = {row.metric: row for row in tables.each_row(table)}
    goal_row, paid = rows["goal"], rows["payments"]
    eligible, n = float(goal_row.eligible), float(goal_row.n)
    if not n:
        st.info(plain(say("campaigns.next.nobody")), icon=":material/group_off:")
        return
    base = float(goal_row.sum_y) / n
    variance = effect.share_variance(base)
    # Whoever is active already can take part on the first day; only beyond them people have to come first.
    plan = effect.plan(variance, wished, math.nan, share)
    if plan.people > eligible:
        plan = effect.plan(variance, wished, float(goal_row.arrivals) / DAYS, share)
    seen = effect.mde_if_all(variance, eligible, share)
    said = [
        say("campaigns.next.base", share=base, people=n, count=window),
        campaigns.sentence(plan.finding, chosen),
    ]
    if math.isfinite(seen):
        said.append(say("campaigns.next.all", people=eligible, mde=seen))
    draw(html('<p class="said">{text}</p>', text=words.sentences(said)))
    sums = Sums(*(float(getattr(paid, name)) for name in Sums.__dataclass_fields__))
    least = effect.mde_if_all(effect.variance_of(sums), eligible, share)
    if math.isfinite(least):
        mean, smallest = (
            figures.short(each, "money", words.language(), chosen.currency) for each in (sums.mean, least)
        )
        st.caption(plain(say("campaigns.next.payments", mean=mean, smallest=smallest, count=window)))
    notes.heading(say("campaigns.next.holdouts"))
    found = effect.holdouts(variance, eligible, wished)
    campaigns.listed_texts([campaigns.sentence(each.finding, chosen) for each in found])


def _list(share: float, chosen: Chosen) -> None:
    """The people held out, drawn from a name: the same whenever it is drawn again, read when it is asked for."""
    notes.heading(say("campaigns.next.list"), say("campaigns.next.list_about"))
    salt = st.text_input(
        plain(say("campaigns.next.salt")),
        key="next_salt",
        max_chars=LONGEST_SALT,
        placeholder=say("campaigns.next.salt_example"),
        width=360,
    ).strip()
    if not salt:
        return
    st.download_button(
        plain(say("campaigns.next.download", share=share)),
        data=lambda: tables.csv(read("campaigns/holdout", salt=salt, share=share, segments=chosen.segments)),
        file_name=f"holdout_{data.build().build_id}.csv",
        mime="text/csv",
        key="next_list",
        on_click="ignore",
        icon=":material/download:",
    )
    st.caption(plain(say("campaigns.next.filtered" if chosen.segments is not None else "campaigns.next.again")))
    quoted = salt.replace("'", "'\"'\"'")
    command = f"python -m warehouse query campaigns/holdout 'salt={quoted}' share={share:g} --csv"
    st.code(command, language=None, wrap_lines=True)
