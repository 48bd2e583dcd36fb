"""Numbers and days as people read them, in both languages.

Cards and sentences (`short`): people and orders in full up to 99,999, since an ops lead checks them
against another screen, then three significant figures (123 k, 1.23 m; 12.3万, 1.23亿). Tables and hovers
(`exact`) have all of it. Rates have one decimal, their changes are in points, an interval is written
"31.4 % (30.2-32.6)", and what is undefined is a dash.
"""

import math
from collections.abc import Callable
from datetime import date

from analysis.periods import Grain
from config.text import Language

DASH = "—"
MINUS = "−"
SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_STEPS = {"en": ((1e9, " bn"), (1e6, " m"), (1e3, " k")), "zh": ((1e8, "亿"), (1e4, "万"))}


# Numbers --------------------------------------------------------------------------------------------------


def short(value: float, unit: str, language: Language, currency: str | None = None) -> str:
    """The figure for a card: unit people | orders | money | rate | ratio."""
    if not math.isfinite(value):
        return DASH
    if unit == "rate":
        return percent(value, language)
    if unit == "money":
        return _money(value, _compact(value, language), currency)
    return _compact(value, language)


def exact(value: float, unit: str, language: Language, currency: str | None = None) -> str:
    """The figure with nothing rounded away that a person could use."""
    if not math.isfinite(value):
        return DASH
    if unit == "rate":
        return percent(value, language, decimals=2)
    if unit == "money":
        return _money(value, _signed(value, f"{abs(value):,.2f}"), currency)
    if unit == "ratio" or value != int(value):
        return _signed(value, f"{abs(value):,.3f}")
    return count(value, language)


def count(value: float, language: Language) -> str:
    """A number of things, thousands separated."""
    return _signed(value, f"{abs(value):,.0f}") if math.isfinite(value) else DASH


def percent(value: float, language: Language, decimals: int = 1) -> str:
    """0.314 as 31.4 %."""
    if not math.isfinite(value):
        return DASH
    text = f"{abs(value) * 100:,.{decimals}f}"
    return f"{_signed(value, text)}{_gap(language)}%"


def points(value: float, language: Language) -> str:
    """0.021 as 2.1 points; the sign is left to whoever says up or down."""
    if not math.isfinite(value):
        return DASH
    return f"{abs(value) * 100:,.1f}" + (" points" if language == "en" else " 个百分点")


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


def _compact(value: float, language: Language) -> str:
    size = abs(value)
    if size < 100 and value != int(value):
        return _signed(value, f"{size:#.3g}".rstrip(".") if size >= 0.001 else f"{size:.1g}")
    if round(size) < 100_000:
        return _signed(value, f"{size:,.0f}")
    rounded = float(f"{size:.3g}")  # first, so that 999,600 is a million
    for step, name in _STEPS[language]:
        if rounded >= step:
            scaled = rounded / step
            decimals = max(2 - int(math.log10(scaled)), 0)
            return _signed(value, f"{scaled:,.{decimals}f}{name.replace(' ', chr(160))}")
    return _signed(value, f"{size:,.0f}")


def _money(value: float, text: str, currency: str | None) -> str:
    return f"{MINUS if value < 0 else ''}{symbol(currency)}{text.lstrip(MINUS)}"


def _signed(value: float, text: str) -> str:
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


# How a template of the words files names a format: "{rate:percent}", "{since:day}".
FORMATS: dict[str, Callable[..., str]] = {
    "count": count,
    "percent": percent,
    "points": points,
    "day": day,
    "short_day": short_day,
    "month": month,
}
