"""Days off by country, weekends worked to make up for them among the rest; days that notes mark.

source  the package `holidays`: for China the yearly notices of the State Council
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import pandas as pd

from analysis.finding import Finding
from config.text import Language

LANGUAGES: dict[Language, str] = {"en": "en_US", "zh": "zh_CN"}
DAY = timedelta(days=1)
# Whoever works on a weekend works on the days around it: days off on end are looked for this far outside.
AROUND = timedelta(days=10)


@dataclass(frozen=True)
class Calendar:
    """What is known of a country's days.

    days     day, kind (holiday | workday), name; ascending. holiday: a day off, with the weekends it runs into;
             workday: a day at the week's end worked instead
    missing  years of which it is not known which days are off, or which weekends are worked for them
    """

    days: pd.DataFrame
    missing: tuple[int, ...]

    @property
    def finding(self) -> Finding | None:
        """Which years it does not know; None where it knows them all."""
        if not self.missing:
            return None
        return Finding("usual.calendar_missing", {"years": ", ".join(map(str, self.missing))})


def calendar(country: str, first: date, until: date, language: Language = "en") -> Calendar:
    """The days from `first` up to, but not including, `until`; a country nobody knows has every year missing.

    country  two letters, as product.yml has it
    """
    years = range(first.year, (until - DAY).year + 1) if until > first else range(0)
    asked = range((first - AROUND).year, (until + AROUND).year + 1)
    try:
        spoken = holidays.country_holidays(country, language=LANGUAGES[language], years=asked)
    except NotImplementedError:
        return Calendar(_table([]), tuple(years))
    known = range(spoken.start_year, spoken.end_year + 1)
    # Make-up days follow no rule but a notice each year: after the last one only the feasts themselves are known.
    noticed = max(getattr(spoken, "special_public_holidays", {}), default=spoken.end_year)
    missing = [year for year in years if year not in known or (spoken.has_substituted_holidays and year > noticed)]
    rows: list[tuple[date, str, str]] = []
    run: list[date] = []
    day = first - AROUND
    while day < until + AROUND:
        if not spoken.is_working_day(day):
            run.append(day)
        else:
            rows += _of_run(run, spoken)
            run = []
            if day in spoken.weekend_workdays:
                rows.append((day, "workday", ""))
        day += DAY
    rows += _of_run(run, spoken)
    return Calendar(_table([row for row in rows if first <= row[0] < until]), tuple(missing))


def each_day(spans: Iterable[tuple[date, date, str, str]]) -> pd.DataFrame:
    """Notes as days: day, kind, name, from rows of first day, last day, kind, name."""
    return _table(
        [
            (first + number * DAY, kind, name)
            for first, last, kind, name in spans
            for number in range((last - first).days + 1)
        ]
    )


def _of_run(run: list[date], spoken: holidays.HolidayBase) -> list[tuple[date, str, str]]:
    """Days off on end, if there is more among them than a weekend; each has the name of the feast they are for."""
    names = [spoken[day] for day in run if day in spoken]
    # A day that is off for another is called by both dates; the feast itself by no number.
    feasts = [name for name in names if not any(letter.isdigit() for letter in name)] or names
    if not feasts:
        return []
    name = max(dict.fromkeys(feasts), key=feasts.count)
    return [(day, "holiday", name) for day in run]


def _table(rows: list[tuple[date, str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["day", "kind", "name"]).sort_values("day", kind="stable", ignore_index=True)
    return table.astype({"kind": str, "name": str}).assign(day=pd.to_datetime(table["day"]))
