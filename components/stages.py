"""The stage as it is shown everywhere: the rule's, or one that a person set for a time, with the reason."""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from analysis import fit, retention
from analysis.stage import Assessment
from components import data, forms, verdict, words, writing
from components.data import read
from components.markup import plain
from components.words import say
from components.writing import Written
from config.stages import StageId

OVERRIDE = "stage_override"
# How long a stage set by hand holds, as proposed.
USUALLY = timedelta(days=28)


@dataclass(frozen=True)
class Overruled:
    """A stage set by hand: by whom, on which day, until which day (included), and why (without a full stop)."""

    stage: StageId
    author: str
    on: date
    until: date
    reason: str


@dataclass(frozen=True)
class Shown:
    """The stage shown, the rule's own beside it, and the latest entry that a change of it replaces."""

    stage: StageId
    since: date | None
    rule: Assessment
    overruled: Overruled | None
    entry: Written | None


def whole() -> Shown:
    """The stage of the whole product, whatever the filters say."""
    curve = retention.curve(read("retention/triangle", grain="week"))
    return shown(verdict.assess(read("lifecycle/growth", grain="week"), None, fit.flattening(curve).is_flat))


def shown(found: Assessment) -> Shown:
    """The rule's stage, or the one that holds today by hand."""
    overruled, entry = _by_hand(data.today())
    if overruled is None:
        return Shown(found.now.stage, found.now.since, found, None, entry)
    return Shown(overruled.stage, overruled.on, found, overruled, entry)


def label(stage: StageId) -> str:
    """What a stage is called."""
    return words.text(data.stages().stages[stage].label)


def overrule() -> None:
    """Set the stage by hand for a time, or give it back to the rule; folded."""
    folded = st.expander(plain(say("stages.overrule")), key="overrule", on_change="rerun", icon=":material/edit:")
    if not folded.open:
        return
    now = whole()
    with folded:
        st.caption(plain(say("stages.overrule_about", rule=label(now.rule.now.stage))))
        if now.overruled and now.entry:
            forms.withdraw(OVERRIDE, "override", now.entry)
        today = data.today()
        usual = {"stage": now.stage if now.stage != "unknown" else "growth", "until": str(today + USUALLY)}
        forms.form(OVERRIDE, "override", given={"since": str(today)}, proposed=usual, replaces=now.entry)


def answer(found: Assessment, real: Assessment | None) -> tuple[str, str]:
    """The verdict's sentences; where a person set the stage that comes first, and the rule's own stands beside it."""
    now, (first, also) = shown(found), verdict.answer(found, real)
    if now.overruled is None:
        return first, also
    facts = {**vars(now.overruled), "stage": label(now.stage)}
    return say("stages.answer", **facts), words.sentences([say("stages.but_the_rule", **facts, verdict=first), also])


def by_hand(now: Shown) -> str:
    """Who set the stage, until when and why, and what the rule says; nothing where the rule decides."""
    if now.overruled is None:
        return ""
    facts = vars(now.overruled)
    return say("stages.by_hand", **{**facts, "stage": label(now.stage), "rule": label(now.rule.now.stage)})


def _by_hand(today: date) -> tuple[Overruled | None, Written | None]:
    entries = writing.latest(OVERRIDE)
    if not entries:
        return None, None
    entry = entries[-1]
    on, until = entry.day("since") or entry.on, entry.day("until")
    if until is None or entry.body.get("withdrawn") or not on <= today <= until:
        return None, entry
    return Overruled(entry.body["stage"], entry.author, on, until, entry.text("reason").rstrip(" .。")), entry
