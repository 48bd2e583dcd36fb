"""What Playbook draws: the stages' checklists, their gates, the phases with their documents; and what ticks write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from analysis import playbook as analysis
from analysis.cards import Series, series
from analysis.periods import start_of
from analysis.playbook import Judgement, State, Tick
from components import data, elsewhere, figures, filters, forms, notes, stages, targets, words, writing
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.stages import Shown
from components.words import say
from config.metrics import Metric
from config.playbook import Gate, Item, Linked, ListedStage, Measured, Phase, Playbook, parts
from config.stages import StageId
from logbook.forms import subject

CHECK = "check"
GRAINS = ("week", "month")
EVERYBODY = "all"
# Where the figures do not tell the stage, the list is shown that looks for what makes a product grow.
LISTED: dict[StageId, ListedStage] = {
    "design": "design",
    "cold_start": "cold_start",
    "growth": "growth",
    "maturity": "maturity",
    "decline": "decline",
    "unknown": "growth",
}
MARKS = {"done": "●", "open": "○", "overdue": "○", "no_data": "◌"}


@dataclass(frozen=True)
class Board:
    """Everything the page shows.

    states    of every item, counted over everybody
    filtered  what the figures say of the people chosen; empty without a filter
    seen      the entry that a tick of the item would replace
    """

    book: Playbook
    metrics: dict[str, Metric]
    states: dict[str, State]
    filtered: dict[str, Judgement]
    seen: dict[str, int]
    gates: dict[ListedStage, dict[str, State]]
    chosen: Chosen


# What is read ---------------------------------------------------------------------------------------------


def board(chosen: Chosen) -> Board:
    """The playbook with where each item stands, as of today."""
    book, _ = data.playbook()
    shown = targets.applied(elsewhere.metrics())
    aims = {name: metric.target for name, metric in shown.items()}
    whole = {grain: _series(grain, None, shown) for grain in GRAINS}
    ticks, seen = _ticks()
    items = list(book.items())
    states = analysis.states(items, whole, aims, ticks, data.today(), chosen.week_start)
    filtered: dict[str, Judgement] = {}
    if chosen.segments is not None:
        own = {grain: _series(grain, chosen.segments, shown) for grain in GRAINS}
        measured = ((item.id, item.evidence) for item in items if isinstance(item.evidence, Measured))
        filtered = {name: analysis.judge(proof, own[proof.grain], aims.get(proof.figure)) for name, proof in measured}
    gates = {
        name: {gate.id: _gate(gate, states, whole, aims) for gate in play.gates} for name, play in book.stages.items()
    }
    return Board(book, shown, states, filtered, seen, gates, chosen)


def _gate(gate: Gate, states: dict[str, State], whole: dict[str, Series], targets: dict[str, float | None]) -> State:
    proof = gate.evidence
    judgement = analysis.judge(proof, whole[proof.grain], targets.get(proof.figure)) if proof else None
    return analysis.gate_state(gate, states, judgement)


def _series(grain: str, segments: tuple[int, ...] | None, shown: dict[str, Metric]) -> Series:
    counts = elsewhere.counts(grain=grain, segments=segments)
    return series(counts, {name: metric.unit for name, metric in shown.items()})


def _ticks() -> tuple[dict[str, Tick], dict[str, int]]:
    entries = {entry.text("item"): entry for entry in writing.latest(CHECK)}
    ticks = {
        item: Tick(bool(entry.body.get("done")), entry.on, entry.author, entry.text("note"))
        for item, entry in entries.items()
    }
    return ticks, {item: entry.id for item, entry in entries.items()}


# The head -------------------------------------------------------------------------------------------------


def controls(board: Board, now: Shown) -> tuple[ListedStage, str]:
    """The stage whose list is shown (the present one at first), and the role it is shown for."""
    names: dict[str, str] = {
        name: say("playbook.now", stage=stages.label(name)) if name == now.stage else stages.label(name)
        for name in board.book.stages
    }
    picked = filters.choice("stage", say("playbook.stage"), names, LISTED[now.stage], segmented=True)
    roles = {EVERYBODY: say("playbook.all_roles"), **words.labels(board.book.roles)}
    return cast(ListedStage, picked), filters.choice("role", say("playbook.role"), roles, EVERYBODY)


def answer(board: Board, now: Shown) -> tuple[str, str]:
    """How far the present stage's list is; what comes next, and who set the stage where a person did."""
    items = board.book.stages[LISTED[now.stage]].items
    done = analysis.progress([board.states[item.id] for item in items])
    facts = {"stage": stages.label(now.stage), "done": done.done, "items": done.items, "count": done.overdue}
    first = say("playbook.answer_overdue" if done.overdue else "playbook.answer", **facts)
    ahead = [item for item in analysis.ordered(items, board.states) if board.states[item.id].standing != "done"]
    also = [say("playbook.next", item=words.text(ahead[0].text))] if ahead else [say("playbook.all_done")]
    if now.overruled:
        also.append(stages.by_hand(now))
    return first, words.sentences(also)


def faults() -> None:
    """The faults of playbook.yml and register.yml, above the last ones that had none."""
    _, found = data.playbook()
    if found:
        notes.bad_configuration(found, "playbook.faulty")
    forms.faults()


# The list -------------------------------------------------------------------------------------------------


def checklist(board: Board, stage: ListedStage, role: str) -> None:
    """The items of a stage, those that need somebody first; its aim above them."""
    play = board.book.stages[stage]
    aim = say("playbook.aim", aim=words.text(play.aim), role=words.text(board.book.roles[play.responsible]))
    _items(board, play.items, role, aim)


def gates(board: Board, stage: ListedStage) -> None:
    """What must be met to leave the stage."""
    play = board.book.stages[stage]
    lines = []
    for gate in play.gates:
        state = board.gates[stage][gate.id]
        lines.append(_line(words.text(gate.text), _gate_about(board, gate), state, _proof(board, gate.evidence, state)))
    draw(html('<div class="list">{lines}</div>', lines=join(lines)))


def suggestions(board: Board, stage: ListedStage) -> None:
    """What else is worth a thought."""
    play = board.book.stages[stage]
    lines = join([html("<li>{text}</li>", text=words.text(each)) for each in play.suggestions])
    draw(html('<ul class="changes">{lines}</ul>', lines=lines))


def phases(board: Board, role: str) -> None:
    """The phases of the process, folded: what is to be done, and the document that each leaves behind."""
    for name, phase in board.book.phases.items():
        done = analysis.progress([board.states[item.id] for item in phase.items])
        title = say("playbook.phase", phase=words.text(phase.label), done=done.done, items=done.items)
        folded = st.expander(plain(title), key=f"phase_{name}", on_change="rerun")
        if not folded.open:
            continue
        with folded:
            aim = say("playbook.aim", aim=words.text(phase.aim), role=words.text(board.book.roles[phase.responsible]))
            _items(board, phase.items, role, aim)
            _document(name, phase)


def table(board: Board) -> pd.DataFrame:
    """Every item of every list, for the file: where it stands, its figure or its tick. Times are days."""
    rows = []
    for place, part in parts(board.book):
        for item in part.items:
            state = board.states[item.id]
            judged, tick = state.judgement, state.tick
            proof = item.evidence if isinstance(item.evidence, Measured) else None
            rows.append(
                {
                    "list": place,
                    "item": item.id,
                    "text": words.text(item.text),
                    "role": words.text(board.book.roles[item.role]),
                    "cadence": item.cadence,
                    "standing": state.standing,
                    "due": state.due,
                    "figure": proof.figure if proof else None,
                    "value": judged.value if judged else np.nan,
                    "bound": judged.bound if judged else np.nan,
                    "period": judged.period if judged else None,
                    "since": judged.since if judged else None,
                    "ticked_by": tick.author if tick else None,
                    "ticked_on": tick.on if tick else None,
                    "note": tick.note if tick else None,
                }
            )
    return pd.DataFrame(rows)


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    return {
        say(f"playbook.term.{term}"): say(f"playbook.means.{term}") for term in ("measured", "by_hand", "due", "gate")
    }


def _items(board: Board, items: Sequence[Item], role: str, aim: str) -> None:
    shown = [item for item in analysis.ordered(items, board.states) if role in (EVERYBODY, item.role)]
    far = analysis.progress([board.states[item.id] for item in shown])
    st.caption(plain(words.sentences([aim, say("playbook.progress", done=far.done, items=far.items)])))
    if not shown:
        st.info(plain(say("playbook.nothing_for_role")), icon=":material/group_off:")
    for item in shown:
        if isinstance(item.evidence, Measured):
            state = board.states[item.id]
            proof = _proof(board, item.evidence, state, board.filtered.get(item.id))
            draw(
                html(
                    '<div class="list">{line}</div>',
                    line=_line(words.text(item.text), _about(board, item), state, proof),
                )
            )
        else:
            _by_hand(board, item)


def _by_hand(board: Board, item: Item) -> None:
    state, seen = board.states[item.id], board.seen.get(item.id)
    with st.container(key=f"item_{item.id}", gap=None):
        left, right = st.columns([0.66, 0.34], vertical_alignment="top")
        with left:
            # Another entry, another widget: the box always says what the logbook does.
            key = f"tick_{item.id}_{seen}"
            st.checkbox(
                plain(words.text(item.text)),
                value=state.standing == "done",
                key=key,
                on_change=_tick,
                args=(item, seen, key, board.chosen.week_start),
            )
            draw(html('<p class="about item-about">{about}</p>', about=_about(board, item)))
        with right:
            if state.tick:
                draw(html('<p class="about">{said}</p>', said=_ticked(state, state.tick)))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if isinstance(item.evidence, Linked):
                    _link(item.evidence.link)
                _more(item, state, seen, board.chosen.week_start)


def _more(item: Item, state: State, seen: int | None, week_start: str) -> None:
    """The note to a tick, and everything that was ticked before, folded."""
    popover = st.popover(plain(say("playbook.more")), key=f"more_{item.id}", on_change="rerun", type="tertiary")
    if not popover.open:
        return
    with popover:
        key = f"note_{item.id}_{seen}"
        st.text_area(plain(say("playbook.note")), key=key, max_chars=2_000)
        done = state.standing == "done"
        st.button(
            plain(say("playbook.take_back" if done else "playbook.tick")),
            key=f"keep_{item.id}_{seen}",
            on_click=_append,
            args=(item, seen, not done, key, week_start),
        )
        entries = writing.history(_subject(item))
        for entry in entries:
            key = "playbook.ticked" if entry.body.get("done") else "playbook.taken_back"
            said, note = say(key, author=entry.author, day=entry.on), entry.text("note")
            st.caption(plain(words.sentences([said, note]) if note else said))
        if not entries:
            st.caption(plain(say("playbook.never")))


def _tick(item: Item, seen: int | None, key: str, week_start: str) -> None:
    ticked = bool(st.session_state[key])
    if not _write(item, seen, ticked, "", week_start):
        st.session_state[key] = not ticked


def _append(item: Item, seen: int | None, done: bool, key: str, week_start: str) -> None:
    _write(item, seen, done, st.session_state.get(key) or "", week_start)


def _write(item: Item, seen: int | None, done: bool, note: str, week_start: str) -> bool:
    body: dict[str, object] = {"item": item.id, "done": done, "note": note.strip() or None}
    if item.cadence != "once":
        body["period"] = str(start_of(data.today(), "week" if item.cadence == "weekly" else "month", week_start))
    return writing.write(
        CHECK, _subject(item), {name: value for name, value in body.items() if value is not None}, seen
    )


def _subject(item: Item) -> str:
    return subject(data.register()[CHECK], {"item": item.id})


def _link(link: str) -> None:
    if link.startswith("https://"):
        st.link_button(plain(say("playbook.open")), link, type="tertiary")
    else:
        st.page_link(f"../pages/{link}.py", label=plain(say("playbook.see", page=say(f"menu.{link}"))))


# Lines ----------------------------------------------------------------------------------------------------


def _line(text: str, about: str | Html, state: State, proof: Html) -> Html:
    return html(
        '<div class="line {standing}"><span class="mark" title="{means}">{mark}</span><div class="what"><b>{text}</b>'
        '<p class="about">{about}</p></div><div class="proof">{proof}</div></div>',
        standing=state.standing,
        mark=MARKS[state.standing],
        means=say(f"playbook.standing.{state.standing}"),
        text=text,
        about=about,
        proof=proof,
    )


def _about(board: Board, item: Item) -> str:
    facts = {"why": words.text(item.why), "role": words.text(board.book.roles[item.role])}
    return say(f"playbook.about.{item.cadence}", **facts)


def _gate_about(board: Board, gate: Gate) -> Html:
    """The items that a gate asks for, a line each, with the mark of where it stands."""
    named = {item.id: words.text(item.text) for item in board.book.items()}
    lines = [html("{mark} {text}", mark=MARKS[board.states[each].standing], text=named[each]) for each in gate.items]
    return join(lines, "<br>")


def _proof(board: Board, proof: Measured | None, state: State, filtered: Judgement | None = None) -> Html:
    """A figure against its bound as a small bar, since when, and beside it that of the people chosen."""
    if proof is None or state.judgement is None:
        return html("{means}", means=say(f"playbook.standing.{state.standing}"))
    metric, judged = board.metrics.get(proof.figure), state.judgement
    name = words.text(metric.label) if metric else proof.figure
    if metric is None or judged.proof == "no_data":
        reason = say(f"playbook.no_data.{judged.reason}")
        return html('<span class="figure">{name}</span><p class="about">{reason}</p>', name=name, reason=reason)
    shown = _figure(judged.value, metric, board.chosen)
    bound = _figure(judged.bound, metric, board.chosen)
    side = "at_least" if proof.at_least is not None else "at_most"
    parts = [
        html(
            '<span class="figure">{name} <b>{value}</b></span> <span class="bound">{bound}</span>{bar}'
            '<p class="about">{since}</p>',
            name=name,
            value=shown,
            bound=say(f"playbook.{side}", bound=bound),
            bar=_bar(judged.value, judged.bound),
            since=_since(judged, proof),
        )
    ]
    if filtered is not None:
        value = _figure(filtered.value, metric, board.chosen)
        parts.append(html('<p class="filtered">{said}</p>', said=say("playbook.filtered", value=value)))
    return join(parts)


def _since(judged: Judgement, proof: Measured) -> str:
    facts = {"kept": judged.kept, "periods": proof.periods, "since": judged.since, "period": judged.period}
    if judged.proof == "met":
        return say(f"playbook.met_since.{proof.grain}", **facts)
    return say(
        f"playbook.kept_so_far.{proof.grain}" if judged.kept else f"playbook.not_met_since.{proof.grain}", **facts
    )


def _figure(value: float, metric: Metric, chosen: Chosen) -> str:
    return figures.short(value, metric.unit, words.language(), chosen.currency)


def _bar(value: float, bound: float) -> Html:
    """How far the figure is, the bound a mark at two thirds of the line."""
    if not bound or not np.isfinite(value):
        return Html("")
    share = min(max(value / bound, 0) * 2 / 3, 1)
    return html('<span class="gauge"><i style="width:{share}%"></i></span>', share=f"{share * 100:.0f}")


def _ticked(state: State, tick: Tick) -> str:
    facts = {"author": tick.author, "day": tick.on, "due": state.due or date.max}
    key = "ticked" if tick.is_done else "taken_back"
    if tick.is_done and state.due:
        key = {"done": "ticked_due", "open": "ticked_due", "overdue": "ticked_overdue"}[state.standing]
    said = say(f"playbook.{key}", **facts)
    return words.sentences([said, tick.note]) if tick.note else said


# Documents ------------------------------------------------------------------------------------------------


def _document(name: str, phase: Phase) -> None:
    """The template of the phase's document, and a look at a written one: what it still lacks."""
    title = words.text(phase.label)
    left, right = st.columns(2)
    with left:
        language = words.language()
        st.download_button(
            plain(say("playbook.template")),
            data=lambda: analysis.template(title, phase.document, language).encode(),
            file_name=f"{name}.md",
            mime="text/markdown",
            key=f"template_{name}",
            on_click="ignore",
            icon=":material/download:",
        )
        asked = [
            html("<li><b>{heading}</b><br>{asks}</li>", heading=words.text(s.heading), asks=words.text(s.asks))
            for s in phase.document
        ]
        draw(html('<ul class="changes">{asked}</ul>', asked=join(asked)))
    with right:
        written = st.file_uploader(plain(say("playbook.written")), type=["md", "txt"], key=f"written_{name}")
        if written is None:
            return
        text = written.getvalue().decode("utf-8-sig", errors="replace")
        lacking = analysis.unwritten(phase.document, text)
        if not lacking:
            st.success(plain(say("playbook.complete")), icon=":material/task_alt:")
        else:
            names = words.listed(words.text(section.heading) for section in lacking)
            st.warning(plain(say("playbook.lacking", count=len(lacking), names=names)), icon=":material/rule:")
