"""Numbers and days as people read them, in both languages.

Cards and sentences (`short`): people and orders in full up to 99,999, since an ops lead checks them
against another screen, then three significant figures (123 k, 1.23 m; 12.3万, 1.23亿). Tables and hovers
(`exact`) have all of it. Rates have one decimal, their changes are in points, an interval is written
"31.4 % (30.2-32.6)", and what is undefined is a dash.
"""

import math
from datetime import date

from analysis.periods import Grain
from config.phrases import (
    DASH,
    FORMATS,
    MINUS,
    MONTHS,
    change,
    compact,
    count,
    day,
    month,
    percent,
    points,
    short_day,
    signed,
)
from config.text import Language

__all__ = [
    "DASH",
    "FORMATS",
    "MINUS",
    "count",
    "day",
    "days",
    "difference",
    "exact",
    "interval",
    "month",
    "percent",
    "period",
    "points",
    "short",
    "short_day",
    "symbol",
]

SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩"}


# Numbers --------------------------------------------------------------------------------------------------


def short(value: float, unit: str, language: Language, currency: str | None = None) -> str:
    """The figure for a card: unit people | orders | money | rate | ratio | number."""
    if not math.isfinite(value):
        return DASH
    if unit == "rate":
        return percent(value, language)
    if unit == "money":
        return _money(value, compact(value, language), currency)
    return compact(value, language)


def exact(value: float, unit: str, language: Language, currency: str | None = None) -> str:
    """The figure with nothing rounded away that a person could use."""
    if not math.isfinite(value):
        return DASH
    if unit == "rate":
        return percent(value, language, decimals=2)
    if unit == "money":
        return _money(value, signed(value, f"{abs(value):,.2f}"), currency)
    if unit == "number" and value != int(value):
        return signed(value, f"{abs(value):,.4f}".rstrip("0"))
    if unit == "ratio" or value != int(value):
        return signed(value, f"{abs(value):,.3f}")
    return count(value, language)


def difference(value: float, unit: str, language: Language) -> str:
    """How far a figure is from another, with its sign: +1.2 %, of a rate +1.2 points."""
    if unit != "rate":
        return change(value, language)
    text = signed(value, points(value, language))
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def interval(value: float, low: float, high: float, language: Language) -> str:
    """31.4 % (30.2-32.6), the dash a real one."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return percent(value, language)
    inside = f"{low * 100:.1f}–{high * 100:.1f}"
    return f"{percent(value, language)} ({inside})" if language == "en" else f"{percent(value, language)}（{inside}）"


def symbol(currency: str | None) -> str:
    """What stands before an amount: "¥", or the code where there is no sign for it."""
    if currency is None:
        return ""
    return SYMBOLS.get(currency, f"{currency}\u00a0")


def _money(value: float, text: str, currency: str | None) -> str:
    return f"{MINUS if value < 0 else ''}{symbol(currency)}{text.lstrip(MINUS)}"


# Days -----------------------------------------------------------------------------------------------------


def days(first: date, last: date, language: Language) -> str:
    """Both ends: 22 Mar to 20 Jun 2026, the year said once where it is the same."""
    if first == last:
        return day(first, language)
    if language == "zh":
        end = f"{last.month}月{last.day}日" if first.year == last.year else short_day(last, language)
        return f"{short_day(first, language)} 至 {end}"
    begin = f"{first.day} {MONTHS[first.month - 1]}" if first.year == last.year else short_day(first, language)
    return f"{begin} to {short_day(last, language)}"


def period(value: date, grain: Grain, language: Language) -> str:
    """A period by its first day: the day, the week of, the month."""
    if grain == "month":
        return month(value, language)
    if grain == "week":
        text = short_day(value, language)
        return f"week of {text}" if language == "en" else f"{text}起的一周"
    return day(value, language)
