"""What was promised of a campaign beside what it did: the demand, the forecast, how good forecasts are, the lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from analysis import effect
from components import campaigns, data, figures, forms, notes, tables, words, writing
from components.campaigns import Listed, One, between
from components.data import read
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.tables import Cell
from components.words import say
from components.writing import Written

DEMAND, FORECAST, NOTE, LESSON = "demand", "campaign_forecast", "note", "lesson"
DEMANDED = ("title", "due", "wanted", "support", "brings")
PROMISED = ("low", "likely", "high")


@dataclass(frozen=True)
class Promise:
    """What was forecast of a campaign before its first day, as differences of shares."""

    low: float
    likely: float
    high: float
    entry: Written


def section(case: One, found: Listed, chosen: Chosen) -> None:
    """Folded; read when it is opened: the demand and the forecast beside the verdict, then all forecasts so far."""
    folded = st.expander(
        plain(say("campaigns.promise.title")), key=f"promise_{case.id}", on_change="rerun", icon=":material/balance:"
    )
    if not folded.open:
        return
    with folded:
        left, right = st.columns(2)
        with left:
            _demand(case)
        with right:
            _forecast(case)
        _scored(found, chosen)


def lesson(case: One) -> None:
    """What was learnt: shown where it is written, asked for once the campaign is judged."""
    entries = [
        entry
        for entry in writing.latest(NOTE)
        if entry.text("kind") == LESSON and entry.text("campaign") == case.id and not entry.body.get("withdrawn")
    ]
    if not entries and case.verdict.state != "final":
        return
    notes.heading(say("campaigns.lesson.title"))
    if entries:
        draw(join([_written_lesson(entry) for entry in entries]))
        return
    st.info(plain(say("campaigns.lesson.asked")), icon=":material/school:")
    folded = st.expander(
        plain(say("campaigns.lesson.write")), key=f"lesson_{case.id}", on_change="rerun", icon=":material/edit_note:"
    )
    if folded.open:
        with folded:
            given = {"kind": LESSON, "campaign": case.id, "day": str(data.today())}
            forms.form(NOTE, f"lesson_{case.id}", given=given, only=("title", "text", "owner"))


def _written_lesson(entry: Written) -> Html:
    on = figures.short_day(entry.on, words.language())
    return html(
        '<p class="note"><b>{title}</b> {text} <span class="about">{by}</span></p>',
        title=entry.text("title"),
        text=entry.text("text"),
        by=words.listed(filter(None, (entry.text("owner") or entry.author, on))),
    )


# The demand and the forecast ------------------------------------------------------------------------------


def _demand(case: One) -> None:
    notes.heading(say("campaigns.promise.demand"))
    found = [
        each for each in writing.latest(DEMAND) if each.text("kind") == "campaign" and each.text("campaign") == case.id
    ]
    if found:
        labels = data.register()[DEMAND].fields
        fields = [
            html(
                "<dt>{label}</dt><dd>{text}</dd>", label=words.text(labels[name].label), text=_as_read(found[-1], name)
            )
            for name in DEMANDED
        ]
        draw(html('<dl class="terms">{fields}</dl>', fields=join(fields)))
        return
    st.caption(plain(say("campaigns.promise.no_demand")))
    if st.toggle(plain(say("campaigns.promise.write_demand")), key=f"write_demand_{case.id}"):
        given = {"kind": "campaign", "campaign": case.id, "state": "raised"}
        forms.form(DEMAND, f"demand_{case.id}", given=given, only=(*DEMANDED, "owner"))


def _as_read(entry: Written, name: str) -> str:
    day = entry.day(name) if name == "due" else None
    return figures.short_day(day, words.language()) if day else entry.text(name) or figures.DASH


def _forecast(case: One) -> None:
    notes.heading(say("campaigns.promise.forecast"))
    starts_on = case.verdict.campaign.starts_on
    entries = _entries().get(case.id, [])
    promise = _promise(entries, starts_on)
    if promise is None:
        st.caption(plain(say("campaigns.promise.no_forecast")))
    else:
        language = words.language()
        spoken = {name: figures.difference(getattr(promise, name), "rate", language) for name in PROMISED}
        draw(html('<p class="said">{text}</p>', text=say("campaigns.promise.said", **spoken)))
        st.caption(plain(say("campaigns.promise.by", author=promise.entry.author, on=promise.entry.on)))
        draw(html('<p class="said">{text}</p>', text=_got(case, promise)))
    if data.today() >= starts_on:
        late = any(entry.on >= starts_on for entry in entries)
        st.caption(plain(say(f"campaigns.promise.{'late' if late else 'locked'}", starts_on=starts_on)))
        return
    st.caption(plain(say("campaigns.promise.open", starts_on=starts_on)))
    newest = entries[-1] if entries else None
    proposed = {name: newest.body.get(name) for name in (*PROMISED, "owner", "note")} if newest else None
    key = f"forecast_{case.id}"
    forms.form(FORECAST, key, given={"campaign": case.id}, proposed=proposed, replaces=newest)


def _got(case: One, promise: Promise) -> str:
    """What it did, beside what was promised."""
    if case.verdict.state == "planned":
        return say("campaigns.promise.not_begun")
    got = _did(case.outcomes, case.arms, case.verdict)
    if got is None:
        return say("campaigns.promise.not_told")
    key = "early" if got.is_early else "held" if promise.low <= got.difference <= promise.high else "missed"
    return say(f"campaigns.promise.{key}", effect=between(got))


def _did(outcomes: pd.DataFrame, arms: pd.DataFrame, verdict: effect.Verdict) -> effect.Effect | None:
    """The effect of all its treatments together, where it may be called one."""
    if not verdict.shows_effect:
        return None
    return effect.together(outcomes, "goal", arms, early=verdict.state != "final")


def _entries() -> dict[str, list[Written]]:
    """Every forecast ever written, by campaign, the oldest first."""
    found: dict[str, list[Written]] = {}
    for entry in writing.every(FORECAST):
        found.setdefault(entry.text("campaign"), []).append(entry)
    return found


def _promise(entries: Sequence[Written], starts_on: date) -> Promise | None:
    """The last forecast before the campaign began: by its first day it is locked."""
    counted = [entry for entry in entries if entry.on < starts_on]
    if not counted or counted[-1].body.get("withdrawn"):
        return None
    values = [counted[-1].body.get(name) for name in PROMISED]
    numbers = [float(each) for each in values if isinstance(each, int | float)]
    if len(numbers) < len(PROMISED) or numbers != sorted(numbers):
        return None
    low, likely, high = numbers
    return Promise(low, likely, high, counted[-1])


# How good the forecasts are -------------------------------------------------------------------------------


def _scored(found: Listed, chosen: Chosen) -> None:
    """Every finished campaign with a forecast, and from five on how often it held and how much we promise."""
    notes.heading(say("campaigns.score.title"))
    score = effect.score(_promises(found, chosen))
    text = campaigns.sentence(score.finding, chosen)
    if score.is_shown:
        interval = figures.interval(score.hit_rate, score.low, score.high, words.language())
        text = words.sentences([text, say("campaigns.score.rate", interval=interval)])
    draw(html('<p class="said">{text}</p>', text=text))
    if not len(score.rows):
        return
    rows = [(str(row.title), _compared(row)) for row in tables.each_row(score.rows)]
    columns = ("promised", "range", "got", "held", "times")
    tables.bars(say("campaigns.column.name"), [say(f"campaigns.score.{name}") for name in columns], rows)
    tables.download_all(lambda: score.rows, "campaign_forecasts")


def _promises(found: Listed, chosen: Chosen) -> pd.DataFrame:
    """Of every finished campaign with a forecast: what was promised, and the effect where one may be told."""
    rows, entries = [], _entries()
    for row in found.table.to_dict("records"):
        name = str(row["campaign_id"])
        verdict = found.verdicts[name]
        promise = _promise(entries.get(name, []), verdict.campaign.starts_on)
        if promise is None or verdict.state != "final":
            continue
        segments = campaigns.segments_of(row, chosen)
        outcomes = read("campaigns/outcomes_of_all", segments=segments)
        arms = read("campaigns/arms_of_all", segments=segments)
        did = _did(outcomes[outcomes["campaign_id"] == name], arms[arms["campaign_id"] == name], verdict)
        rows.append(
            (name, verdict.campaign.name, promise.low, promise.likely, promise.high, did.difference if did else np.nan)
        )
    return pd.DataFrame(rows, columns=["campaign_id", "title", *PROMISED, "got"])


def _compared(row: pd.Series) -> list[Cell]:
    language = words.language()
    low, likely, high, got = (
        figures.difference(value, "rate", language) for value in (row.low, row.likely, row.high, row.got)
    )
    judged = np.isfinite(row.got)
    held = say(f"campaigns.score.{'hit' if row.is_hit else 'miss'}") if judged else say("campaigns.score.not_told")
    return [
        Cell(likely),
        Cell(say("campaigns.others.between", low=low, high=high)),
        Cell(got if judged else figures.DASH),
        Cell(held, is_words=True),
        Cell(figures.short(row.ratio, "ratio", language)),
    ]
