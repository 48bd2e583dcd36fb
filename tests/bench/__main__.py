"""Measure the build, the queries and the pages against what is promised; exit 1 where a bound is broken.

python -m tests.bench                     everything, with 10 million events
python -m tests.bench --events 1000000    smaller and sooner
python -m tests.bench --only demo         the demo's queries and pages alone: build | queries | campaigns | demo | stage
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import maker, pages, stage, warehouse
from tests.bench.warehouse import QUERY_MS, Timing
from warehouse import read
from warehouse.errors import NoWarehouse

PARTS = ("build", "queries", "campaigns", "demo", "stage")
CAMPAIGNS = {"events": 10_000_000, "people": 2_000_000, "campaigns": 200, "exposures": 5_000_000}
PEOPLE_PER_EVENT = 0.023
screen = Console()
if not screen.is_terminal:
    screen = Console(width=120)  # a file or a log has no width of its own


def main() -> int:
    """Measure the parts asked for; 0 if all is well, 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure against what is promised.")
    parser.add_argument("--events", type=int, default=10_000_000, help="events of the made product")
    parser.add_argument("--folder", type=Path, default=Path("data/bench"), help="where it is made and kept")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part to measure (default: all)")
    asked = parser.parse_args()
    parts = asked.only or PARTS

    timings: list[Timing] = []
    if "build" in parts or "queries" in parts:
        size = {"events": asked.events, "people": max(round(asked.events * PEOPLE_PER_EVENT), 100)}
        product, out = _made(asked.folder, size), asked.folder / "warehouse"
        if "build" in parts or not (out / "current").exists():
            timings += _shown(f"Build of {asked.events:,} events", warehouse.build(product, out))
        if "queries" in parts:
            found = warehouse.queries(out, definition="return", dimension="channel", bound=QUERY_MS)
            timings += _shown(f"Page queries on {asked.events:,} events", found)
    if "campaigns" in parts:
        folder = asked.folder / "campaigns"
        product, out = _made(folder, CAMPAIGNS), folder / "warehouse"
        if not (out / "current").exists():
            _shown("Build of 200 campaigns over 2 million people", warehouse.build(product, out))
        timings += _shown("200 campaigns over 2 million people", warehouse.campaigns(out))
    if "demo" in parts:
        try:
            read.current(read.folder())
        except NoWarehouse as missing:
            screen.print(f"[yellow]The demo is not measured: {missing}")
        else:
            # The demo's own names are not known here: null stands for the first definition.
            found = warehouse.queries(read.folder(), definition=None, dimension="standing", bound=QUERY_MS)
            timings += _shown("Page queries on the demo", found)
            timings += _shown("Pages of the demo", pages.reruns())
    if "stage" in parts:
        timings += _shown("Stage", stage.told(screen))
    broken = [timing for timing in timings if timing.is_broken]
    for timing in broken:
        screen.print(f"[red]broken: {timing.what}: {timing.measured:.1f} {timing.unit}, promised {timing.bound}")
    return 1 if broken else 0


def _made(folder: Path, size: Mapping[str, int]) -> Path:
    product = folder / "product"
    if not warehouse.remembered(folder, size):
        with screen.status(f"Making {size['events']:,} events"):
            maker.make(product, **size)
        warehouse.remember(folder, size)
    return product


def _shown(title: str, timings: list[Timing]) -> list[Timing]:
    """Print the timings as a table, and give them back."""
    table = Table(title=title, title_justify="left")
    table.add_column("What")
    for heading in ("Measured", "Promised"):
        table.add_column(heading, justify="right")
    table.add_column("")
    table.add_column("Note")
    for timing in timings:
        promised = "" if timing.bound is None else f"< {timing.bound:g} {timing.unit}"
        over = "[red]broken" if timing.is_broken else "[yellow]over" if timing.is_over else ""
        table.add_row(timing.what, f"{timing.measured:.1f} {timing.unit}", promised, over, timing.note)
    if timings:
        screen.print(table)
    return timings


if __name__ == "__main__":
    sys.exit(main())
