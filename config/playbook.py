"""playbook.yml: what to do in each stage, what proves it done, and when the stage is left."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, Strict, model_validator

import config
from config import metrics, product
from config.faults import ConfigError, did_you_mean, shown
from config.kinds import Name
from config.reading import Model, read
from config.text import Text

ListedStage = Literal["design", "cold_start", "growth", "maturity", "decline"]
PageName = Literal["review", "overview", "lifecycle", "aarrr", "channels", "retention", "campaigns", "playbook", "data"]
NO_FIGURE = "is no figure of metrics.yml"
NO_ITEM = "is no item of this stage"
Cadence = Literal["once", "weekly", "monthly"]


def _bound(value: object) -> object:
    if value == "target" or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise ValueError(f"must be a number, or target for the figure's own{shown(value)}")


def _link(value: object) -> object:
    if value in get_args(PageName) or (isinstance(value, str) and value.startswith("https://")):
        return value
    raise ValueError(f"must be a page ({', '.join(get_args(PageName))}) or begin with https://{shown(value)}")


Bound = Annotated[float | Literal["target"], BeforeValidator(_bound)]
Link = Annotated[str, BeforeValidator(_link)]


class Measured(Model):
    """Proved by a figure: met where each of the last `periods` complete ones keeps the bound.

    at_least, at_most  one of them; in the figure's own unit (a rate: 0.31 is 31 %), or its target
    """

    figure: str
    at_least: Bound | None = None
    at_most: Bound | None = None
    grain: Literal["week", "month"] = "week"
    periods: Annotated[int, Field(ge=1, le=52)] = 1

    @model_validator(mode="after")
    def _has_one_bound(self) -> "Measured":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("must have at_least or at_most, one of the two")
        return self


class Linked(Model):
    """Proved by what stands elsewhere: a page of the app, or an address; a person looks there, then ticks."""

    link: Link


def _evidence(value: object) -> object:
    if value == "by_hand" or isinstance(value, Measured | Linked):
        return value
    if isinstance(value, dict) and ("link" in value) != ("figure" in value):
        return (Linked if "link" in value else Measured).model_validate(value)
    raise ValueError(f"must be by_hand, {{figure: …, at_least: …}} or {{link: …}}{shown(value)}")


Evidence = Annotated[Measured | Linked | Literal["by_hand"], BeforeValidator(_evidence)]


class Item(Model):
    """One thing to do. Proved by a figure it ticks itself; otherwise a person ticks it."""

    id: Name
    text: Text
    why: Text
    role: str
    area: str | None = None
    cadence: Cadence = "once"
    evidence: Evidence = "by_hand"


class Gate(Model):
    """One condition for leaving the stage: a figure and its bound, or items that must all be done."""

    id: Name
    text: Text
    evidence: Measured | None = None
    items: Annotated[tuple[str, ...], Strict(False)] = ()

    @model_validator(mode="after")
    def _has_one_proof(self) -> "Gate":
        if (self.evidence is None) == (not self.items):
            raise ValueError("must have evidence (a figure and its bound) or items, one of the two")
        return self


class Section(Model):
    """One heading of a document, and what has to stand under it."""

    id: Name
    heading: Text
    asks: Text


class Play(Model):
    """The checklist of one stage."""

    aim: Text
    responsible: str
    items: Annotated[tuple[Item, ...], Strict(False), Field(min_length=1)]
    gates: Annotated[tuple[Gate, ...], Strict(False)] = ()
    suggestions: Annotated[tuple[Text, ...], Strict(False)] = ()


class Phase(Model):
    """One phase of the process from an idea to a product in operation, with the document that it leaves behind."""

    label: Text
    aim: Text
    responsible: str
    items: Annotated[tuple[Item, ...], Strict(False), Field(min_length=1)]
    document: Annotated[tuple[Section, ...], Strict(False), Field(min_length=1)]


class Playbook(Model):
    """playbook.yml, key for key."""

    roles: dict[Name, Text]
    areas: dict[Name, Text] = Field(default_factory=dict)
    stages: dict[ListedStage, Play]
    phases: dict[Name, Phase] = Field(default_factory=dict)

    def items(self) -> Iterator[Item]:
        """Every item of every stage and phase."""
        for _, part in parts(self):
            yield from part.items


def load(folder: Path | None = None) -> Playbook:
    """The playbook of that folder (default: the one in use); the shipped one if it has none.

    raises  ConfigError with every fault: what the model refuses, or else every name that points nowhere
    """
    home = folder or config.folder()
    path = home / "playbook.yml"
    if not path.is_file() and home.is_dir():
        path = config.SHIPPED / "playbook.yml"
    book = read(path, Playbook)
    figures = {*metrics.load(home), *product.load(home).figures}
    faults = [f"{path.name}: {fault}" for fault in _astray(book, figures)]
    if faults:
        raise ConfigError(faults)
    return book


def _astray(book: Playbook, figures: Iterable[str]) -> Iterator[str]:
    """Names that point nowhere, and ids that come twice."""
    seen: dict[str, str] = {}
    for stage in get_args(ListedStage):
        if stage not in book.stages:
            yield f"stages: {stage} is missing: give it a checklist"
    for place, part in parts(book):
        yield from _unknown(f"{place}.responsible", part.responsible, book.roles, "is not one of the roles")
        for number, item in enumerate(part.items, start=1):
            here = f"{place}.items, entry {number}"
            if item.id in seen:
                yield f"{here}.id: {item.id} is the id of {seen[item.id]} too: give each its own"
            seen.setdefault(item.id, here)
            yield from _unknown(f"{here}.role", item.role, book.roles, "is not one of the roles")
            if item.area is not None:
                yield from _unknown(f"{here}.area", item.area, book.areas, "is not one of the areas")
            if isinstance(item.evidence, Measured):
                yield from _unknown(f"{here}.evidence.figure", item.evidence.figure, figures, NO_FIGURE)
    for stage_id, play in book.stages.items():
        gates: set[str] = set()
        for number, gate in enumerate(play.gates, start=1):
            here = f"stages.{stage_id}.gates, entry {number}"
            if gate.id in gates:
                yield f"{here}.id: {gate.id} is a gate of this stage already: give each its own"
            gates.add(gate.id)
            if gate.evidence:
                yield from _unknown(f"{here}.evidence.figure", gate.evidence.figure, figures, NO_FIGURE)
            for item_id in gate.items:
                yield from _unknown(f"{here}.items", item_id, [item.id for item in play.items], NO_ITEM)
    for name, phase in book.phases.items():
        sections = [section.id for section in phase.document]
        for section_id in sorted({each for each in sections if sections.count(each) > 1}):
            yield f"phases.{name}.document: {section_id} is the id of two sections: give each its own"


def parts(book: Playbook) -> Iterator[tuple[str, Play | Phase]]:
    """Every list of the book with its place in the file: stages.growth, phases.launch …"""
    yield from ((f"stages.{name}", play) for name, play in book.stages.items())
    yield from ((f"phases.{name}", phase) for name, phase in book.phases.items())


def _unknown(place: str, name: str, known: Iterable[str], reason: str) -> Iterator[str]:
    if name not in known:
        hint = did_you_mean(name, known) or f": write one of {', '.join(sorted(known))}"
        yield f"{place}: {name} {reason}{hint}"
