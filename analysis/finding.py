"""What the numbers say, as a key and its figures; the words files hold the sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from config import phrases

Fact = float | int | str | date


@dataclass(frozen=True)
class Finding:
    """One thing worth saying.

    key      names the template in config/words, such as "retention.answer"
    figures  the template's named fields, unrounded: rates and shares 0-1, people as numbers, days as dates
    """

    key: str
    figures: Mapping[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English sentence; KeyError where it needs a name that only the screen knows (a figure's label)."""
        return phrases.fill("en", self.key, **self.figures)
