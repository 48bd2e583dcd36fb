"""The demo product's warehouse, made and built once for all tests that look at pages."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from analysis import periods
from analysis.periods import Period
from components import figures
from warehouse import read

ROOT = Path(__file__).parents[2]


@cache
def warehouse() -> Path:
    """The folder that holds it, with `current` in it."""
    place = Path(tempfile.mkdtemp(prefix="almanac-demo-"))
    _run("demo", "--out", str(place / "data"))
    _run("build", "--out", str(place / "warehouse"), ALMANAC_DATA=str(place / "data"))
    return place / "warehouse"


def days(name: Period) -> str:
    """A period of the demo by its name, as the English screen writes its days."""
    folder = warehouse()
    connection = read.connect(read.current(folder))
    build = read.query(connection, "data/build").to_dict("records")[0]
    connection.close()
    span = periods.named(name, build["first_day"].date(), build["data_until"].date())
    return figures.days(span.from_, span.last, "en")


def _run(*arguments: str, **environment: str) -> None:
    command = [sys.executable, "-m", "warehouse", *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)
