"""The registers: commitments, demands, notes, lessons and forecasts, each from its kind in register.yml."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from analysis.registers import CLOSED, Line, ordered, standing
from components import data, elsewhere, figures, filters, forms, notes, tables, words, writing
from components.markup import plain
from components.tables import Cell
from components.words import say
from components.writing import Written
from config.register import Field, Kind

MOST_SHOWN = 50
NEW = "new"


@dataclass(frozen=True)
class Register:
    """What a register shows.

    kind     the kind of its entries in register.yml
    title    the field that says what an entry is
    columns  the fields beside it
    keeps    which entries of the kind are its own
    usual    what the form proposes for a new one
    """

    kind: str
    title: str
    columns: tuple[str, ...]
    keeps: Callable[[Written], bool] = lambda entry: True
    usual: tuple[tuple[str, str], ...] = ()


def _is_lesson(entry: Written) -> bool:
    return entry.text("kind") == "lesson"


REGISTERS = {
    "commitments": Register("commitment", "text", ("owner", "due", "state", "figure", "expected", "result")),
    "demands": Register("demand", "title", ("kind", "priority", "owner", "due", "state", "brings", "result")),
    "lessons": Register("note", "title", ("day", "text", "owner", "campaign"), _is_lesson, (("kind", "lesson"),)),
    "notes": Register("note", "title", ("day", "until", "kind", "text", "source"), lambda entry: not _is_lesson(entry)),
    "forecasts": Register("forecast", "figure", ("grain", "period", "value", "low", "high", "owner", "note")),
}


def section() -> None:
    """One register: what is late first; the form for a new entry or another version of one; the files."""
    notes.heading(say("registers.title"), say("registers.about"))
    names = {name: say(f"registers.name.{name}") for name in REGISTERS}
    picked = filters.choice("register", say("registers.which"), names, "commitments", segmented=True)
    register = REGISTERS[picked]
    kind, entries = data.register()[register.kind], listed(register)
    owners = sorted({entry.text("owner") for entry in entries if entry.text("owner")})
    shown = entries
    if len(owners) > 1:
        by = st.selectbox(
            plain(words.text(kind.fields["owner"].label)),
            [None, *owners],
            format_func=lambda each: each or say("filters.all"),
            key=f"owner_{picked}",
            width=260,
        )
        shown = [entry for entry in entries if by in (None, entry.text("owner"))]
    _table(shown, kind, register, picked)
    _change(entries, kind, register, picked)
    with st.container(horizontal=True):
        forms.file_out(register.kind, f"register_{picked}")
    folded = st.expander(plain(say("forms.csv_in")), key=f"register_file_{picked}", on_change="rerun")
    if folded.open:
        with folded:
            forms.file_in(register.kind, f"register_{picked}")


def listed(register: Register) -> list[Written]:
    """The entries of a register that nobody took back: late ones first."""
    found = [
        entry for entry in writing.latest(register.kind) if not entry.body.get("withdrawn") and register.keeps(entry)
    ]
    by_id = {entry.id: entry for entry in found}
    return [by_id[line.id] for line in ordered(map(line_of, found), data.today())]


def line_of(entry: Written) -> Line:
    """An entry as far as its order asks."""
    return Line(entry.id, entry.text("state") or None, entry.day("due"), bool(entry.body.get("escalated")))


def state_of(entry: Written, kind: Kind) -> str:
    """Its state in words; an overdue or escalated entry says so."""
    field = kind.fields["state"]
    parts = [words.labels(field.options or {}).get(entry.text("state"), entry.text("state"))]
    if is_overdue(entry):
        parts.append(say("registers.overdue"))
    if entry.body.get("escalated") and entry.text("state") not in CLOSED:
        parts.append(say("registers.escalated", name=entry.text("escalated_to")))
    return words.listed(parts)


def is_overdue(entry: Written) -> bool:
    """Whether its day is gone and it is not closed."""
    return standing(line_of(entry), data.today()) == "overdue"


def _table(entries: Sequence[Written], kind: Kind, register: Register, name: str) -> None:
    if not entries:
        st.caption(plain(say(f"registers.empty.{name}")))
        return
    rows = [
        (
            _shown(entry, kind, register.title),
            [Cell(_shown(entry, kind, each), is_words=_is_words(kind.fields[each])) for each in register.columns],
        )
        for entry in entries[:MOST_SHOWN]
    ]
    labels = [words.text(kind.fields[each].label) for each in register.columns]
    tables.bars(words.text(kind.fields[register.title].label), labels, rows)
    if len(entries) > MOST_SHOWN:
        st.caption(plain(say("registers.more", count=len(entries) - MOST_SHOWN)))


def _change(entries: Sequence[Written], kind: Kind, register: Register, name: str) -> None:
    folded = st.expander(
        plain(say("registers.write")), key=f"register_{name}", on_change="rerun", icon=":material/edit_note:"
    )
    if not folded.open:
        return
    with folded:
        by_subject = {entry.subject: entry for entry in entries if not entry.body.get("locked")}
        titles = {subject: _shown(entry, kind, register.title) for subject, entry in by_subject.items()}
        picked = st.selectbox(
            plain(say("registers.which_entry")),
            [NEW, *by_subject],
            format_func=lambda each: titles.get(each) or say("registers.new"),
            key=f"register_entry_{name}",
        )
        before = by_subject.get(picked)
        proposed = dict(before.body) if before else dict(register.usual)
        forms.form(register.kind, f"register_{name}_{picked}", proposed=proposed, replaces=before)
        if before and "withdrawn" in kind.fields:
            forms.withdraw(register.kind, f"register_{name}", before)


def _shown(entry: Written, kind: Kind, name: str) -> str:
    """A field in words: choices and figures by their labels, days as people read them."""
    text, field = entry.text(name), kind.fields[name]
    if not text:
        return figures.DASH
    if name == "state":
        return state_of(entry, kind)
    match field.type:
        case "choice":
            return words.labels(field.options or {}).get(text, text)
        case "figure":
            metric = elsewhere.metrics().get(text)
            return words.text(metric.label) if metric else text
        case "day":
            day = entry.day(name)
            return figures.short_day(day, words.language()) if day else text
        case "number":
            return figures.exact(float(text), "number", words.language())
    return text


def _is_words(field: Field) -> bool:
    return field.type in ("text", "long_text", "person", "choice", "figure")
