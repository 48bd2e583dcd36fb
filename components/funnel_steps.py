"""The steps of a named funnel: its rules and its answer in words, and a bar a step with what is lost between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import funnel as analysis
from analysis.finding import Finding
from analysis.funnel import OF_ENTRANTS, OF_STEP_BEFORE, Rules
from components import figures, words
from components.aarrr import change, mark
from components.markup import Html, draw, html, join
from components.words import say

_WINDOWS = (("day", 86_400), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True)
class Funnel:
    """The funnel chosen: how it is counted, each step's events as written, and what each needs ("" where not said)."""

    name: str
    rules: Rules
    events: tuple[str, ...]
    needs: tuple[str, ...]

    def step(self, number: int) -> str:
        """A step's name; in any order so many of them done."""
        if self.rules.order == "any":
            return say("funnels.done", count=number)
        return self.events[number - 1]

    @property
    def window(self) -> str:
        """How long it may take, in the largest unit that says it exactly."""
        seconds = self.rules.window_seconds
        unit, size = next((unit, size) for unit, size in _WINDOWS if seconds % size == 0)
        return say(f"funnels.window.{unit}", count=seconds // size)


# In words -------------------------------------------------------------------------------------------------


def told(finding: Finding, funnel: Funnel) -> str:
    """An answer, with the funnel's own names."""
    figure, spoken = finding.figures, {"window": funnel.window, "first": funnel.step(1)}
    if "rate" in figure:
        rate, low, high = (float(str(figure[name])) for name in ("rate", "low", "high"))
        spoken["interval"] = figures.interval(rate, low, high, words.language())
    names = {name: funnel.events[int(str(figure[name])) - 1] for name in ("step", "last") if name in figure}
    return words.sentence(finding, **(spoken if funnel.rules.order == "any" else {**spoken, **names}))


def rules(funnel: Funnel) -> str:
    """What starts it, what counts as a step, and until when."""
    order = say(f"funnels.order.{funnel.rules.order}", window=funnel.window, names=words.listed(funnel.events))
    return words.sentences([order, say(f"funnels.entry.{funnel.rules.entry}")])


def changes(changed: pd.DataFrame, funnel: Funnel) -> None:
    """Which steps more or fewer go on to than in the period compared with, by more than chance."""
    found = analysis.changes(changed)
    if not found:
        return
    parts = [words.sentence(each, step=funnel.step(int(str(each.figures.get("step", 1))))) for each in found]
    is_same = found[0].key == "funnels.against.same"
    text = parts[0] if is_same else say("funnels.against.changed", changes=words.listed(parts))
    draw(html('<p class="also">{text}</p>', text=text))


# The steps ------------------------------------------------------------------------------------------------


def bars(found: pd.DataFrame, changed: pd.DataFrame | None, everyone: pd.DataFrame | None, funnel: Funnel) -> None:
    """A bar a step of those who started; between two, what is lost and how many of the step before go on."""
    was = {}
    if changed is not None:
        was = {(row["step"], row["of"]): row for row in changed.to_dict("records")}
    all_ = everyone.set_index("step")["rate"].to_dict() if everyone is not None else {}
    pieces: list[Html] = []
    for row in found.to_dict("records"):
        number = int(row["step"])
        if number > 1:
            # At the second step both shares are of the same people: their change stands under its bar.
            pieces.append(_fall(row, was.get((number, OF_STEP_BEFORE)) if number > 2 else None))
        pieces.append(_step(row, was.get((number, OF_ENTRANTS)), float(all_.get(number, np.nan)), funnel))
    draw(html('<div class="aarrr steps" role="list">{pieces}</div>', pieces=join(pieces)))
    shown = {
        "bar": True,
        "was": changed is not None,
        "everyone": everyone is not None,
        "open": bool(found["pending"].any()),
    }
    entries = [
        html('<span class="entry"><i class="{kind}"></i>{name}</span>', kind=kind, name=say(f"funnels.legend.{kind}"))
        for kind, is_drawn in shown.items()
        if is_drawn
    ]
    draw(html('<p class="legend aarrr-legend">{entries}</p>', entries=join(entries)))


def _step(row: Mapping[Any, Any], was: Mapping[Any, Any] | None, everyone: float, funnel: Funnel) -> Html:
    language, number = words.language(), int(row["step"])
    rate, low, high = (float(row[name]) for name in ("rate", "low", "high"))
    reached, entrants, pending = (float(row[name]) for name in ("reached", "entrants", "pending"))
    is_start = number == 1
    over, under = [mark("bar", 0.0, rate)], []
    about: list[Html] = []
    if np.isfinite(low):
        over.append(mark("whisker", low, high))
    if is_start:
        figure = figures.count(entrants, language)
        about.append(html('<span class="of">{text}</span>', text=say(f"funnels.started.{funnel.rules.entry}")))
        if pending:
            under.append(mark("open", 0.0, pending / (entrants + pending)))
            text = say("funnels.open", count=int(pending), window=funnel.window)
            about.append(html('<span class="still">{text}</span>', text=text))
    else:
        figure = figures.percent(rate, language)
        counts = {"reached": figures.count(reached, language), "entrants": figures.count(entrants, language)}
        about.append(html('<span class="of">{text}</span>', text=say("funnels.of", **counts)))
        if np.isfinite(everyone):
            over.append(mark("everyone", everyone, everyone))
            about.append(html("<span>{text}</span>", text=say("aarrr.everyone", rate=everyone)))
    if was:
        under.append(mark("was", 0.0, float(was["before"])))
        about.append(change(was))
    if funnel.needs[number - 1]:
        text = say("funnels.needs", needs=funnel.needs[number - 1])
        about.append(html('<span class="needs">{text}</span>', text=text))
    return html(
        '<div class="stage" role="listitem"><div class="name">{number}. {name}</div>'
        '<div class="track" title="{hover}"><div class="over">{over}</div>{under}</div>'
        '<div class="figure"><b>{figure}</b> <small>{between}</small></div><div class="more">{about}</div></div>',
        number=number,
        name=funnel.step(number),
        hover=say("aarrr.interval", interval=figures.interval(rate, low, high, language)) if np.isfinite(low) else "",
        over=join(over),
        under=join(under),
        figure=figure,
        between=_between(low, high),
        about=join(about),
    )


def _between(low: float, high: float) -> str:
    return f"{low * 100:.1f}–{high * 100:.1f}" if np.isfinite(low) else ""


def _fall(row: Mapping[Any, Any], was: Mapping[Any, Any] | None) -> Html:
    """What is lost before a step, and how many of the step before go on to it."""
    language = words.language()
    if not np.isfinite(row["loss"]):
        return html('<div class="fall">{text}</div>', text=say("aarrr.fall.open"))
    if not np.isfinite(row["kept"]):
        return html('<div class="fall">{text}</div>', text=say("funnels.fall.nobody_left"))
    key = "steepest" if row["is_steepest"] else "lost" if row["lost"] else "even"
    kept, low, high = (float(row[name]) for name in ("kept", "kept_low", "kept_high"))
    lost = say(f"funnels.fall.{key}", size=figures.points(row["loss"], language), count=int(row["lost"]))
    hover = say(
        "funnels.fall.hover",
        low=figures.points(row["loss_low"], language),
        high=figures.points(row["loss_high"], language),
    )
    return html(
        '<div class="fall {kind}" title="{hover}">{lost} <span class="on">{kept} {change}</span></div>',
        kind="steepest" if row["is_steepest"] else "",
        hover=hover,
        lost=lost,
        kept=say("funnels.fall.onward", interval=figures.interval(kept, low, high, language)),
        change=change(was) if was else Html(""),
    )
