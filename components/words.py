"""The words of the screen in the language chosen, and sentences made from findings."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import reduce
from typing import cast

import streamlit as st

from analysis.finding import Finding
from components import data
from config import phrases, words
from config.text import Language, Text, in_language

LANGUAGES: dict[Language, str] = {"en": "English", "zh": "简体中文"}
CHOSEN = "_language"
# Asked for hundreds of times a run, so it is kept beside the session's state, which is slow to read.
_SPOKEN: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The language of this visit."""
    spoken = _SPOKEN.get()
    if spoken is None:
        # A fragment runs alone, in a thread of its own.
        spoken = cast(Language, st.session_state.get(CHOSEN, "en"))
        _SPOKEN.set(spoken)
    return spoken


def use(chosen: Language) -> None:
    """Speak this language from here on."""
    st.session_state[CHOSEN] = chosen
    _SPOKEN.set(chosen)


def say(key: str, /, **fields: object) -> str:
    """The words of a key in the language of this visit, its named fields filled in.

    Where there are `key.one` and `key.other`, the field `count` chooses. KeyError for an unknown key.
    """
    return say_in(language(), key, **fields)


def say_in(spoken: Language, key: str, /, **fields: object) -> str:
    """The same in a given language, for what is kept from one visit to the next."""
    return phrases.fill(spoken, key, **fields)


def has(key: str) -> bool:
    """Whether there are words for this key."""
    return key in words.load(language())


def sentence(finding: Finding, **fields: object) -> str:
    """A finding in words; `fields` are shown instead of its raw figures (a name for an id, say)."""
    return say(finding.key, **{**finding.figures, **fields})


def sentences(parts: Iterable[str]) -> str:
    """Whole sentences one after another, as the language sets them."""
    return reduce(lambda first, second: say("list.sentences", first=first, second=second), parts)


def listed(names: Iterable[str]) -> str:
    """Names in a row, as the language sets them."""
    return say("list.names").join(names)


def text(words_for_people: Text) -> str:
    """A label or definition of a product folder, in the language of this visit."""
    return in_language(words_for_people, language())


def value(name: str, dimension: str | None = None) -> str:
    """A dimension's value for showing: as it is, but for "unknown", "other", standings and groups, which are ours."""
    if dimension == "standing":
        return say(f"value.standing_{name}")
    if name in ("in", "out") and dimension in data.product().groups:
        return say(f"value.group_{name}")
    return {"unknown": say("value.unknown"), "other": say("value.other")}.get(name, name)


def labels(names: Mapping[str, Text]) -> dict[str, str]:
    """Several such labels by their id."""
    return {name: text(label) for name, label in names.items()}
