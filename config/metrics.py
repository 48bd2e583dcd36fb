"""metrics.yml: the headline figures, by id; how each is counted is queries/build/metrics/<id>.sql.

One key is no figure: `alerts`, the rules of what is told of the product as a whole.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

import config
from config.faults import ConfigError, did_you_mean
from config.kinds import Better, Family, Grain, Rules, Unit
from config.product import Figure, Product
from config.reading import Model, checked, parse
from config.text import Text, Translated

ALERTS = "alerts"


class Metric(Model):
    """What a figure is called, what it means, and which way is good.

    better   which way is good; None: neither, its changes stay grey
    target   a count: the sum of a month; a rate: its level, 0.31 for 31 %; None where there is none
    alerts   what of it is told unasked. unusual: a day or week far outside its usual range; behind: below the pace to
             its month's target
    """

    label: Text
    unit: Unit
    better: Better | None
    family: Family
    definition: Text
    target: Annotated[float, Field(ge=0)] | None = None
    owner: Text | None = None
    alerts: Rules = ()

    @field_validator("target")
    @classmethod
    def _is_a_level(cls, target: float | None, others: ValidationInfo) -> float | None:
        if target is not None and target > 1 and others.data.get("unit") == "rate":
            raise ValueError(f"must be at most 1 for a rate (0.31 is 31 %), not {target:g}")
        return target


class Elsewhere(Metric):
    """A number made elsewhere: of everybody, so that no filter on people applies to it.

    combine, every  as config.product.Figure
    """

    combine: Literal["sum", "mean", "last"] = "sum"
    every: Grain = "day"


class Alerts(Model):
    """What is told unasked of the product as a whole.

    stage_changed  another stage than the one told last
    data_old       the last day covered is more than so many days before today; None: not told
    build_failed   the last build failed, or was cut off
    """

    stage_changed: bool = False
    data_old: Annotated[int, Field(ge=1)] | None = None
    build_failed: bool = False


class _Rules(Model):
    alerts: Alerts = Alerts()


def load(folder: Path | None = None) -> dict[str, Metric]:
    """The figures of that folder (default: the one in use), in order; the shipped ones if it has none.

    Raises ConfigError with every fault of the file, those of its rules too.
    """
    return _read(folder)[0]


def rules(folder: Path | None = None) -> Alerts:
    """The rules of the whole product in the same file; nothing is told where it has none."""
    return _read(folder)[1]


def _read(folder: Path | None) -> tuple[dict[str, Metric], Alerts]:
    path = (folder or config.folder()) / "metrics.yml"
    if not path.is_file() and path.parent.is_dir():
        path = config.SHIPPED / "metrics.yml"
    content, faults = parse(path)
    of_all = {ALERTS: content.pop(ALERTS)} if ALERTS in content else {}
    figures: dict[str, Metric] = {}
    found = _Rules()
    try:
        figures = checked(content, dict[str, Metric], path.name, faults)
    except ConfigError as error:
        faults = list(error.faults)
    try:
        found = checked(of_all, _Rules, path.name)
    except ConfigError as error:
        faults += error.faults
    if faults:
        raise ConfigError(faults)
    return figures, found.alerts


def of(product: Product) -> dict[str, Metric]:
    """The figures of a product, with the targets of its product.yml.

    Raises ConfigError where a target names no figure, or a number made elsewhere is declared under a name of ours.
    """
    figures = load(product.folder)
    faults = [
        f"product.yml: targets.{name}: is no figure of metrics.yml{did_you_mean(name, figures)}"
        for name in product.targets
        if name not in figures
    ]
    faults += [
        f"product.yml: figures.{name}: is a figure of metrics.yml, beside which its rows are set: take the entry out"
        for name in product.figures
        if name in figures
    ]
    if faults:
        raise ConfigError(faults)
    return {
        name: figure.model_copy(update={"target": product.targets.get(name, figure.target)})
        for name, figure in figures.items()
    }


def made_elsewhere(product: Product, names: Iterable[str]) -> dict[str, Elsewhere]:
    """The numbers made elsewhere (metrics of overview/figures) as figures; one not declared is called by its name."""
    return {name: _declared(product.figures[name]) if name in product.figures else _undeclared(name) for name in names}


def _declared(figure: Figure) -> Elsewhere:
    shared = Elsewhere.model_fields.keys() & Figure.model_fields.keys()
    return Elsewhere(**{key: getattr(figure, key) for key in shared})


def _undeclared(name: str) -> Elsewhere:
    return Elsewhere(
        label=name,
        unit="number",
        better=None,
        family="reach",
        definition=Translated(
            en="Made elsewhere: the rows of the table figures, its days added up. product.yml does not say what it is.",
            zh="外部提供的数据：取自 figures 表，按日累加。product.yml 中未说明其含义。",
        ),
    )
