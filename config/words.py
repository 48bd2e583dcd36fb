"""Every word of the screen, in its two languages: config/words/en.yml and zh.yml."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import config
from config.faults import ConfigError, shown
from config.reading import parse
from config.text import Language


@cache
def load(language: Language) -> Mapping[str, str]:
    """The words by key, nested keys joined by a dot: "filters.period" → "Period". Read once a process."""
    return MappingProxyType(read(config.SHIPPED / "words" / f"{language}.yml"))


def read(path: Path) -> dict[str, str]:
    """The words of one file; ConfigError with all its faults."""
    content, faults = parse(path)
    found: dict[str, str] = {}
    for key, words in _leaves(content):
        if not isinstance(words, str) or not words.strip():
            faults.append(f"{path.name}: {key}: must be text{shown(words)}")
        elif key in found:
            faults.append(f"{path.name}: {key}: is given twice, with a dot and nested: keep one of them")
        else:
            found[key] = words
    if faults:
        raise ConfigError(faults)
    return found


def _leaves(branch: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in branch.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield above + key, value
