"""Words for people: the same in every language, or one for each."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from config.faults import shown

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Translated:
    """One text in the two languages of the screen."""

    en: str
    zh: str


def _text(value: object) -> str | Translated:
    if isinstance(value, Translated):
        return value
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, dict) and value.keys() == {"en", "zh"}:
        if all(isinstance(words, str) and words.strip() for words in value.values()):
            return Translated(**value)
    elif not isinstance(value, dict):
        raise ValueError(f"must be text, or {{en: …, zh: …}}{shown(value)}")
    raise ValueError("must have en and zh, both of them text, and nothing else")


Text = Annotated[str | Translated, BeforeValidator(_text)]


def in_language(text: str | Translated, language: Language) -> str:
    """The words to show in that language."""
    if isinstance(text, str):
        return text
    return text.en if language == "en" else text.zh
