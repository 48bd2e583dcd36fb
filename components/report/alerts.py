"""`python -m components.report alerts`: what people are told unasked, once each, by the rules in metrics.yml.

Told are a figure far outside its usual range or behind the pace to its target, another stage, data that are old and a
build that failed. What was told to whom stands in the logbook, written only after it arrived.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

import logbook
from analysis import cards
from analysis.exceptions import Scored
from analysis.periods import Span, start_of
from analysis.review import pace as pace_of
from analysis.usual import RANK, Scores
from components import building, data, elsewhere, figures, filters, review, stages, words, writing
from components.report.send import MOST_BYTES, Message, send
from components.review import WEEK, Review
from components.words import say
from components.writing import Written
from config import metrics
from config.metrics import Alerts, Metric
from config.secrets import recipient
from warehouse import read
from warehouse.errors import NoWarehouse

KIND = "alert_sent"
AUTHOR = "Almanac"
STAGE = "alert:stage_changed"
DAY = timedelta(days=1)
# A run that was missed is made up for; what lies further back is no news.
DAYS_BACK, WEEKS_BACK = 7, 1
# Before every weekday has been counted once, a month is ahead or behind by its weekdays alone.
LEAST_OF_MONTH = timedelta(days=7)


@dataclass(frozen=True)
class Alert:
    """One line of a message.

    subject  of its entry in the logbook: the rule, the figure and the period
    text     a sentence or two; "" for what is only noted, to be compared with later
    path     of the screen that shows it, from the app's address on
    kept     what the entry keeps
    """

    subject: str
    text: str
    path: str
    kept: str


def run(name: str | None) -> None:
    """Tell a recipient of the secrets file what is due; without a name print what nobody was told yet.

    raises  NotSent: what has not arrived is due again next time
    """
    to = recipient(name) if name else None
    every = due(name)
    spoken = [each for each in every if each.text]
    if not spoken:
        print("There is nothing to tell.", file=sys.stderr)
    elif not _address():
        print("The lines have no links: name the app's address with ALMANAC_URL.", file=sys.stderr)
    for own in batches(spoken, MOST_BYTES.get(to.to) if to else None):
        if name and to:
            send(name, to, message(own), datetime.now(UTC))
            _keep(own, name)
            print(f"Sent to {name}: {len(own)} of {len(spoken)}.", file=sys.stderr)
        else:
            print(message(own).written())
    if name:
        _keep([each for each in every if not each.text], name)


def due(name: str | None) -> list[Alert]:
    """What is to be told now and was not told yet, to that recipient or, without a name, to anybody.

    raises  NoWarehouse where there is none to look at, and no failed build that would say why
    """
    rules, told = metrics.rules(), _told()
    found = list(_of_the_build(rules))
    try:
        data.hold()
    except NoWarehouse:
        if not found:
            raise
    else:
        found += [*_of_the_data(rules), *_of_the_stage(rules, told, name), *_of_the_figures()]
    return [each for each in found if each.subject == STAGE or not _is_told(told, each, name)]


def message(alerts: Sequence[Alert]) -> Message:
    """The alerts as a message, a line each."""
    title = say("alert.title", product=words.text(data.product().product), count=len(alerts))
    return Message(title, "\n".join(f"· {each.text} {_link(each.path)}".rstrip() for each in alerts))


# The rules of the whole product -----------------------------------------------------------------------------


def _of_the_build(rules: Alerts) -> Iterator[Alert]:
    failed = read.failure(read.folder()) if rules.build_failed else None
    if failed is None:
        return
    subject = f"alert:build_failed:{failed.since.astimezone(UTC).isoformat()}"
    yield _alert(subject, building.failure_in_words(failed), "/data")


def _of_the_data(rules: Alerts) -> Iterator[Alert]:
    if rules.data_old is None or isinstance(data.product().data_until, date):
        return
    last = data.build().data_until - DAY
    behind = (data.today() - last).days
    if behind > rules.data_old:
        yield _alert(f"alert:data_old:{last}", say("alert.old", last=last, days=behind), "/data")


def _of_the_stage(rules: Alerts, told: Mapping[str, Written], name: str | None) -> Iterator[Alert]:
    """Another stage than was told last; the first time it is only noted. One that cannot be told is no change."""
    if not rules.stage_changed:
        return
    now = stages.whole()
    if now.stage == "unknown":
        return
    known = told[STAGE].body["told"] if STAGE in told else {}
    before = known.get(name) if name else next(reversed(known.values()), None)
    if before is None:
        yield Alert(STAGE, "", "", now.stage)
    elif before != now.stage:
        sentence = stages.answer(now.rule, None)[0]
        text = say("alert.stage", before=stages.label(before), sentence=sentence)
        yield Alert(STAGE, text, _path("/lifecycle"), now.stage)


# The rules of figures ---------------------------------------------------------------------------------------


def _of_the_figures() -> Iterator[Alert]:
    """The most unusual first, then what is behind its target."""
    build = data.build()
    if build.first_day >= build.data_until:
        return
    running = start_of(build.data_until - DAY, "week", build.week_start)
    everybody = filters.everybody(build, Span(running, build.data_until), "week")
    found = review.of(running, everybody)
    unusual = [
        (abs(each.z), _unusual(found, name, each))
        for name, metric in found.figures.items()
        if "unusual" in metric.alerts
        for each in _alarms(found, name)
    ]
    yield from (alert for _, alert in sorted(unusual, key=lambda pair: -pair[0]))
    yield from _behind(found, build.data_until)


def _alarms(found: Review, figure: str) -> list[Scored]:
    """The latest alarms of a figure by day and by week; days or weeks on end are one, told by the first.

    A week that is unusual like one of its days is no second alarm.
    """
    days = _begun(found.scores["day"], figure, DAYS_BACK)
    weeks = [
        each
        for each in _begun(found.scores["week"], figure, WEEKS_BACK)
        if each.verdict == "shift" or not _has_such_a_day(found.scores["day"], figure, each)
    ]
    return days + weeks


def _begun(scores: Scores, figure: str, back: int) -> list[Scored]:
    """The alarms that begin in the last so many settled periods of a figure."""
    row = scores.metrics.index(figure)
    loud = np.array([RANK[verdict] >= RANK["unusual"] for verdict in scores.verdict[row]], bool)
    begins = loud & ~np.concatenate([[False], loud[:-1]])
    settled = np.flatnonzero(np.isfinite(scores.value[row]))[-back:]
    return [_scored(scores, row, int(at)) for at in settled[begins[settled]]]


def _has_such_a_day(daily: Scores, figure: str, week: Scored) -> bool:
    row = daily.metrics.index(figure)
    own = (daily.periods >= np.datetime64(week.period)) & (daily.periods < np.datetime64(week.period + WEEK))
    return any(
        RANK[daily.verdict[row, at]] >= RANK["unusual"] and daily.z[row, at] * week.z > 0 for at in np.flatnonzero(own)
    )


def _scored(scores: Scores, row: int, at: int) -> Scored:
    period: date = scores.periods[at].astype("datetime64[D]").astype(date)
    value, expected, low, high, z = (
        float(grid[row, at]) for grid in (scores.value, scores.expected, scores.low, scores.high, scores.z)
    )
    return Scored(scores.grain, period, value, expected, low, high, z, scores.verdict[row, at], could_see=np.nan)


def _unusual(found: Review, figure: str, each: Scored) -> Alert:
    """Opens the review of its week at the figure or, while that week runs, Overview with it."""
    text = review.scored(found, figure, each, each.finding)
    if each.grain == "week":
        text = say("alert.week", week=each.period, sentence=text)
    week = start_of(each.period, "week", found.chosen.week_start)
    path = _overview("last_7_days", figure, grain="day")
    if week in review.weeks(found.chosen):
        path = _path("/", figure, week=str(week))
    subject = f"alert:unusual:{figure}:{each.period}"
    return Alert(subject if each.grain == "day" else f"{subject}:week", text, path, text)


def _behind(found: Review, data_until: date) -> Iterator[Alert]:
    """Figures below the pace to their target in the month of the last day covered, once a month."""
    month = (data_until - DAY).replace(day=1)
    if data_until - month < LEAST_OF_MONTH:
        return
    shown = {name: metric for name, metric in found.figures.items() if "behind" in metric.alerts}
    aims = elsewhere.targets(shown)
    counts = elsewhere.counts(grain="month", **{"from": month, "until": data_until})
    months = cards.month_to_date(cards.series(counts, {name: shown[name].unit for name in shown}), aims, data_until)
    for name, metric in shown.items():
        pace = pace_of(name, months[name], aims[name] or 0, metric.better) if name in months else None
        if pace is not None and pace.state in ("behind", "missed"):
            values = {each: _short(getattr(pace, each), metric, found) for each in ("value", "target", "ends")}
            sentence = words.sentence(pace.finding, name=words.text(metric.label), **values)
            key = "alert.so_far" if np.isfinite(pace.ends) and pace.state == "behind" else "alert.month"
            text = say(key, month=month, value=values["value"], sentence=sentence)
            yield Alert(f"alert:behind:{name}:{month}", text, _overview("month_to_date", name), text)


def _short(value: float, metric: Metric, found: Review) -> str:
    return figures.short(value, metric.unit, words.language(), found.chosen.currency)


# Messages, and what is kept of them -------------------------------------------------------------------------


def _alert(subject: str, text: str, page: str) -> Alert:
    return Alert(subject, text, _path(page), text)


def _overview(period: str, figure: str, **asked: str) -> str:
    """Overview with the figure broken down: the one place where figures can be picked."""
    product = data.product()
    by = product.channel or next(iter(product.dimensions), filters.STANDING)
    return _path("/overview", period=period, **asked, by=by, figures=figure)


def _path(page: str, place: str = "", **asked: str) -> str:
    """A page with its filters, in the language of the message; ids alone, so that nothing needs quoting."""
    if words.language() != "en":
        asked["language"] = words.language()
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return page + (f"?{query}" if query else "") + (f"#{place}" if place else "")


def _address() -> str:
    return os.environ.get("ALMANAC_URL", "").rstrip("/")


def _link(path: str) -> str:
    return f"{_address()}{path}" if _address() else ""


def batches(alerts: Sequence[Alert], most: int | None) -> Iterator[list[Alert]]:
    """One message's alerts; more messages only where a chat takes no text so long."""
    own: list[Alert] = []
    for each in alerts:
        if own and most is not None and len(message([*own, each]).written().encode()) > most:
            yield own
            own = []
        own.append(each)
    if own:
        yield own


def _told() -> dict[str, Written]:
    return {entry.subject: entry for entry in writing.latest(KIND)}


def _is_told(told: Mapping[str, Written], alert: Alert, name: str | None) -> bool:
    return alert.subject in told and (name is None or name in told[alert.subject].body["told"])


def _keep(alerts: Sequence[Alert], name: str) -> None:
    """Write down what has arrived: recipient and what they were told, beside what others were."""
    if not alerts:
        return
    told = _told()
    drafts = []
    for each in alerts:
        before = told.get(each.subject)
        # The one told last stands last.
        others = {to: kept for to, kept in before.body["told"].items() if to != name} if before else {}
        body = {"told": {**others, name: each.kept}}
        drafts.append(logbook.Draft(each.subject, body, before.id if before else None))
    with logbook.open() as book:
        book.append_all(KIND, drafts, AUTHOR)
