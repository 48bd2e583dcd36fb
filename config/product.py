"""product.yml: what this product is, where its data are, and what it counts."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    Strict,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

import config
from config.faults import ConfigError, did_you_mean
from config.kinds import (
    Better,
    Brackets,
    Country,
    Currency,
    DataUntil,
    Days,
    Dimension,
    Events,
    EventsIfAny,
    Family,
    Filled,
    Grain,
    Group,
    Name,
    NumberOfDays,
    Timezone,
    Unit,
    Weekday,
    Window,
    WordOrEvents,
    entries,
    listed_events,
    or_events,
)
from config.reading import Model, read
from config.text import Text, Translated

MOST_GROUPS = 4


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
    """Somebody they invited joined within so many days of their being acquired.

    event  by which an invitation is sent; None where the product records none
    """

    within_days: NumberOfDays = 30
    event: Events | None = None


class Aarrr(Model):
    """The bounds of the AARRR stages."""

    retained: Retained = Retained()
    paid: Paid = Paid()
    referred: Referred = Referred()


class Step(Model):
    """One step of a funnel: any one of its events; `payment` is a payment above 0.

    needs  the least ops work that it takes to move people through it; None where nothing is said
    """

    event: Events
    needs: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _may_be_its_events_alone(cls, given: object) -> object:
        return given if isinstance(given, dict | Step) else {"event": listed_events(given)}

    @model_serializer
    def _as_short_as_it_is_written(self) -> object:
        return self.event if self.needs is None else {"event": self.event, "needs": self.needs}


class Guardrails(Model):
    """What a campaign must not drive up: the events by which people turn messages off or complain; (): not counted."""

    opt_out: EventsIfAny = ()
    complaint: EventsIfAny = ()


class Funnel(Model):
    """Steps, each any one of its events, within a window of the first.

    order  ordered: one after the other, other events may lie between; strict: nothing else between, except the step
           just done once more; any: in any order
    entry  first: each person's first ever; daily: the first of every day on which they start
    """

    label: Text
    steps: Annotated[tuple[Step, ...], Strict(False), AfterValidator(entries(2, 20))]
    window: Window = timedelta(days=7)
    order: Literal["ordered", "any", "strict"] = "ordered"
    entry: Literal["first", "daily"] = "first"


class Retention(Model):
    """Who starts, what counts as coming back, and in which days after the start."""

    label: Text
    start: Annotated[WordOrEvents, or_events("signed_up", "first_active", "first_payment")] = "signed_up"
    return_: Annotated[WordOrEvents, or_events("active", "payment"), Field(alias="return")] = "active"
    brackets: Brackets = ((0, 0), (1, 7), (28, 34))


class Figure(Model):
    """A number made elsewhere (the table figures): what it is called, and how its days make a week or a month.

    better   which way is good; None: its changes stay grey
    combine  sum | mean | last: the days' amounts added up, their mean, or that of the last day with one
    every    how often a row comes; rows stand for the period their day is in, and a week counts in the month in
             which it begins. There is nothing to show by a shorter period.
    target   a sum: of a month; a mean or last: its level; None where there is none
    """

    label: Text
    unit: Unit = "number"
    better: Better | None = None
    family: Family = "reach"
    definition: Text
    combine: Literal["sum", "mean", "last"] = Field(default="sum", validate_default=True)
    every: Grain = "day"
    target: Annotated[float, Field(ge=0)] | None = None
    owner: Text | None = None

    @field_validator("combine")
    @classmethod
    def _can_be_added(cls, combine: str, others: ValidationInfo) -> str:
        unit = others.data.get("unit")
        if combine == "sum" and unit in ("rate", "ratio"):
            raise ValueError(f"a {unit} cannot be added up: write mean or last")
        return combine

    @field_validator("target")
    @classmethod
    def _is_a_level(cls, target: float | None, others: ValidationInfo) -> float | None:
        if target is not None and target > 1 and others.data.get("unit") == "rate":
            raise ValueError(f"must be at most 1 for a rate (0.31 is 31 %), not {target:g}")
        return target


class Convert(Model):
    """A file, or a sheet of a workbook, that DuckDB cannot read, and the Parquet made of it before a build.

    file, to  seen from the folder of the data
    encoding  how the file's text is written, as Python calls it; None for UTF-8 and for workbooks
    """

    file: Filled
    to: Filled
    sheet: Filled | None = None
    encoding: Filled | None = None


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
    convert: Annotated[tuple[Convert, ...], Strict(False)] = ()
    dimensions: dict[Dimension, Text] = Field(default_factory=dict)
    channel: str | None = Field(default=None, validate_default=True)
    channel_limit: Annotated[float, Field(ge=0, le=1)] = 0.5
    groups: dict[Group, Text] = Field(default_factory=dict)
    active: Annotated[WordOrEvents, or_events("any")] = "any"
    activation: Activation | None = None
    aarrr: Aarrr = Aarrr()
    reward_events: EventsIfAny = ()
    guardrails: Guardrails = Guardrails()
    funnels: dict[Name, Funnel] = Field(default_factory=dict)
    retention: Annotated[dict[Name, Retention], AfterValidator(_or_came_back)] = _CAME_BACK
    figures: dict[Name, Figure] = Field(default_factory=dict)
    targets: dict[Name, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    max_rejected: Annotated[float, Field(ge=0, le=1)] = 0.01
    max_segments: Annotated[int, Field(ge=1)] = 4096

    _folder: Path = PrivateAttr(default=config.SHIPPED)

    @field_validator("convert")
    @classmethod
    def _are_different_files(cls, convert: tuple[Convert, ...]) -> tuple[Convert, ...]:
        made = [each.to for each in convert]
        for each in convert:
            if made.count(each.to) > 1:
                raise ValueError(f"{each.to} is made twice: keep one of them, or give one another name")
            if each.to == each.file:
                raise ValueError(f"{each.to} would be written over what it is made of: give it another name")
        return convert

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

    @field_validator("groups")
    @classmethod
    def _are_few_and_no_dimensions(
        cls, groups: dict[str, str | Translated], others: ValidationInfo
    ) -> dict[str, str | Translated]:
        if len(groups) > MOST_GROUPS:
            raise ValueError(f"must have at most {MOST_GROUPS} entries, not {len(groups)}: other lists need no naming")
        for name in groups:
            if name in others.data.get("dimensions", ()):
                raise ValueError(f"{name} is one of the dimensions: give the group another name in sources/groups.sql")
        return groups

    @property
    def all_dimensions(self) -> dict[str, str | Translated]:
        """What people can be filtered by, and its label: the dimensions of users, then the groups (in, out)."""
        return {**self.dimensions, **self.groups}

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
