"""The real products of config/examples, built where the example data are to be had."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.products import Answers, opened

FOLDER = Path(__file__).parents[2] / "config" / "examples"


def data_folder() -> Path:
    """The folder of example data; without one the test is skipped, or fails where ALMANAC_REQUIRE asks for it."""
    named = os.environ.get("ALMANAC_EXAMPLES")
    if named:
        return Path(named)
    if "examples" in os.environ.get("ALMANAC_REQUIRE", ""):
        pytest.fail("ALMANAC_EXAMPLES must name the folder of example data: ALMANAC_REQUIRE asks for it")
    pytest.skip("ALMANAC_EXAMPLES does not name the folder of example data")


@contextmanager
def example(name: str, out: Path) -> Iterator[Answers]:
    """One of them, built into `out` and opened for the length of a `with`."""
    data_folder()
    with opened(FOLDER / name, out) as answers:
        yield answers
