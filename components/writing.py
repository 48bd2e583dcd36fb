"""What people write: who they are, what the logbook holds, and the one way of adding to it.

Everything is written from a widget's callback, which runs before the page: what came of it is said on the next run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import logbook
from components import data
from components.markup import plain
from components.words import say
from logbook import Conflict, Draft, LogbookError

LONGEST_NAME = 100
_AUTHOR, _REFUSED, _WRITTEN = "_author", "_refused", "_written"


# Reading --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """An entry of the logbook as a page needs it; `on` is its day in the product's zone."""

    id: int
    on: date
    author: str
    subject: str
    body: Mapping[str, Any]

    def text(self, field: str) -> str:
        """A field as text; empty where it is not there."""
        value = self.body.get(field)
        return "" if value is None else str(value)

    def day(self, field: str) -> date | None:
        """A field that is a day; None where it is not there."""
        return date.fromisoformat(self.text(field)) if self.text(field) else None


def latest(kind: str) -> list[Written]:
    """The newest entry of each subject of that kind, in the order in which they were written.

    raises  LogbookError
    """
    return _written(table(kind))


def every(kind: str) -> list[Written]:
    """Every entry of that kind, also those that others have replaced, the oldest first."""
    url = str(logbook.url())
    return _written(_every(url, kind, _book(url).mark()))


def table(kind: str) -> pd.DataFrame:
    """The same as the logbook has it, for files: id, at (UTC), author, subject, body."""
    url = str(logbook.url())
    return _latest(url, kind, _book(url).mark())


def history(subject: str) -> list[Written]:
    """Every entry about that subject, the newest first."""
    return _written(_book(str(logbook.url())).history(subject))


def _written(entries: pd.DataFrame) -> list[Written]:
    zone = ZoneInfo(data.product().timezone)
    columns = (entries[name].tolist() for name in ("id", "at", "author", "subject", "body"))
    return [
        Written(number, at.tz_convert(zone).date(), author, subject, body)
        for number, at, author, subject, body in zip(*columns, strict=True)
    ]


# Writing --------------------------------------------------------------------------------------------------


def author() -> str | None:
    """Who is signed in, or else the name given in this visit; None where nobody said."""
    signed_in = getattr(st.user, "is_logged_in", False)
    return str(st.user.get("name") or st.user.get("email")) if signed_in else st.session_state.get(_AUTHOR)


def signature(place: str) -> None:
    """Ask for the writer's name, once a visit.

    place  where on the page it is asked for: several forms may stand open at once
    """
    name = author()
    if name is None:
        st.text_input(
            plain(say("writing.name")),
            key=f"author_given_{place}",
            on_change=_sign,
            args=(f"author_given_{place}",),
            max_chars=LONGEST_NAME,
            placeholder=say("writing.name_example"),
            help=plain(say("writing.name_why")),
            width=360,
        )
        return
    line, change = st.columns([0.8, 0.2], vertical_alignment="center")
    line.caption(plain(say("writing.as", name=name)))
    if not getattr(st.user, "is_logged_in", False):
        change.button(plain(say("writing.other_name")), on_click=_forget, type="tertiary", key=f"author_change_{place}")


def write(kind: str, subject: str, body: Mapping[str, object], replaces: int | None) -> bool:
    """Add an entry in the name of the author; whether it was taken. Why not is said by `outcome`.

    replaces  the entry of this subject that the writer saw; None where there was none
    """
    return write_all(kind, [Draft(subject, dict(body), replaces)])


def write_all(kind: str, drafts: Sequence[Draft]) -> bool:
    """The same for many entries of a kind, all of them or none."""
    name = author()
    if name is None:
        st.session_state[_REFUSED] = say("writing.no_name")
        return False
    try:
        _book(str(logbook.url())).append_all(kind, drafts, name)
    except Conflict as conflict:
        st.session_state[_REFUSED] = _said(conflict)
        return False
    except LogbookError as trouble:
        st.session_state[_REFUSED] = str(trouble)
        return False
    st.session_state[_WRITTEN] = True
    return True


def outcome() -> None:
    """Say once what came of the last write: a refused one stays on the page until the next run."""
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        st.warning(plain(refused), icon=":material/sync_problem:")
    if st.session_state.pop(_WRITTEN, False):
        st.toast(plain(say("writing.kept")), icon=":material/check:")


def _said(conflict: Conflict) -> str:
    if conflict.at is None:
        return say("writing.conflict_gone")
    at = pd.Timestamp(conflict.at).tz_convert(ZoneInfo(data.product().timezone))
    return say("writing.conflict", author=conflict.author, time=f"{at:%H:%M}", day=at.date())


def _sign(key: str) -> None:
    name = st.session_state[key].strip()
    if name:
        st.session_state[_AUTHOR] = name


def _forget() -> None:
    st.session_state.pop(_AUTHOR, None)


@st.cache_resource(max_entries=4, show_spinner=False)
def _book(url: str) -> logbook.Logbook:
    return logbook.open(url)


@st.cache_resource(max_entries=64, show_spinner=False)
def _latest(url: str, kind: str, mark: str) -> pd.DataFrame:
    return _book(url).latest(kind)


@st.cache_resource(max_entries=16, show_spinner=False)
def _every(url: str, kind: str, mark: str) -> pd.DataFrame:
    return _book(url).entries(kind)
