"""The weekly review as sections: what we said, what is unusual and why, what is as usual, what is to be done.

Pages draw these sections and reports write them. Texts are in the language of the visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import streamlit as st

from analysis import cards as card_analysis
from analysis import drivers, effect, exceptions, holidays, review, usual
from analysis.cards import Series
from analysis.exceptions import Exceptional, Scored
from analysis.finding import Finding
from analysis.periods import Span, start_of
from analysis.registers import CLOSED
from analysis.usual import RANK, Grain, Scores
from components import campaigns as campaign_list
from components import data, elsewhere, figures, journal, registers, review_charts, stages, targets, words, writing
from components.data import read
from components.document import Block, Grid, Items, Picture, Section, Words
from components.filters import Chosen
from components.stages import Shown
from components.tables import Cell
from components.words import say
from components.writing import Written
from config.metrics import Elsewhere, Metric
from config.text import Language

WEEK = timedelta(days=7)
# What days are judged by; how much of it a chart shows; how far back a review can be opened.
HISTORY = timedelta(days=189)
SHOWN = {"week": 26, "day": 42}
MOST_WEEKS = 78
# Beyond it the reasons are left to Overview: nobody discusses more in an hour.
MOST_REASONS = 6
MOST_PARTS = 3
COMMITMENT, NOTE = "commitment", "note"


@dataclass(frozen=True)
class Review:
    """One week of the product.

    week     its first day
    figures  the headline figures with the targets in force
    weekly   all weeks of them
    scores   their weeks and days beside what was usual
    found    every figure of the week, the most unusual first
    paces    figures with a target against it, in the month of the week's last day
    stage    of the whole product, now
    unknown  of which years the country's days off are not known
    """

    week: date
    chosen: Chosen
    figures: dict[str, Metric]
    weekly: Series
    scores: Mapping[str, Scores]
    found: tuple[Exceptional, ...]
    paces: Mapping[str, review.Pace]
    stage: Shown
    unknown: Finding | None

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.week, self.week + WEEK)

    @property
    def loud(self) -> tuple[Exceptional, ...]:
        """Those far outside their usual range, or on a new level."""
        return tuple(each for each in self.found if RANK[each.verdict] >= RANK["unusual"])

    @property
    def watched(self) -> tuple[Exceptional, ...]:
        """Those somewhat outside it: with so many figures one or two a week are, by chance alone."""
        return tuple(each for each in self.found if each.verdict == "watch")

    @property
    def quiet(self) -> tuple[Exceptional, ...]:
        """Those inside it, and those of which too little is known."""
        return tuple(each for each in self.found if RANK[each.verdict] < RANK["watch"])


def weeks(chosen: Chosen) -> list[date]:
    """The first days of the complete weeks that can be reviewed, the latest first."""
    last = start_of(chosen.data_until, "week", chosen.week_start) - WEEK
    first = start_of(chosen.first_day, "week", chosen.week_start)
    count = max((last - first) // WEEK + 1, 0)
    return [last - number * WEEK for number in range(min(count, MOST_WEEKS))]


def of(week: date, chosen: Chosen) -> Review:
    """The review of the week that begins on that day, of the people the filters keep."""
    shown = targets.applied(elsewhere.metrics())
    of_weeks = replace(chosen, grain="week", span=Span(week, week + WEEK), before=None)
    until = week + WEEK
    weekly = elsewhere.series(elsewhere.counts(grain="week", until=until, segments=chosen.segments), shown, of_weeks)
    marked, unknown = _marked(until)
    scores, found = _judged(
        str(data.in_use()),
        repr((week, chosen.segments, words.language(), _stamp(marked))),
        weekly,
        week,
        chosen.segments,
        shown,
        marked,
    )
    return Review(week, of_weeks, shown, weekly, scores, found, _paces(of_weeks, shown), stages.whole(), unknown)


@st.cache_resource(max_entries=64, show_spinner=False)
def _judged(
    path: str,
    key: str,
    _weekly: Series,
    _week: date,
    _segments: tuple[int, ...] | None,
    _shown: Mapping[str, Metric],
    _marked: pd.DataFrame,
) -> tuple[dict[str, Scores], tuple[Exceptional, ...]]:
    since = {"from": _week - HISTORY, "until": _week + WEEK}
    counts = elsewhere.counts(grain="day", segments=_segments, **since)
    daily = card_analysis.series(counts, {name: metric.unit for name, metric in _shown.items()})
    scores = {
        "week": usual.score_all(_weekly, grain="week", days=_marked),
        "day": usual.score_all(daily, grain="day", days=_marked),
    }
    found = exceptions.week_of(scores["week"], scores["day"], _week, _marked)
    return scores, tuple(exceptions.in_order(found))


def _marked(until: date) -> tuple[pd.DataFrame, Finding | None]:
    """Days off, weekends worked and incidents, as far back as days are judged by; and what is not known of them."""
    product, first = data.product(), data.build().first_day
    spans = [
        (entry.day("day") or entry.on, entry.day("until") or entry.day("day") or entry.on, kind, entry.text("title"))
        for entry in journal.all_notes()
        for kind in (entry.text("kind"),)
        if kind in ("incident", "holiday")
    ]
    found, unknown = [holidays.each_day(spans)], None
    if product.holidays:
        calendar = _calendar(product.holidays, first, until, words.language())
        found.append(calendar.days)
        unknown = calendar.finding
    return pd.concat(found, ignore_index=True), unknown


@st.cache_resource(max_entries=64, show_spinner=False)
def _calendar(country: str, first: date, until: date, spoken: Language) -> holidays.Calendar:
    return holidays.calendar(country, first, until, spoken)


def _stamp(marked: pd.DataFrame) -> str:
    return marked.to_csv(index=False)


# The head -------------------------------------------------------------------------------------------------


def answer(found: Review) -> str:
    """How many figures are outside their usual range, and which stands first."""
    loud = found.loud
    if not found.found:
        return say("weekly.answer.nothing")
    if not loud:
        return say("weekly.answer.quiet", count=len(found.found))
    first = name_of(found, loud[0])
    return say("weekly.answer.loud", count=len(loud), name=first)


# Last week we said ----------------------------------------------------------------------------------------


def said(found: Review) -> Section:
    """Commitments due up to the end of the week after this one, late ones first, each with its figure."""
    due = [entry for entry in registers.listed(registers.REGISTERS["commitments"]) if _is_due(entry, found)]
    kind = data.register()[COMMITMENT]
    rows = [
        (
            entry.text("text"),
            [
                Cell(entry.text("owner"), is_words=True),
                Cell(_day(entry, "due")),
                Cell(registers.state_of(entry, kind), is_words=True),
                Cell(moved(found, entry), is_words=True),
            ],
        )
        for entry in due
    ]
    columns = [say(f"weekly.column.{name}") for name in ("owner", "due", "state", "moved")]
    blocks: list[Block] = [Grid(say("weekly.column.commitment"), columns, rows)] if rows else []
    if not rows:
        blocks = [Words(say("weekly.said.none"), is_quiet=True)]
    return Section("said", say("weekly.said.title"), say("weekly.said.about"), blocks)


def is_held(found: Review, day: date) -> bool:
    """Whether a day is one on which this week is reviewed: of the week after it; of the last week, any day since."""
    after = found.span.until
    return after <= day and (day < after + WEEK or after + WEEK > found.chosen.data_until)


def _is_due(entry: Written, found: Review) -> bool:
    """Open ones due until the end of the week in which the review is held; closed ones of the weeks just gone."""
    due, until = entry.day("due"), found.span.until + WEEK
    if is_held(found, data.today()):
        until = max(until, data.today() + WEEK)
    if due is None or entry.on >= until:
        return False
    return due < until and (entry.text("state") not in CLOSED or due >= found.week - WEEK)


def moved(found: Review, entry: Written) -> str:
    """Whether the figure of a commitment moved, and beyond its usual movement."""
    figure, due = entry.text("figure"), entry.day("due")
    if figure not in found.weekly.metrics or due is None:
        return say("weekly.said.no_figure")
    made = _made(entry)
    kept = review.kept(found.weekly, figure, made, max(due, made), found.figures[figure].better)
    metric = found.figures[figure]
    values = {name: _short(getattr(kept, name), metric, found.chosen) for name in ("before", "after")}
    return words.sentence(kept.finding, name=words.text(metric.label), **values)


def _made(entry: Written) -> date:
    """The day a commitment was first written, however often it was changed since."""
    return min((each.on for each in writing.every(COMMITMENT) if each.subject == entry.subject), default=entry.on)


# What is unusual ------------------------------------------------------------------------------------------


def unusual(found: Review) -> Section:
    """Figures outside their usual range, the most unusual first; each with where it lies, why, and its weeks."""
    blocks: list[Block] = []
    for place, each in enumerate(found.loud):
        blocks += exception(found, each, with_reason=place < MOST_REASONS)
    if not found.loud:
        blocks.append(Words(say("weekly.unusual.none"), is_quiet=True))
    return Section("unusual", say("weekly.unusual.title"), say("weekly.unusual.about"), blocks)


def watched(found: Review) -> Section:
    """Figures somewhat outside their usual range, a line each; and what is not known of days off."""
    section = items(
        say("weekly.watched.title"),
        "watched",
        [where(found, each) for each in found.watched],
        say("weekly.watched.none"),
    )
    if found.unknown is None:
        return section
    return replace(section, blocks=[*section.blocks, Words(words.sentence(found.unknown), is_quiet=True)])


def exception(found: Review, each: Exceptional, *, with_reason: bool = True) -> list[Block]:
    """One figure: the sentence, what is known of the days, the reason, the target, the picture."""
    metric = found.figures[each.metric]
    lines = [words.sentence(known.finding) for known in each.known]
    lines += [why(found, each)] if with_reason else []
    lines += [to_target(found, each.metric)]
    quiet = [Words(line, is_quiet=True) for line in lines if line]
    return [Words(where(found, each)), *quiet, picture(found, each, metric)]


def where(found: Review, each: Exceptional) -> str:
    """Where a figure lies against its usual range, in a sentence."""
    return scored(found, each.metric, each.by, each.by.finding)


def scored(found: Review, figure: str, each: Scored, finding: Finding) -> str:
    """A finding of a figure's score, with its name and its figures as they are read."""
    metric = found.figures[figure]
    values = {name: _short(getattr(each, name), metric, found.chosen) for name in ("value", "expected", "low", "high")}
    return words.sentence(finding, name=words.text(metric.label), **values)


def name_of(found: Review, each: Exceptional) -> str:
    """The figure's label."""
    return words.text(found.figures[each.metric].label)


def why(found: Review, each: Exceptional) -> str:
    """What the change is made of, in a line: the dimension that tells it apart best; "" where none does."""
    metric = found.figures[each.metric]
    if isinstance(metric, Elsewhere):
        return ""
    is_rate = bool(found.weekly.quotient[found.weekly.metrics.index(each.metric)])
    asked = (each.metric, metric.unit, is_rate, each.by.grain, each.by.period, found.chosen.segments)
    explained = _explained(str(data.in_use()), repr(asked), *asked)
    if explained is None:
        return ""
    if explained.dimension is None:
        return say("weekly.why.alike")
    table = explained.table
    total = float(table["contribution"].sum())
    parts = [
        say(
            "weekly.why.part",
            value=words.value(str(row.value), explained.dimension),
            size=_change(float(row.contribution), metric, found.chosen),  # type: ignore[arg-type]
        )
        for row in table.head(MOST_PARTS).itertuples()
    ]
    rest = float(table["contribution"].iloc[MOST_PARTS:].sum())
    if len(table) > MOST_PARTS:
        parts.append(say("weekly.why.rest", size=_change(rest, metric, found.chosen)))
    facts: dict[str, object] = {
        "dimension": _dimension(explained.dimension),
        "total": _change(total, metric, found.chosen),
        "parts": words.listed(parts),
    }
    if is_rate and metric.unit == "rate":
        return say("weekly.why.rate", mix=_change(float(table["mix"].sum()), metric, found.chosen), **facts)
    return say(f"weekly.why.{each.by.grain}", **facts)


@st.cache_resource(max_entries=256, show_spinner=False)
def _explained(
    path: str,
    key: str,
    _figure: str,
    _unit: str,
    _is_rate: bool,
    _grain: Grain,
    _period: date,
    _segments: tuple[int, ...] | None,
) -> drivers.Explanation | None:
    """What the figure's change within a week is made of; None where no dimension knows both sides."""
    before, after = _sides(_figure, _grain, _period, _segments)
    if not before:
        return None
    of_people = _unit in ("people", "rate")
    return drivers.explains(before, after, "rate" if _is_rate else "count", "people" if of_people else "amounts")


def _sides(
    figure: str, grain: Grain, period: date, segments: tuple[int, ...] | None
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """By dimension: the figure's values a week earlier, and in its period."""
    earlier = period - WEEK
    before: dict[str, pd.DataFrame] = {}
    after: dict[str, pd.DataFrame] = {}
    # A group of people is not a kind of people: its rest would explain everything.
    for dimension in (*data.product().dimensions, "standing"):
        table = read(
            "overview/metrics_by_value",
            grain=grain,
            **{"from": earlier, "until": period + timedelta(days=1)},
            segments=segments,
            dimension=dimension,
        )
        own = table[(table["metric"] == figure) & table["numerator"].notna()]
        days = own["period"].to_numpy("datetime64[D]")
        sides = [own[days == np.datetime64(day)] for day in (earlier, period)]
        if all(len(side) for side in sides):
            before[dimension], after[dimension] = sides
    return before, after


def picture(found: Review, each: Exceptional, metric: Metric) -> Picture:
    """The weeks, or days where a day speaks for the figure, in their usual range; the one it is about stands out."""
    scores, grain = found.scores[each.by.grain], each.by.grain
    row, at = scores.metrics.index(each.metric), scores.at(each.by.period) or 0
    shown = slice(max(at + 1 - SHOWN[grain], 0), None)
    days = scores.periods[shown].astype("datetime64[D]")
    level = metric.target if metric.unit in ("rate", "ratio") and metric.target else np.nan
    table = pd.DataFrame(
        {
            "x": np.datetime_as_string(days, unit="D"),
            "when": [figures.period(day.astype(object), grain, words.language()) for day in days],
            **{name: getattr(scores, name)[row, shown] for name in ("value", "low", "high", "expected")},
            "is_reviewed": days == np.datetime64(each.by.period),
            "target": level,
        }
    )
    alt = say(f"weekly.chart.{grain}s", name=words.text(metric.label), count=len(table))
    return Picture(review_charts.in_range(metric.unit, grain), table, alt)


# As usual -------------------------------------------------------------------------------------------------


def quiet(found: Review) -> Section:
    """The figures inside their usual range, and those of which too little is known, in a table."""
    rows = []
    exact = [{"figure": each.metric, **_exact(each.week)} for each in found.found]
    for each in found.quiet:
        metric = found.figures[each.metric]
        scored_week = each.week
        usual_range = say(
            "weekly.range",
            low=_short(scored_week.low, metric, found.chosen),
            high=_short(scored_week.high, metric, found.chosen),
        )
        has_range = np.isfinite(scored_week.low) and np.isfinite(scored_week.high)
        rows.append(
            (
                words.text(metric.label),
                [
                    Cell(_short(scored_week.value, metric, found.chosen)),
                    Cell(usual_range if has_range else figures.DASH, words.sentence(scored_week.seen)),
                    Cell(to_target(found, each.metric) or figures.DASH, is_words=True),
                    Cell(_of_week(found, each), is_words=True),
                ],
            )
        )
    columns = [say(f"weekly.column.{name}") for name in ("value", "range", "target", "week")]
    table = pd.DataFrame(exact)
    block = Grid(say("weekly.column.figure"), columns, rows, table)
    return Section("quiet", quiet_title(found), say("weekly.quiet.about"), [block])


def quiet_title(found: Review) -> str:
    """How many figures are as usual: said also where they stay folded."""
    return say("weekly.quiet.title", count=len(found.quiet))


def _exact(week: Scored) -> dict[str, object]:
    return {name: getattr(week, name) for name in ("period", "value", "expected", "low", "high", "verdict")}


def _of_week(found: Review, each: Exceptional) -> str:
    """Of which week the figure is, where the reviewed one is not settled yet; else whether it is as usual."""
    if each.week.period != found.week:
        return say("weekly.earlier", week=each.week.period)
    return say(f"weekly.verdict.{each.verdict.replace(' ', '_')}")


def to_target(found: Review, figure: str) -> str:
    """How the month of the week's last day stands against its target; "" without one."""
    metric = found.figures[figure]
    pace = found.paces.get(figure)
    if pace is None:
        return ""
    values = {name: _short(getattr(pace, name), metric, found.chosen) for name in ("value", "target", "ends")}
    name = words.text(metric.label)
    # A sum's target is everybody's: some of the people cannot be ahead of it or behind.
    if found.chosen.segments is not None and np.isfinite(pace.ends):
        return say("weekly.target_of_all", name=name, value=values["value"], target=values["target"])
    return words.sentence(pace.finding, name=name, **values)


def _paces(chosen: Chosen, shown: Mapping[str, Metric]) -> dict[str, review.Pace]:
    aims = {name: target for name, target in elsewhere.targets(shown).items() if target}
    month = chosen.span.last.replace(day=1)
    counts = elsewhere.counts(grain="month", **{"from": month, "until": chosen.span.until}, segments=chosen.segments)
    aimed = {name: shown[name] for name in aims}
    series = elsewhere.series(counts[counts["metric"].isin(aims)], aimed, replace(chosen, grain="month"))
    months = card_analysis.month_to_date(series, aims, chosen.data_until)
    made = {name: review.pace(name, months[name], aims[name], shown[name].better) for name in aims if name in months}
    return {name: pace for name, pace in made.items() if pace is not None}


# Campaigns ------------------------------------------------------------------------------------------------


def campaigns(found: Review) -> Section:
    """Campaigns that ended in the week, and those whose last person's time was over in it: what may be said of them."""
    listed = read("campaigns/list")
    first, until = pd.Timestamp(found.week), pd.Timestamp(found.span.until)
    ended = listed["ends_on"].between(first, until, inclusive="left")
    # Closed on a day: the first that the data need not cover, so that the week's own end counts to it.
    judged = (listed["assigned"] > 0) & listed["closes_on"].between(first, until, inclusive="right")
    told = listed[ended | judged]
    lines = []
    if len(told):
        verdicts = campaign_list.listed(found.chosen).verdicts
        by_week = dict(zip(told["campaign_id"], judged[told.index], strict=True))
        lines = [_campaign(verdicts[name], is_judged=is_judged) for name, is_judged in by_week.items()]
    return items(say("weekly.campaigns.title"), "campaigns", lines, say("weekly.campaigns.none"))


def _campaign(verdict: effect.Verdict, *, is_judged: bool) -> str:
    """When it ended or was judged, and its label with the sentences that go with it."""
    campaign = verdict.campaign
    said = [*verdict.answer, *(each for each in verdict.also if each.key == "effect.also.immature")]
    return say(
        "weekly.campaigns.judged" if is_judged else "weekly.campaigns.ended",
        name=campaign.name,
        ends_on=campaign.ends_on,
        label=say(verdict.label),
        answer=words.sentences([words.sentence(each) for each in said]),
    )


# Parts ----------------------------------------------------------------------------------------------------


def _short(value: float, metric: Metric, chosen: Chosen) -> str:
    return figures.short(value, metric.unit, words.language(), chosen.currency)


def _change(value: float, metric: Metric, chosen: Chosen) -> str:
    """A part of a change with its sign, in the figure's own unit."""
    if metric.unit == "rate":
        return figures.difference(value, "rate", words.language())
    sign = "+" if value > 0 else ""
    return sign + figures.short(value, metric.unit, words.language(), chosen.currency)


def _dimension(name: str) -> str:
    known = data.product().all_dimensions
    return words.text(known[name]) if name in known else say("value.standing")


def _day(entry: Written, field: str) -> str:
    day = entry.day(field)
    return figures.short_day(day, words.language()) if day else figures.DASH


def items(title: str, name: str, lines: Sequence[str], empty: str) -> Section:
    """A section that is a list, or the words for an empty one."""
    blocks: list[Block] = [Items(lines)] if lines else [Words(empty, is_quiet=True)]
    return Section(name, title, "", blocks)
