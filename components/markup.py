"""The two doors through which text reaches the screen as text, never as markup.

`plain` for calls that read Markdown (labels, captions, help), `html` for fragments of our own HTML.
"""

import re
from html import escape

import streamlit as st

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^=:@])")
# Emoji codes and arrows are replaced after escapes are gone: an invisible joiner keeps the letters apart.
_LATE = re.compile(r"(\\:)(?=[\w+\\])|(\\[-<=])(?=\\[->])")


class Html(str):
    """A piece of HTML made by `html`: safe to put into another."""

    __slots__ = ()


def plain(text: str) -> str:
    """The text for a call that reads Markdown: every character stands for itself."""
    flat = " ".join(text.split())
    return _LATE.sub(lambda found: found[0] + "\u2060", _MARKDOWN.sub(r"\\\1", flat))


def html(template: str, **fields: object) -> Html:
    """A piece of HTML; every field is escaped, quotes too, but for pieces that `html` made."""
    return Html(template.format(**{name: _escaped(value) for name, value in fields.items()}))


def join(pieces: list[Html], between: str = "") -> Html:
    """Pieces one after another."""
    return Html(between.join(pieces))


def draw(piece: Html) -> None:
    """Put a piece of HTML on the page."""
    st.html(piece)


def _escaped(value: object) -> str:
    return value if isinstance(value, Html) else escape(str(value))
