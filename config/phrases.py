"""How each language spells a number, a share or a day, and fills in a sentence of the words files."""

import math
import re
import string
from collections.abc import Callable
from datetime import date
from typing import Any

from config import words
from config.text import Language

DASH = "—"
MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_STEPS = {"en": ((1e9, " bn"), (1e6, " m"), (1e3, " k")), "zh": ((1e8, "亿"), (1e4, "万"))}
_FORMATTED = re.compile(r"\{\w+:")


# Sentences ------------------------------------------------------------------------------------------------


def fill(language: Language, key: str, /, **fields: object) -> str:
    """The words of a key in that language, its named fields filled in.

    Where there are `key.one` and `key.other`, the field `count` chooses. Without any field the words stand as they
    are. KeyError for an unknown key, and for a field that the words need beside those given.
    """
    known = words.load(language)
    if key not in known:
        key = f"{key}.{'one' if fields.get('count') == 1 else 'other'}"
    template = known[key]
    if not fields:
        return template
    if _FORMATTED.search(template):
        return _Template(language).format(template, **fields)
    return template.format(**fields)


class _Template(string.Formatter):
    """Fields with a format by name: {rate:percent}; without one they stand as they are."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        return FORMATS[format_spec](value, self.language) if format_spec else str(value)


# Numbers --------------------------------------------------------------------------------------------------


def count(value: float, language: Language) -> str:
    """A number of things, thousands separated."""
    return signed(value, f"{abs(value):,.0f}") if math.isfinite(value) else DASH


def percent(value: float, language: Language, decimals: int = 1) -> str:
    """0.314 as 31.4 %."""
    if not math.isfinite(value):
        return DASH
    text = f"{abs(value) * 100:,.{decimals}f}"
    return f"{signed(value, text)}{_gap(language)}%"


def change(value: float, language: Language) -> str:
    """0.021 as +2.1 %, with the sign whichever way it is."""
    text = percent(value, language)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def points(value: float, language: Language, decimals: int = 1) -> str:
    """0.021 as 2.1 points; the sign is left to whoever says up or down."""
    if not math.isfinite(value):
        return DASH
    return f"{abs(value) * 100:,.{decimals}f}" + (" points" if language == "en" else " 个百分点")


def compact(value: float, language: Language) -> str:
    """Three significant figures; whole numbers in full up to 99,999: 123 k, 1.23 m; 12.3万, 1.23亿."""
    if not math.isfinite(value):
        return DASH
    size = abs(value)
    if size < 100 and value != int(value):
        return signed(value, f"{size:#.3g}".rstrip(".") if size >= 0.001 else f"{size:.1g}")
    if round(size) < 100_000:
        return signed(value, f"{size:,.0f}")
    rounded = float(f"{size:.3g}")  # first, so that 999,600 is a million
    for step, name in _STEPS[language]:
        if rounded >= step:
            scaled = rounded / step
            decimals = max(2 - int(math.log10(scaled)), 0)
            return signed(value, f"{scaled:,.{decimals}f}{name.replace(' ', chr(160))}")
    return signed(value, f"{size:,.0f}")


def signed(value: float, text: str) -> str:
    """The text with a minus before it where the value is below 0, but for what is rounded to 0."""
    return f"{MINUS}{text}" if value < 0 and any(digit in text for digit in "123456789") else text


def _gap(language: Language) -> str:
    return "\u00a0" if language == "en" else ""


# Days -----------------------------------------------------------------------------------------------------


def day(value: date, language: Language) -> str:
    """Sat 20 Jun 2026, or 2026年6月20日 周六."""
    weekday = WEEKDAYS[language][value.weekday()]
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日 {weekday}"
    return f"{weekday} {value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date, language: Language) -> str:
    """20 Jun 2026, or 2026年6月20日."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: date, language: Language) -> str:
    """Jun 2026, or 2026年6月."""
    return f"{value.year}年{value.month}月" if language == "zh" else f"{MONTHS[value.month - 1]} {value.year}"


# How a template of the words files names a format: "{rate:percent}", "{since:day}".
FORMATS: dict[str, Callable[..., str]] = {
    "change": change,
    "compact": compact,
    "count": count,
    "day": day,
    "month": month,
    "percent": percent,
    "points": points,
    "short_day": short_day,
}
