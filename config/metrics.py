"""metrics.yml: the headline figures, by id; how each is counted is queries/build/metrics/<id>.sql."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

import config
from config.faults import ConfigError, did_you_mean
from config.product import Product
from config.reading import Model, read
from config.text import Text


class Metric(Model):
    """What a figure is called, what it means, and which way is good.

    target   a count: the sum of a month; a rate: its level, 0.31 for 31 %; None where there is none
    """

    label: Text
    unit: Literal["people", "rate", "ratio", "money", "orders"]
    better: Literal["higher", "lower"]
    family: Literal["reach", "activation", "retention", "money", "quality"]
    definition: Text
    target: Annotated[float, Field(ge=0)] | None = None
    owner: Text | None = None

    @field_validator("target")
    @classmethod
    def _is_a_level(cls, target: float | None, others: ValidationInfo) -> float | None:
        if target is not None and target > 1 and others.data.get("unit") == "rate":
            raise ValueError(f"must be at most 1 for a rate (0.31 is 31 %), not {target:g}")
        return target


def load(folder: Path | None = None) -> dict[str, Metric]:
    """The figures of that folder (default: the one in use), in order; the shipped ones if it has none."""
    path = (folder or config.folder()) / "metrics.yml"
    if not path.is_file() and path.parent.is_dir():
        path = config.SHIPPED / "metrics.yml"
    return read(path, dict[str, Metric])


def of(product: Product) -> dict[str, Metric]:
    """The figures of a product, with the targets of its product.yml; ConfigError where those name no figure."""
    figures = load(product.folder)
    strangers = [name for name in product.targets if name not in figures]
    if strangers:
        raise ConfigError(
            f"product.yml: targets.{name}: is no figure of metrics.yml{did_you_mean(name, figures)}"
            for name in strangers
        )
    return {
        name: figure.model_copy(update={"target": product.targets.get(name, figure.target)})
        for name, figure in figures.items()
    }
