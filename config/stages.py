"""stages.yml: the stages of a product's life, and the bounds of the rule that tells which one it is in."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

import config
from config.faults import did_you_mean
from config.reading import Model, read
from config.text import Text

StageId = Literal["design", "cold_start", "growth", "maturity", "decline", "unknown"]
STAGES: tuple[StageId, ...] = ("design", "cold_start", "growth", "maturity", "decline", "unknown")
PARTS = ("validation", "launch")

Slope = Annotated[float, Field(ge=0, le=0.5)]
Weeks = Annotated[int, Field(ge=1, le=104)]
People = Annotated[int, Field(ge=0)]


class StageRules(Model):
    """When a product is in which stage; analysis/stage.py says how they are used.

    growth, decline    weekly actives grow (fall) by more than this a week; 0.01 is 1 %
    sure               the probability from which a stage is a candidate
    short_window       weeks the slope is measured over; where that is not sure, long_window
    cold_start_weeks   younger than this is cold start
    cold_start_actives … and so is a product never above so many weekly actives
    launch_users       people acquired from which cold start is no longer validation
    weeks_to_change    equal candidates in a row that change the stage shown
    weeks_undecided    weeks without a candidate after which the stage is unknown
    weeks_without_new  weeks without anybody new after which the product is said not to acquire
    """

    growth: Slope = 0.01
    decline: Slope = 0.01
    sure: Annotated[float, Field(ge=0.6, le=0.99)] = 0.8
    short_window: Annotated[int, Field(ge=8, le=104)] = 13
    long_window: Annotated[int, Field(ge=8, le=104)] = 26
    cold_start_weeks: Annotated[int, Field(ge=3, le=104)] = 8
    cold_start_actives: People = 100
    launch_users: People = 500
    weeks_to_change: Weeks = 2
    weeks_undecided: Weeks = 12
    weeks_without_new: Weeks = 4

    @field_validator("long_window")
    @classmethod
    def _is_the_longer(cls, weeks: int, others: ValidationInfo) -> int:
        short = others.data.get("short_window")
        if short is not None and weeks < short:
            raise ValueError(f"must not be shorter than short_window ({short}), not {weeks}")
        return weeks


class Part(Model):
    """What a stage, or a part of one, is called, what is to be reached in it, and who sees to that."""

    label: Text
    aim: Text
    responsible: Text


class Stage(Part):
    """A stage; `parts` are the steps inside it, by id."""

    parts: dict[str, Part] = Field(default_factory=dict)


def _all(stages: dict[str, Stage]) -> dict[str, Stage]:
    for name in stages:
        if name not in STAGES:
            hint = did_you_mean(name, STAGES) or f": the stages are {', '.join(STAGES)}"
            raise ValueError(f"{name} is no stage{hint}")
    missing = [name for name in STAGES if name not in stages]
    if missing:
        raise ValueError(f"must have every stage: add {', '.join(missing)}")
    for name, stage in stages.items():
        wanted = PARTS if name == "cold_start" else ()
        if set(stage.parts) != set(wanted):
            raise ValueError(f"{name}.parts must be {' and '.join(wanted)}" if wanted else f"{name} has no parts")
    return {name: stages[name] for name in STAGES}


class Stages(Model):
    """stages.yml, key for key; `stages` has every stage, in the order of a product's life."""

    rules: StageRules = StageRules()
    stages: Annotated[dict[str, Stage], AfterValidator(_all)]


def load(folder: Path | None = None) -> Stages:
    """The stages of that folder (default: the one in use); the shipped ones if it has no stages.yml."""
    path = (folder or config.folder()) / "stages.yml"
    if not path.is_file() and path.parent.is_dir():
        path = config.SHIPPED / "stages.yml"
    return read(path, Stages)
