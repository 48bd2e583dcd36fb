"""What is on the screen as a report, made only when somebody asks for it."""

from collections.abc import Callable

import streamlit as st

from components import data, words
from components.document import Document
from components.filters import Chosen
from components.markup import plain
from components.report import compose
from components.review import Review
from components.words import say

MIME = {"html": "text/html", "md": "text/markdown", "csv": "text/csv"}


def review(found: Review) -> None:
    """The week as a file."""
    _buttons("review", str(found.week), say("weekly.report.label"), lambda: compose.week(found.week, found.chosen))


def days(chosen: Chosen) -> None:
    """The headline figures of the days chosen as a file."""
    name = f"{chosen.span.from_}_{chosen.span.last}"
    _buttons("days", name, say("report.label"), lambda: compose.days(chosen))


def _buttons(key: str, name: str, label: str, composed: Callable[[], Document]) -> None:
    """A button a format, under a word on what the files are."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"report_files_{key}"):
        st.caption(plain(label), help=plain(say("weekly.report.about")), width="content")
        for form, mime in MIME.items():
            st.download_button(
                plain(say(f"weekly.report.{form}")),
                data=_making(composed, form),
                file_name=f"{name}.{form}",
                mime=mime,
                key=f"report_{key}_{form}",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )


def _making(composed: Callable[[], Document], form: str) -> Callable[[], bytes]:
    spoken = words.language()

    def make() -> bytes:
        # Charts are drawn by a library that takes a second to load, and pages do without.
        from components.report import render

        words.use(spoken)
        data.hold()
        return render.FORMS[form](composed())

    return make
