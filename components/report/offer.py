"""The review on the screen as a file, made only when somebody asks for it."""

from collections.abc import Callable

import streamlit as st

from components import data, words
from components.document import Document
from components.markup import plain
from components.report import compose
from components.review import Review
from components.words import say

MIME = {"html": "text/html", "md": "text/markdown", "csv": "text/csv"}


def review(found: Review) -> None:
    """A button a format, under a word on what the files are."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="report_files"):
        st.caption(plain(say("weekly.report.label")), help=plain(say("weekly.report.about")), width="content")
        for form, mime in MIME.items():
            st.download_button(
                plain(say(f"weekly.report.{form}")),
                data=_making(found, form),
                file_name=f"{found.week}.{form}",
                mime=mime,
                key=f"report_{form}",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )


def _making(found: Review, form: str) -> Callable[[], bytes]:
    spoken = words.language()

    def make() -> bytes:
        # Charts are drawn by a library that takes a second to load, and pages do without.
        from components.report import render

        words.use(spoken)
        data.hold()
        document: Document = compose.week(found.week, found.chosen)
        return render.FORMS[form](document)

    return make
