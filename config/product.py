"""product.yml: what this product is, where its data are, and what it counts."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, ValidationInfo, field_validator

import config
from config.faults import ConfigError, did_you_mean
from config.kinds import (
    Brackets,
    Country,
    Currency,
    DataUntil,
    Days,
    Dimension,
    Events,
    EventsIfAny,
    Filled,
    Name,
    NumberOfDays,
    Steps,
    Timezone,
    Weekday,
    Window,
    WordOrEvents,
    or_events,
)
from config.reading import Model, read
from config.text import Text, Translated


class Activation(Model):
    """Activated: at least `times` of the events within so many days of being acquired."""

    event: Events
    times: Annotated[int, Field(ge=1)] = 1
    within_days: NumberOfDays = 7


class Retained(Model):
    """Active on any of these days after being acquired, both ends included."""

    days: Days = (7, 13)


class Paid(Model):
    """`payment` (an amount above 0), or one of the events, within so many days of being acquired."""

    event: Annotated[WordOrEvents, or_events("payment")] = "payment"
    within_days: NumberOfDays = 30


class Referred(Model):
    """Somebody they invited joined within so many days of their being acquired."""

    within_days: NumberOfDays = 30


class Aarrr(Model):
    """The bounds of the AARRR stages."""

    retained: Retained = Retained()
    paid: Paid = Paid()
    referred: Referred = Referred()


class Funnel(Model):
    """Steps in turn, each any one of its events, within a window of the first."""

    label: Text
    steps: Steps
    window: Window = timedelta(days=7)
    order: Literal["ordered", "any", "strict"] = "ordered"
    entry: Literal["first", "daily"] = "first"


class Retention(Model):
    """Who starts, what counts as coming back, and in which days after the start."""

    label: Text
    start: Annotated[WordOrEvents, or_events("signed_up", "first_active", "first_payment")] = "signed_up"
    return_: Annotated[WordOrEvents, or_events("active", "payment"), Field(alias="return")] = "active"
    brackets: Brackets = ((0, 0), (1, 7), (28, 34))


_CAME_BACK = {"return": Retention(label=Translated(en="Came back", zh="回访"))}


def _or_came_back(given: dict[str, Retention]) -> dict[str, Retention]:
    return given or _CAME_BACK


class Product(Model):
    """product.yml, key for key; `folder` is where it was read from."""

    product: Text
    timezone: Timezone
    week_start: Weekday = "monday"
    currency: Currency | None = None
    holidays: Country | None = None
    data: Filled = "."
    data_until: DataUntil = None
    attach: dict[Name, Filled] = Field(default_factory=dict)
    dimensions: dict[Dimension, Text] = Field(default_factory=dict)
    channel: str | None = Field(default=None, validate_default=True)
    active: Annotated[WordOrEvents, or_events("any")] = "any"
    activation: Activation | None = None
    aarrr: Aarrr = Aarrr()
    reward_events: EventsIfAny = ()
    funnels: dict[Name, Funnel] = Field(default_factory=dict)
    retention: Annotated[dict[Name, Retention], AfterValidator(_or_came_back)] = _CAME_BACK
    targets: dict[Name, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    max_rejected: Annotated[float, Field(ge=0, le=1)] = 0.01
    max_segments: Annotated[int, Field(ge=1)] = 4096

    _folder: Path = PrivateAttr(default=config.SHIPPED)

    @field_validator("channel")
    @classmethod
    def _is_a_dimension(cls, channel: str | None, others: ValidationInfo) -> str | None:
        known = others.data.get("dimensions")
        if known is None:  # faulty itself, and told so
            return channel
        if channel is None:
            return "channel" if "channel" in known else None
        if channel not in known:
            hint = did_you_mean(channel, known) or ": name one of them, or leave the key out"
            raise ValueError(f"{channel} is not one of the dimensions{hint}")
        return channel

    @property
    def folder(self) -> Path:
        """The product folder: where product.yml and sources/ are."""
        return self._folder

    @property
    def data_folder(self) -> Path:
        """What the sources' relative paths are read against: ALMANAC_DATA, or `data`, seen from the folder.

        It need not exist. Variables ($NAME) are filled in; ConfigError names those that are not set.
        """
        chosen = os.environ.get("ALMANAC_DATA")
        if chosen:
            return Path(chosen).resolve()
        path = os.path.expandvars(self.data)
        unset = re.findall(r"\$\w+|\$\{[^}]*\}", path)
        if unset:
            remedy = "is not set: set it in the environment, or set ALMANAC_DATA"
            raise ConfigError(f"product.yml: data: {name} {remedy}" for name in unset)
        return (self.folder / path).resolve()


def load(folder: Path | None = None) -> Product:
    """The product of that folder (default: the one in use); ConfigError with every fault of product.yml."""
    home = (folder or config.folder()).resolve()
    product = read(home / "product.yml", Product)
    product._folder = home
    return product
