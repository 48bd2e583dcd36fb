"""The one cache: what the warehouse in use answers, what the product folder says."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import config
from analysis.periods import WEEKDAYS
from config import metrics as metric_files
from config import playbook as playbook_files
from config import product as product_files
from config import register as register_files
from config import stages as stage_files
from config.faults import ConfigError
from config.metrics import Metric
from config.playbook import Playbook
from config.product import Product
from config.register import Kind
from config.stages import Stages
from warehouse import read as warehouse
from warehouse.read import Value

ANSWERS_KEPT = 512
# Warehouses kept open: the one in use, and those that a run begun before a build still reads.
OPEN = 4
_HELD: ContextVar[Path | None] = ContextVar("warehouse", default=None)


def read(name: str, **parameters: Value) -> pd.DataFrame:
    """A query's answer from the warehouse in use now; a build published meanwhile is seen on the next rerun.

    raises  WarehouseError
    """
    return _answer(str(in_use()), name, repr(sorted(parameters.items())), parameters)


@dataclass(frozen=True)
class Build:
    """The warehouse in use, as data/build says; a product without data ends on the day of the build.

    previous_build_id  the build that data/changes compares with; None where there was none
    """

    build_id: str
    built_on: date
    timezone: str
    week_start: str
    currency: str | None
    first_day: date
    data_until: date
    users: int
    events: int
    payments: int
    previous_build_id: str | None


def build() -> Build:
    """What is known of the warehouse in use."""
    return _build(str(in_use()))


@st.cache_resource(max_entries=3, show_spinner=False)
def _build(path: str) -> Build:
    row = read("data/build").to_dict("records")[0]
    built_on = row["built_at"].date()
    data_until = built_on if pd.isna(row["data_until"]) else row["data_until"].date()
    first_day = data_until if pd.isna(row["first_day"]) else row["first_day"].date()
    return Build(
        build_id=row["build_id"],
        built_on=built_on,
        timezone=row["timezone"],
        week_start=WEEKDAYS[row["week_start"] - 1],
        currency=None if pd.isna(row["currency"]) else row["currency"],
        first_day=min(first_day, data_until),
        data_until=data_until,
        users=row["users"],
        events=row["events"],
        payments=row["payments"],
        previous_build_id=None if pd.isna(row["previous_build_id"]) else row["previous_build_id"],
    )


def in_use() -> Path:
    """The warehouse file that this run reads, or else the one in use.

    raises  NoWarehouse if nothing has been built, OtherProduct if what was built is another product's
    """
    return _HELD.get() or warehouse.in_use(product(), warehouse.folder()).resolve()


def hold() -> None:
    """Read one warehouse until the end of this run, though another be published meanwhile.

    Segments are numbered anew by every build, so that half a page of each would be wrong without a word.
    """
    _HELD.set(None)
    _HELD.set(in_use())


def product() -> Product:
    """The product in use, read again when product.yml changes; ConfigError with its faults."""
    folder = config.folder()
    return _product(str(folder), _stamp(folder / "product.yml"))


def metrics() -> dict[str, Metric]:
    """The headline figures in the order of the screen, with the product's targets, read again when a file changes."""
    folder = config.folder()
    return _metrics(str(folder), _stamp(folder / "metrics.yml"), _stamp(folder / "product.yml"))


def stages() -> Stages:
    """The stages and the bounds of their rule, read again when stages.yml changes; ConfigError with its faults."""
    folder = config.folder()
    return _stages(str(folder), _stamp(folder / "stages.yml"))


def playbook() -> tuple[Playbook, tuple[str, ...]]:
    """The playbook, and the faults of its file: where it has any, the last one without, or else the shipped one."""
    folder = config.folder()
    return _playbook(str(folder), *(_stamp(folder / name) for name in ("playbook.yml", "metrics.yml", "product.yml")))


def register() -> dict[str, Kind]:
    """What people may write: the kinds of entries and their forms."""
    return register_and_faults()[0]


def register_and_faults() -> tuple[dict[str, Kind], tuple[str, ...]]:
    """The same, and the faults of register.yml: where it has any, the last one without, or else the shipped one."""
    folder = config.folder()
    return _register(str(folder), _stamp(folder / "register.yml"))


def today() -> date:
    """The day it is in the product's zone."""
    return datetime.now(ZoneInfo(product().timezone)).date()


@st.cache_data(max_entries=ANSWERS_KEPT, show_spinner=False)
def _answer(path: str, name: str, key: str, _parameters: Mapping[str, Value]) -> pd.DataFrame:
    # `key` says the parameters as text: Streamlit would hash thousands of segment ids one by one.
    return warehouse.query(_connection(path), name, _parameters)


@st.cache_resource(max_entries=OPEN, show_spinner=False, on_release=lambda connection: connection.close())
def _connection(path: str) -> Any:  # a DuckDB connection, which only the warehouse may name
    return warehouse.connect(Path(path))


@st.cache_resource(max_entries=4, show_spinner=False)
def _product(folder: str, stamp: tuple[int, int] | None) -> Product:
    return product_files.load(Path(folder))


@st.cache_resource(max_entries=4, show_spinner=False)
def _metrics(folder: str, stamp: tuple[int, int] | None, targets: tuple[int, int] | None) -> dict[str, Metric]:
    return metric_files.of(product_files.load(Path(folder)))


@st.cache_resource(max_entries=4, show_spinner=False)
def _stages(folder: str, stamp: tuple[int, int] | None) -> Stages:
    return stage_files.load(Path(folder))


@st.cache_resource(max_entries=4, show_spinner=False)
def _playbook(folder: str, *stamps: tuple[int, int] | None) -> tuple[Playbook, tuple[str, ...]]:
    good = _good_playbooks()
    try:
        good[folder] = playbook_files.load(Path(folder))
    except ConfigError as error:
        return good.get(folder) or playbook_files.load(config.SHIPPED), error.faults
    return good[folder], ()


@st.cache_resource(max_entries=4, show_spinner=False)
def _register(folder: str, stamp: tuple[int, int] | None) -> tuple[dict[str, Kind], tuple[str, ...]]:
    good = _good_registers()
    try:
        good[folder] = register_files.load(Path(folder))
    except ConfigError as error:
        return good.get(folder) or register_files.load(config.SHIPPED), error.faults
    return good[folder], ()


@st.cache_resource(show_spinner=False)
def _good_playbooks() -> dict[str, Playbook]:
    """The last playbook of each product folder that had no fault."""
    return {}


@st.cache_resource(show_spinner=False)
def _good_registers() -> dict[str, dict[str, Kind]]:
    """The last register of each product folder that had no fault."""
    return {}


def _stamp(path: Path) -> tuple[int, int] | None:
    """When the file was changed and how long it is; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
