"""Notes where they are seen: releases, incidents and what else explains a curve, beside the charts they explain."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from components import data, figures, forms, words, writing
from components.filters import Chosen
from components.markup import draw, html, join, plain
from components.words import say
from components.writing import Written

NOTE = "note"
MOST_SHOWN = 30
AT_A_GLANCE = 3


def all_notes() -> list[Written]:
    """Every note that was not taken back, by its day."""
    found = [entry for entry in writing.latest(NOTE) if not entry.body.get("withdrawn")]
    return sorted(found, key=lambda entry: entry.text("day"))


def beside(campaigns: pd.DataFrame) -> pd.DataFrame:
    """The marks of a chart: campaigns, and the notes among them: campaign_id, name, starts_on, ends_on."""
    found = all_notes()
    if not found:
        return campaigns
    days = [_days(entry) for entry in found]
    marks = pd.DataFrame(
        {
            "campaign_id": [entry.subject for entry in found],
            "name": [entry.text("title") for entry in found],
            "starts_on": pd.to_datetime([first for first, _ in days]),
            "ends_on": pd.to_datetime([last for _, last in days]),
        }
    )
    return pd.concat([campaigns, marks.astype(campaigns.dtypes.to_dict())])


def marks(periods: npt.NDArray[np.datetime64], chosen: Chosen) -> dict[str, str]:
    """Which of the periods shown (by their first days, ascending) have notes: the period and their titles."""
    found: dict[str, list[str]] = {}
    for entry in within(chosen):
        place = int(np.searchsorted(periods, np.datetime64(entry.text("day")), side="right")) - 1
        if place >= 0:
            found.setdefault(str(periods[place].astype("datetime64[D]")), []).append(entry.text("title"))
    return {period: words.listed(titles) for period, titles in found.items()}


def within(chosen: Chosen) -> list[Written]:
    """Those of the days shown."""
    return [
        entry
        for entry in all_notes()
        for first, last in [_days(entry)]
        if first <= chosen.span.last and last >= chosen.span.from_
    ]


def draw_notes(key: str, chosen: Chosen) -> None:
    """The notes of the days shown, and the form for another one; folded, under the chart they belong to."""
    found = within(chosen)
    if found:
        names = (say("journal.one", day=_days(entry)[0], title=entry.text("title")) for entry in found[-AT_A_GLANCE:])
        st.caption(plain(say("journal.glance", count=len(found), names=words.listed(names))))
    folded = st.expander(
        plain(say("journal.label")), key=f"notes_{key}", on_change="rerun", icon=":material/edit_note:"
    )
    if not folded.open:
        return
    with folded:
        _list(found[-MOST_SHOWN:])
        if len(found) > MOST_SHOWN:
            st.caption(plain(say("journal.more", count=len(found) - MOST_SHOWN)))
        forms.form(NOTE, f"note_{key}", proposed={"day": str(chosen.span.last)})
        with st.container(horizontal=True):
            forms.file_out(NOTE, key)
        forms.file_in(NOTE, key)


def _list(found: Sequence[Written]) -> None:
    kinds = forms.options(data.register()[NOTE].fields["kind"])
    for entry in reversed(found):
        left, right = st.columns([0.85, 0.15], vertical_alignment="center")
        days = figures.days(*_days(entry), words.language())
        parts = [html("{text}", text=entry.text(name)) for name in ("text", "source") if entry.text(name)]
        with left:
            draw(
                html(
                    '<p class="note"><b>{days}</b> · {kind} · <b>{title}</b> <span class="about">{author}</span>'
                    "<br>{more}</p>",
                    days=days,
                    kind=kinds.get(entry.text("kind"), entry.text("kind")),
                    title=entry.text("title"),
                    author=entry.author,
                    more=join(parts, " · "),
                )
            )
        with right:
            forms.withdraw(NOTE, f"{entry.subject}", entry)


def _days(entry: Written) -> tuple[date, date]:
    first = entry.day("day") or entry.on
    return first, entry.day("until") or first
