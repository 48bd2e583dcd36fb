"""What AARRR draws at its head: five bars with their losses, before joining, and the same by value."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis import aarrr as analysis
from analysis.aarrr import STAGES, Approach
from analysis.finding import Finding
from analysis.what_if import Scenario
from components import data, figures, tables, words
from components.data import read
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.words import say

# What makes a stage countable, as the words under `missing` name it.
NEEDS = {"activated": "activation", "retained": "events", "paid": "payments", "referred": "invited_by"}


# What is read ---------------------------------------------------------------------------------------------


def board(days: Mapping[str, date], segments: tuple[int, ...] | None) -> pd.DataFrame:
    """The stages of those who joined in these days."""
    return analysis.stages(read("funnel/aarrr", **days, segments=segments))


def changes(now: pd.DataFrame, chosen: Chosen) -> pd.DataFrame | None:
    """The stages against the period compared with; None without one.

    Rates are of all days. Newcomers are added up, so theirs are of as many days on either side: a running week or
    month is left out, and a comparison that begins before the data has too few of them, so that they have no change.
    """
    if chosen.before is None:
        return None
    before = board(chosen.period_before, chosen.segments)
    found = analysis.against(now, before)
    joined = found["stage"] == "acquired"
    if chosen.before.from_ < chosen.first_day:
        found.loc[joined, ["before", "change"]] = np.nan
    elif chosen.period_matched != chosen.period:
        matched = analysis.against(board(chosen.period_matched, chosen.segments), before)
        found.loc[joined, ["value", "change"]] = matched.loc[joined, ["value", "change"]]
    return found


def approach(chosen: Chosen) -> Approach | None:
    """Reach and visits of the period, where the product has costs and its data tell of them."""
    tables_read = read("data/tables")
    if not (data.product().channel and tables_read.loc[tables_read["source"] == "costs", "accepted"].any()):
        return None
    return analysis.approach(read("acquisition/channels", **chosen.period, segments=chosen.segments))


def answer(now: pd.DataFrame, lost: pd.DataFrame, changed: pd.DataFrame | None, chosen: Chosen) -> tuple[str, str]:
    """Where most are lost; in more sentences, what changed beyond chance, and what made most of that."""
    first, *others = analysis.answer(now, lost, changed)
    largest = analysis.largest_change(changed) if changed is not None else None
    if largest is None:
        return _told(first), words.sentences(map(_told, others)) if others else ""
    also = [say("aarrr.against.changed", changes=words.listed(map(_told, others)))]
    reason = _why(str(data.in_use()), repr((chosen.period, chosen.period_before, chosen.segments)), *largest, chosen)
    if reason is not None:
        dimension, value = str(reason.figures["dimension"]), str(reason.figures["value"])
        spoken = {
            "stage": say(f"aarrr.stage.{reason.figures['stage']}"),
            "dimension": words.text(data.product().dimensions[dimension]),
            "value": words.value(value, dimension),
        }
        also.append(words.sentence(reason, **spoken))
    return _told(first), words.sentences(also)


@st.cache_resource(max_entries=128, show_spinner=False)
def _why(path: str, asked: str, stage: str, change: float, _chosen: Chosen) -> Finding | None:
    """The reason of the largest change, kept while the warehouse is in use.

    Standing is no reason: it is judged by what people did, and so are the stages.
    """
    before = {f"before_{name}": day for name, day in _chosen.period_before.items()}
    asked_of = {"stage": stage, **_chosen.period, **before, "segments": _chosen.segments}
    return analysis.why(read("funnel/aarrr_changes", **asked_of), stage, change, list(data.product().dimensions))


def _told(finding: Finding) -> str:
    figure = finding.figures
    spoken: dict[str, object] = {}
    if "before" in figure:
        spoken["before"] = say(f"aarrr.noun.{figure['before']}")
        spoken["stage"] = say(f"aarrr.noun.{figure['stage']}")
        spoken["did"] = say(f"aarrr.did.{figure['stage']}")
        rate, low, high = (float(str(figure[name])) for name in ("rate", "low", "high"))
        spoken["interval"] = figures.interval(rate, low, high, words.language())
    elif "stage" in figure:
        spoken["stage"] = say(f"aarrr.stage.{figure['stage']}")
    return words.sentence(finding, **spoken)


def ghosts(now: pd.DataFrame, scenario: Scenario | None) -> dict[str, float]:
    """Where a scenario puts the stages that it moves; nothing without one."""
    if scenario is None:
        return {}
    moved = {"acquired" if lever == "new" else lever: float(getattr(scenario, lever)) for lever in scenario.moved}
    return analysis.in_scenario(now, moved)


# The board ------------------------------------------------------------------------------------------------


def before_joining(found: Approach | None) -> None:
    """Reach → visits → joined, on one line above the bars; nothing where costs tell of neither."""
    if found is None:
        return
    key = "both" if np.isfinite(found.reach) and np.isfinite(found.visits) else None
    key = key or ("visits" if np.isfinite(found.visits) else "reach")
    language = words.language()
    spoken = {name: figures.count(getattr(found, name), language) for name in ("reach", "visits", "joined")}
    shares = {
        name: figures.percent(getattr(found, name), language) for name in ("visits_per_reach", "joined_per_visit")
    }
    st.caption(plain(say(f"aarrr.approach.{key}", **spoken, **shares)), help=plain(say("aarrr.approach.help")))


def bars(
    now: pd.DataFrame,
    lost: pd.DataFrame,
    changed: pd.DataFrame | None,
    everyone: pd.DataFrame | None,
    ghosts: Mapping[str, float],
) -> None:
    """Five bars with intervals; between them what is lost, the steepest marked; open people and comparisons apart.

    ghosts  stage: its rate in a scenario, drawn as an outline
    """
    was = changed.set_index("stage").to_dict("index") if changed is not None else {}
    all_ = everyone.set_index("stage")["rate"].to_dict() if everyone is not None else {}
    falls = {row["stage"]: row for row in lost.to_dict("records")}
    acquired = float(now["reached"].iloc[0])
    pieces: list[Html] = []
    for row in now.to_dict("records"):
        stage = str(row["stage"])
        if stage in falls:
            pieces.append(_fall(falls[stage]))
        if not np.isfinite(row["entrants"]):
            pieces.append(_uncounted(stage))
            continue
        pieces.append(
            _stage(row, was.get(stage), float(all_.get(stage, np.nan)), float(ghosts.get(stage, np.nan)), acquired)
        )
    draw(html('<div class="aarrr" role="list">{pieces}</div>', pieces=join(pieces)))
    _legend(changed is not None, everyone is not None, bool(ghosts), bool((now["pending"] > 0).any()))


def _stage(
    row: Mapping[Any, Any], was: Mapping[Any, Any] | None, everyone: float, ghost: float, acquired: float
) -> Html:
    language, stage = words.language(), str(row["stage"])
    rate, low, high = (float(row[name]) for name in ("rate", "low", "high"))
    if stage == "acquired":
        figure = figures.count(acquired, language)
        of, hover = say("aarrr.people_joined", count=int(acquired)), ""
    else:
        figure = figures.percent(rate, language)
        reached, entrants = (figures.count(float(row[name]), language) for name in ("reached", "entrants"))
        of = say("aarrr.of", reached=reached, entrants=entrants) if row["entrants"] else say("aarrr.nobody_closed")
        hover = say("aarrr.interval", interval=figures.interval(rate, low, high, language))
    marks = [mark("bar", 0.0, rate)]
    if np.isfinite(low):
        marks.append(mark("whisker", low, high))
    if np.isfinite(ghost):
        marks.append(mark("ghost", 0.0, ghost))
    if np.isfinite(everyone) and stage != "acquired":
        marks.append(mark("everyone", everyone, everyone))
    under = [mark("was", 0.0, float(was["before"]))] if was and stage != "acquired" else []
    open_ = float(row["pending"])
    if open_ > 0 and acquired:
        under.append(mark("open", 0.0, open_ / acquired))
    about = [html('<span class="of">{of}</span>', of=of)]
    if np.isfinite(ghost):
        text = say("aarrr.scenario", value=_in_scenario(stage, ghost, acquired))
        about.append(html('<span class="of">{text}</span>', text=text))
    if np.isfinite(everyone) and stage != "acquired":
        about.append(html("<span>{text}</span>", text=say("aarrr.everyone", rate=everyone)))
    if was:
        about.append(change(was, acquired if stage == "acquired" else None))
    if open_ > 0:
        done = {"count": int(open_), "done": int(row["pending_reached"])}
        about.append(
            html(
                '<span class="still" title="{why}">{text}</span>',
                why=say("aarrr.open_why"),
                text=say("aarrr.open", **done),
            )
        )
    between = (
        html('<small title="{hover}">{text}</small>', hover=hover, text=_between(low, high)) if hover else Html("")
    )
    return html(
        '<div class="stage" role="listitem"><div class="name" title="{means}">{name}</div>'
        '<div class="track" title="{hover}"><div class="over">{marks}</div>{under}</div>'
        '<div class="figure"><b>{figure}</b> {between}</div><div class="more">{about}</div></div>',
        means=say(f"aarrr.means.{stage}"),
        name=say(f"aarrr.stage.{stage}"),
        hover=hover,
        marks=join(marks),
        under=join(under),
        figure=figure,
        between=between,
        about=join(about),
    )


def _in_scenario(stage: str, ghost: float, acquired: float) -> str:
    if stage == "acquired":
        return figures.count(round(ghost * acquired), words.language())
    return figures.percent(ghost, words.language())


def _between(low: float, high: float) -> str:
    return f"{low * 100:.1f}–{high * 100:.1f}" if np.isfinite(low) else ""


def mark(kind: str, from_: float, to: float) -> Html:
    """A piece of a bar from one share to another, of the kind that look.css draws; nothing where `to` is missing."""
    if not np.isfinite(to):
        return Html("")
    left, width = min(max(from_, 0), 1) * 100, min(max(to - from_, 0), 1) * 100
    return html(
        '<i class="{kind}" style="left:{left}%;width:{width}%"></i>',
        kind=kind,
        left=f"{left:.2f}",
        width=f"{width:.2f}",
    )


def change(was: Mapping[Any, Any], shown: float | None = None) -> Html:
    """▲ up 2.1 points, beyond chance: coloured only then; of newcomers in percent, and not judged.

    shown  the newcomers that stand beside it; where those compared are of fewer days, their number is said
    """
    language, size = words.language(), float(was["change"])
    if not np.isfinite(size):
        # From nobody to somebody is new; a rate of nobody on one side has no change.
        is_new = was["before"] == 0 and was["value"] > 0
        return html('<span class="change">{text}</span>', text=say("aarrr.change.new")) if is_new else Html("")
    is_rate = np.isfinite(was["low"])
    spelled = figures.points(size, language) if is_rate else figures.percent(abs(size), language)
    seen = any(digit in spelled for digit in "123456789")
    direction = "same" if not seen else "up" if size > 0 else "down"
    key, hover = f"aarrr.change.{direction}", ""
    about: dict[str, str] = {}
    if is_rate:
        key += "_beyond" if was["beyond"] and seen else ""
        low, high = (figures.difference(float(was[name]), "rate", language) for name in ("low", "high"))
        hover = say("aarrr.change.interval", low=low, high=high)
    elif shown is not None and was["value"] != shown:
        key += "_matched"
        about["value"] = figures.count(was["value"], language)
    before = figures.percent(was["before"], language) if is_rate else figures.count(was["before"], language)
    tone = ("good" if size > 0 else "bad") if was["beyond"] and seen else "quiet"
    return html(
        '<span class="change {tone}" title="{hover}">{text}</span>',
        tone=tone,
        hover=hover,
        text=say(key, size=spelled, was=before, **about),
    )


def _fall(row: Mapping[Any, Any]) -> Html:
    """What is lost between a stage and the one before it that can be counted."""
    loss, language = float(row["loss"]), words.language()
    if not np.isfinite(loss):
        return html('<div class="fall">{text}</div>', text=say("aarrr.fall.open"))
    key = "lost" if loss > 0 else "gained" if loss < 0 else "even"
    key = "steepest" if row["is_steepest"] else key
    hover = say(
        "aarrr.fall.hover",
        before=figures.percent(row["rate_before"], language),
        after=figures.percent(row["rate"], language),
        entrants=figures.count(row["entrants"], language),
        low=figures.difference(row["low"], "rate", language),
        high=figures.difference(row["high"], "rate", language),
    )
    return html(
        '<div class="fall {kind}" title="{hover}">{text}</div>',
        kind="steepest" if row["is_steepest"] else "",
        hover=hover,
        text=say(f"aarrr.fall.{key}", size=figures.points(loss, language)),
    )


def _uncounted(stage: str) -> Html:
    return html(
        '<div class="stage" role="listitem"><div class="name" title="{means}">{name}</div>'
        '<div class="track none"></div><div class="figure">{dash}</div><div class="more">{what}</div></div>',
        means=say(f"aarrr.means.{stage}"),
        name=say(f"aarrr.stage.{stage}"),
        dash=figures.DASH,
        what=say(f"missing.{NEEDS[stage]}"),
    )


def _legend(before: bool, everyone: bool, ghosts: bool, pending: bool) -> None:
    """What the bars' parts are, as far as they are drawn."""
    shown = {"bar": True, "was": before, "everyone": everyone, "ghost": ghosts, "open": pending}
    entries = [
        html('<span class="entry"><i class="{kind}"></i>{name}</span>', kind=kind, name=say(f"aarrr.legend.{kind}"))
        for kind, is_drawn in shown.items()
        if is_drawn
    ]
    draw(html('<p class="legend aarrr-legend">{entries}</p>', entries=join(entries)))


# By value -------------------------------------------------------------------------------------------------


def by_value(found: pd.DataFrame, chosen: Chosen) -> None:
    """A row a value and a column a stage, each bar measured on the largest of its column; few people are pale."""
    counted = [stage for stage in STAGES if found.loc[found["stage"] == stage, "entrants"].notna().any()]
    enough = found["entrants"] >= tables.FEW
    size = np.where(found["stage"] == "acquired", found["reached"], np.where(enough, found["rate"], np.nan))
    top = pd.Series(size).groupby(found["stage"].to_numpy(object)).max().to_dict()
    rows: dict[str, dict[str, tables.Cell]] = {}
    for row, measure in zip(tables.each_row(found), size, strict=True):
        rows.setdefault(row.value, {})[row.stage] = _cell(row, float(measure), float(top[row.stage]))
    nothing = tables.Cell(figures.DASH)
    named = [
        (words.value(value, chosen.dimension), [cells.get(stage, nothing) for stage in counted])
        for value, cells in list(rows.items())[: tables.MOST_VALUES]
    ]
    tables.bars(chosen.dimension_label, [say(f"aarrr.column.{stage}") for stage in counted], named)
    left_out = len(rows) - tables.MOST_VALUES
    if left_out > 0:
        st.caption(plain(say("table.values_left_out", shown=tables.MOST_VALUES, count=left_out)))


def _cell(row: Any, measure: float, top: float) -> tables.Cell:
    language = words.language()
    if row.stage == "acquired":
        return tables.Cell(figures.count(row.reached, language), share=measure / top if top else np.nan)
    if not np.isfinite(row.rate):
        why = say("aarrr.open", count=int(row.pending), done=int(row.pending_reached)) if row.pending > 0 else ""
        return tables.Cell(figures.DASH, why)
    counts = {name: figures.count(getattr(row, name), language) for name in ("reached", "entrants")}
    hover = say("aarrr.cell", interval=figures.interval(row.rate, row.low, row.high, language), **counts)
    is_few = row.entrants < tables.FEW
    share = min(row.rate / top, 1.0) if top > 0 else np.nan
    return tables.Cell(figures.percent(row.rate, language), hover, share, is_few)


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    terms = {say(f"aarrr.stage.{stage}"): say(f"aarrr.means.{stage}") for stage in STAGES}
    for term in ("open", "loss", "chance", "interval", "quartile", "k", "share"):
        terms[say(f"aarrr.term.{term}")] = say(f"aarrr.term_means.{term}")
    return terms
