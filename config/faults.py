"""Faults of a configuration, told in plain sentences."""

import difflib
from collections.abc import Iterable


class ConfigError(Exception):
    """A configuration that cannot be used: every fault found, each "file: place: reason"."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The ending ": did you mean …?" with the nearest known word, or nothing where none is near."""
    words = {word.lower(): word for word in known}
    near = difflib.get_close_matches(given.lower(), words, n=1)
    return f": did you mean {words[near[0]]}?" if near else ""


def shown(value: object) -> str:
    """The ending of "must be a number…": what was found instead."""
    match value:
        case None:
            return ", but is empty"
        case bool():
            return f", not {str(value).lower()}"
        case str():
            return f', not "{_short(value)}"'
        case dict():
            return ", not a mapping"
        case list() | tuple():
            return f", not [{_short(', '.join(map(str, value)))}]"
    return f", not {_short(str(value))}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
