"""What Weekly review draws around the review: its week, notes and commitments beside figures, the meeting view."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import streamlit as st

from analysis import playbook as playbook_analysis
from analysis.exceptions import Exceptional
from components import closing, data, document, figures, filters, forms, notes, playbook, review, stages, words, writing
from components.document import Items, Section
from components.filters import Chosen
from components.markup import draw, html, plain
from components.review import WEEK, Review
from components.stages import Shown
from components.words import say

MEETING, ORDINARY = "meeting", "page"
STEP = "review_step"
# A promise made in a review is due at the next but one: there is a week to keep it.
USUALLY_DUE = timedelta(days=7)
MOST_ITEMS = 8
# What is asked for in a meeting; the rest of a commitment is on Playbook.
PROMISED = ("text", "owner", "due", "figure", "expected")
NOTED = ("day", "kind", "title", "text", "figure", "source")
_TERMS = ("range", "shift", "settled", "frozen", "beyond")


@dataclass(frozen=True)
class Part:
    """One part of the review: its title, and what draws it."""

    name: str
    title: str
    draw: Callable[[], None]


def pick(chosen: Chosen) -> date:
    """The week that is reviewed, the last complete one at first; where no week is complete the page ends here."""
    weeks = review.weeks(chosen)
    notes.stop_if_nothing(len(weeks) > 0, "weekly.empty")
    labels = {str(week): _label(week) for week in weeks}
    left, right = st.container(key="review_week").columns([0.6, 0.4], vertical_alignment="bottom")
    with left:
        picked = filters.choice("week", say("weekly.week"), labels, str(weeks[0]))
    with right:
        views = {each: say(f"weekly.view.{each}") for each in (ORDINARY, MEETING)}
        filters.choice("view", say("weekly.view.label"), views, ORDINARY, segmented=True)
    return date.fromisoformat(picked)


def is_meeting() -> bool:
    """Whether the meeting view is chosen."""
    return bool(st.session_state.get("view") == MEETING)


def parts(found: Review) -> list[Part]:
    """The review from the first part to the last."""
    loud = [
        Part(f"unusual_{each.metric}", review.name_of(found, each), partial(_exception, found, each))
        for each in found.loud
    ]
    campaigns = review.campaigns(found)
    sections = {section.name: section for section in (review.said(found), closing.restated(found))}
    return [
        _part(sections["said"], lambda: _said(found, sections["said"])),
        _part(sections["restated"]),
        *loud,
        *([] if loud else [_part(review.unusual(found))]),
        _part(review.watched(found)),
        _quiet(found),
        Part("campaigns", campaigns.title, partial(_campaigns, campaigns)),
        _part(checklist(found)),
        Part("decisions", say("weekly.decisions.title"), lambda: _decisions(found)),
        Part("close", say("weekly.close.title"), partial(closing.close, found, signs=is_meeting())),
    ]


def page(found: Review) -> None:
    """Every part, one below the other."""
    for part in parts(found):
        _draw(part)


def meeting(found: Review) -> None:
    """One part at a time, large, without the side bar; left and right keys go on."""
    every = parts(found)
    at = min(int(st.session_state.get(STEP, 0)), len(every) - 1)
    with st.container(horizontal=True, vertical_alignment="center", key="meeting_bar"):
        st.button(
            plain(say("weekly.back")), key="meeting_back", on_click=_go, args=(at - 1,), disabled=at == 0,
            icon=":material/arrow_back:", shortcut="Left",
        )  # fmt: skip
        st.button(
            plain(say("weekly.next")), key="meeting_next", on_click=_go, args=(at + 1,), type="primary",
            disabled=at == len(every) - 1, icon=":material/arrow_forward:", shortcut="Right",
        )  # fmt: skip
        st.caption(plain(say("weekly.step", step=at + 1, steps=len(every))))
        st.button(plain(say("weekly.leave")), key="meeting_leave", on_click=_leave, type="tertiary")
    draw(html('<div class="meeting"></div>'))
    with st.container(key="meeting_part"):
        _draw(every[at])


def checklist(found: Review) -> Section:
    """What is open or overdue on the list of the present stage, and how far the list is."""
    # Items are judged by everybody's figures; those of the filters beside them are on Playbook.
    board, now = playbook.board(replace(found.chosen, segments=None)), found.stage
    first, _ = playbook.answer(board, now)
    items = board.book.stages[playbook.LISTED[now.stage]].items
    waiting = [
        item
        for item in playbook_analysis.ordered(items, board.states)
        if board.states[item.id].standing in ("overdue", "open")
    ]
    lines = [
        say(f"weekly.item.{board.states[item.id].standing}", item=words.text(item.text))
        for item in waiting[:MOST_ITEMS]
    ]
    if len(waiting) > MOST_ITEMS:
        lines.append(say("weekly.item.more", count=len(waiting) - MOST_ITEMS))
    return Section("checklist", say("weekly.checklist.title"), first, [Items(lines)] if lines else [])


def stage_line(now: Shown) -> str:
    """The stage of the product in a sentence."""
    return stages.answer(now.rule, None)[0]


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    return {say(f"weekly.term.{term}"): say(f"weekly.means.{term}") for term in _TERMS}


def _label(week: date) -> str:
    return figures.days(week, week + WEEK - timedelta(days=1), words.language())


def _part(section: Section, drawn: Callable[[], None] | None = None) -> Part:
    return Part(section.name, section.title, drawn or (lambda: document.draw(section)))


def _draw(part: Part) -> None:
    with st.container(key=f"review_{part.name}"):
        part.draw()


def _exception(found: Review, each: Exceptional) -> None:
    """A figure outside its usual range; a note and a commitment one click away."""
    st.html(f'<span id="{each.metric}"></span>')
    place = found.loud.index(each)
    section = Section(
        f"unusual_{each.metric}",
        say("weekly.exception", place=place + 1, name=review.name_of(found, each)),
        "",
        review.exception(found, each, with_reason=place < review.MOST_REASONS),
    )
    document.draw(section)
    with st.container(horizontal=True, gap="small"):
        promise = {"figure": each.metric, "due": str(_usually_due(found))}
        _form_of("commitment", f"commit_{each.metric}", say("weekly.commit"), ":material/handshake:", promise, PROMISED)
        noted = {"figure": each.metric, "day": str(each.by.period)}
        _form_of("note", f"note_{each.metric}", say("weekly.note"), ":material/edit_note:", noted, NOTED)


def _form_of(kind: str, key: str, label: str, icon: str, proposed: dict[str, str], only: tuple[str, ...]) -> None:
    folded = st.popover(plain(label), icon=icon, key=f"open_{key}", on_change="rerun", width="content")
    if folded.open:
        with folded:
            given = {"state": "open"} if kind == "commitment" else {}
            forms.form(kind, key, given=given, proposed=proposed, only=only)


def _said(found: Review, section: Section) -> None:
    document.draw(section)
    st.page_link("../pages/playbook.py", label=plain(say("weekly.to_registers")), icon=":material/list:")


def _campaigns(section: Section) -> None:
    document.draw(section)
    st.page_link("../pages/campaigns.py", label=plain(say("weekly.to_campaigns")), icon=":material/campaign:")


def _quiet(found: Review) -> Part:
    title = review.quiet_title(found)

    def fold() -> None:
        folded = st.expander(plain(title), key="quiet_figures", on_change="rerun")
        if folded.open:
            with folded:
                section = review.quiet(found)
                st.caption(plain(section.about))
                for block in section.blocks:
                    document.draw_block(block)

    return Part("quiet", title, fold)


def _decisions(found: Review) -> None:
    """What is promised today: each a commitment with an owner, a day, a figure and what it should change."""
    made = [entry for entry in writing.latest("commitment") if review.is_held(found, entry.on)]
    lines = [
        say("weekly.decisions.one", text=each.text("text"), owner=each.text("owner"), due=each.day("due") or each.on)
        for each in made
    ]
    document.draw(review.items(say("weekly.decisions.title"), "decisions", lines, say("weekly.decisions.none")))
    forms.form(
        "commitment",
        "decision",
        given={"state": "open"},
        proposed={"due": str(_usually_due(found))},
        only=PROMISED,
    )


def _usually_due(found: Review) -> date:
    return max(data.today(), found.week + WEEK) + USUALLY_DUE


def _go(step: int) -> None:
    st.session_state[STEP] = step


def _leave() -> None:
    st.session_state["view"] = ORDINARY
