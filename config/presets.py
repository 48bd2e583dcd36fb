"""presets/*.yml: what products of a kind usually count, as lists of the names its events may have."""

from functools import cache
from typing import Annotated, Literal, get_args

from pydantic import Field, Strict

import config
from config.kinds import Events, EventsIfAny, Name, WordOrEvents, or_events
from config.product import Activation, Funnel, Retention
from config.reading import Model, read
from config.text import Text

Type = Literal["tool", "social", "content", "shop"]
TYPES: tuple[Type, ...] = get_args(Type)


class Preset(Model):
    """One kind of product; every event in it is a candidate that an actual product may lack.

    active      any, or the events that make a person active
    activation  the first of these that has an event the product knows is taken
    """

    label: Text
    active: Annotated[WordOrEvents, or_events("any")] = "any"
    activation: Annotated[tuple[Activation, ...], Strict(False)] = ()
    reward_events: EventsIfAny = ()
    funnels: dict[Name, Funnel] = Field(default_factory=dict)
    retention: dict[Name, Retention] = Field(default_factory=dict)

    def events(self) -> frozenset[str]:
        """Every event it names anywhere; `payment` is none."""
        named: list[Events] = [each.event for each in self.activation]
        named += [self.reward_events, *(step.event for funnel in self.funnels.values() for step in funnel.steps)]
        named += [words for words in (self.active,) if isinstance(words, tuple)]
        for each in self.retention.values():
            named += [words for words in (each.start, each.return_) if isinstance(words, tuple)]
        return frozenset(event for events in named for event in events) - {"payment"}


@cache
def load(type_: Type) -> Preset:
    """The preset of that kind; ConfigError with every fault of its file."""
    return read(config.SHIPPED / "presets" / f"{type_}.yml", Preset)
