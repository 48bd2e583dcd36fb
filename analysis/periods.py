"""Which days a named period, a comparison and a grain mean. Days in, days out; no clock."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "week", "month"]
Period = Literal[
    "yesterday",
    "last_7_days",
    "last_28_days",
    "last_13_weeks",
    "last_12_months",
    "month_to_date",
    "last_month",
    "year_to_date",
    "all",
    "custom",
]
Comparison = Literal["previous", "last_week", "last_year", "none"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Periods looked at before the ones shown: enough for the same period a year (a week) ago, and for knowing
# how much such a change usually is.
HISTORY: dict[Grain, int] = {"day": 98, "week": 78, "month": 24}


@dataclass(frozen=True)
class Span:
    """Days from `from_` up to, but not including, `until`."""

    from_: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.from_:
            raise ValueError(f"until must not be before from_, not {self.from_} to {self.until}")

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.from_).days

    @property
    def last(self) -> date:
        """The last day in it (the day before `from_` where the span is empty)."""
        return self.until - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of(day: date, grain: Grain, week_start: str = "monday") -> date:
    """The first day of the day, week or month that the day belongs to."""
    if grain == "month":
        return day.replace(day=1)
    if grain == "week":
        return day - timedelta(days=(day.weekday() - WEEKDAYS.index(week_start)) % 7)
    return day


def back(day: date, grain: Grain, count: int) -> date:
    """So many days, weeks or months earlier."""
    return add_months(day, -count) if grain == "month" else day - timedelta(days=count * (7 if grain == "week" else 1))


def apart(first: date, last: date, grain: Grain) -> int:
    """How many periods lie between two first days of periods."""
    if grain == "month":
        return (last.year - first.year) * 12 + last.month - first.month
    return (last - first).days // (7 if grain == "week" else 1)


def named(name: Period, first_day: date, data_until: date, week_start: str = "monday") -> Span:
    """The days a period's name means, reckoned back from the first day not covered.

    Thirteen weeks and twelve months are complete ones, with the running one behind them.

    first_day   of the data; only "all" looks at it
    data_until  the first day not covered, so that "yesterday" is the last day there is
    """
    last = data_until - timedelta(days=1)
    match name:
        case "yesterday":
            from_ = last
        case "last_7_days":
            from_ = data_until - timedelta(days=7)
        case "last_28_days":
            from_ = data_until - timedelta(days=28)
        case "last_13_weeks":
            from_ = back(start_of(data_until, "week", week_start), "week", 13)
        case "last_12_months":
            from_ = back(start_of(data_until, "month"), "month", 12)
        case "month_to_date":
            from_ = last.replace(day=1)
        case "last_month":
            return Span(add_months(last.replace(day=1), -1), last.replace(day=1))
        case "year_to_date":
            from_ = last.replace(month=1, day=1)
        case "all":
            from_ = min(first_day, data_until)
        case _:
            raise ValueError(f"name must be a period reckoned from the data, not {name!r}")
    return Span(from_, data_until)


def compared(span: Span, how: Comparison, name: Period = "custom") -> Span | None:
    """The days to compare with; None for no comparison, and for "all" with what was before it.

    previous   as many days just before; 13 weeks and 12 months: as many complete ones; month to date: the same
               days of the month before; last month: the month before that; year to date: those of the year before
    last_week  7 days earlier
    last_year  the same dates a year earlier (29 February: the 28th)
    """
    if how == "none":
        return None
    if how == "last_week":
        return Span(span.from_ - timedelta(days=7), span.until - timedelta(days=7))
    if how == "last_year" or name == "year_to_date":
        return _earlier(span, 12)
    if name == "all":
        return None
    if name == "month_to_date":
        return _earlier(span, 1)
    if name == "last_month":
        return Span(add_months(span.from_, -1), span.from_)
    if name == "last_13_weeks":
        return Span(back(span.from_, "week", 13), span.from_)
    if name == "last_12_months":
        return Span(back(span.from_, "month", 12), span.from_)
    return Span(span.from_ - timedelta(days=span.days), span.from_)


def matched(span: Span, how: Comparison, name: Period = "custom") -> Span:
    """The days of a span that have their like among those it is compared with, for what is added up over days.

    Of 13 weeks and 12 months against the ones before, the complete ones: the running one behind them has no like.
    """
    if how == "previous" and name == "last_13_weeks":
        return Span(span.from_, min(span.until, back(span.from_, "week", -13)))
    if how == "previous" and name == "last_12_months":
        return Span(span.from_, min(span.until, back(span.from_, "month", -12)))
    return span


def _earlier(span: Span, months: int) -> Span:
    """Reckoned by the last day, not by `until`: the days to 28 February become those to 28 January."""
    last = add_months(span.last, -months)
    return Span(add_months(span.from_, -months), last + timedelta(days=1))


def with_history(from_: date, grain: Grain, week_start: str = "monday") -> date:
    """The first day to read so that a change from `from_` on can be weighed against its own past."""
    return back(start_of(from_, grain, week_start), grain, HISTORY[grain])
