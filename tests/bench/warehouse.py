"""How long a build takes and what it needs, and how long each query of the pages takes."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse import read

BUILD_SECONDS = 60
BUILD_GB = 4
QUERY_MS = 30
CAMPAIGN_LIST_MS = 100
CAMPAIGN_MS = 50
FUNNEL_MS = 20
TOLERANCE = 2
REPEATS = 7


@dataclass(frozen=True)
class Timing:
    """One thing measured: how much of which unit, and how much is promised (None: nothing).

    A busy machine may take longer than promised: only above `tolerance` times the bound it is a fault.
    """

    what: str
    unit: str
    measured: float
    bound: float | None = None
    note: str = ""
    tolerance: float = TOLERANCE

    @property
    def is_over(self) -> bool:
        """Whether it is above what is promised."""
        return self.bound is not None and self.measured > self.bound

    @property
    def is_broken(self) -> bool:
        """Whether it is so far above that a busy machine is no excuse."""
        return self.bound is not None and self.measured > self.bound * self.tolerance


def build(product: Path, out: Path) -> list[Timing]:
    """Build a product folder in a process that may hold 4 GB: wall, CPU and the most memory held."""
    environment = os.environ | {"ALMANAC_CONFIG": str(product), "ALMANAC_DATA": str(product / "data")}
    command = [sys.executable, "-m", "warehouse", "build", "--out", str(out)]
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, preexec_fn=_limit_memory)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"the build failed:\n{said.read().decode()}")
    return [
        Timing("build, wall", "s", wall, BUILD_SECONDS),
        Timing("build, CPU", "s", used.ru_utime + used.ru_stime),
        Timing("build, most memory", "GB", used.ru_maxrss / 1e6, BUILD_GB, tolerance=1),
        Timing("warehouse", "MB", read.current(out).stat().st_size / 1e6),
    ]


def _limit_memory() -> None:
    limit = int(BUILD_GB * 1e9)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def page_queries(until: date, definition: str | None, dimension: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the pages ask as they open: thirteen weeks by day and by week, a year by month.

    The cards look further back to know what is usual, and break down the last periods alone.
    """
    for grain, days, history, last in (("day", 91, 98, 32), ("week", 91, 546, 40), ("month", 365, 730, 62)):
        span = {"from": until - timedelta(days=days), "until": until}
        yield "overview/metrics", {"grain": grain, **span, "from": until - timedelta(days=days + history)}
        by_value = {"grain": grain, "dimension": dimension, **span, "from": until - timedelta(days=last)}
        yield "overview/metrics_by_value", by_value
        yield "lifecycle/growth", {"grain": grain, **span}
        for mode in ("on", "on_or_after"):
            asked = {"definition": definition, "grain": grain, "mode": mode, **span}
            yield "retention/triangle", asked
            yield "retention/curve_by_value", {**asked, "dimension": dimension}
    span = {"from": until - timedelta(days=91), "until": until}
    yield "retention/brackets", {"definition": definition, **span}
    yield "acquisition/channels", span
    yield "acquisition/channels_by_period", {**span, "grain": "week"}
    yield "funnel/steps", span
    yield "funnel/steps_by_value", {**span, "dimension": dimension}
    yield "funnel/steps_by_period", {**span, "grain": "week"}
    yield "funnel/time_to_convert", span
    for name in ("aarrr", "aarrr_losses", "aarrr_time", "activity_by_age", "referral", "newcomer_groups", "revenue"):
        yield f"funnel/{name}", span
    yield "funnel/aarrr_by_value", {**span, "dimension": dimension}
    yield "funnel/adoption", {"since": span["from"]}
    for name in ("build", "segments", "values", "tables", "checks", "rejected"):
        yield f"data/{name}", {}


def year_by_day(until: date, definition: str | None, dimension: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The most that anybody may ask of a page: every day of a year. Measured, not promised."""
    year = {"grain": "day", "from": until - timedelta(days=365), "until": until}
    yield "overview/metrics", year
    yield "overview/metrics_by_value", {**year, "dimension": dimension}
    yield "retention/triangle", {**year, "definition": definition, "mode": "on"}
    yield "retention/curve_by_value", {**year, "definition": definition, "mode": "on", "dimension": dimension}
    span = {"from": year["from"], "until": until}
    yield "funnel/steps", span
    yield "funnel/steps_by_value", {**span, "dimension": dimension}
    yield "funnel/aarrr", span
    yield "funnel/aarrr_by_value", {**span, "dimension": dimension}
    yield "funnel/adoption", {"since": year["from"]}
    yield "acquisition/channels_by_period", year


def queries(out: Path, definition: str | None, dimension: str, bound: float) -> list[Timing]:
    """Each page query for everybody and for half of the segments: the median of several, in ms of wall."""
    connection = read.connect(read.current(out))
    try:
        build_row = read.query(connection, "data/build", {}).iloc[0]
        segments = read.query(connection, "data/segments", {})["segment_id"].tolist()[::2]
        until = build_row["data_until"].date()
        timings = []
        for name, parameters in page_queries(until, definition, dimension):
            promised = min(bound, FUNNEL_MS) if name.startswith(("funnel/steps", "funnel/time")) else bound
            timings.append(_query(connection, name, parameters, "", promised))
            if not name.startswith("data/"):
                filtered = {**parameters, "segments": segments}
                timings.append(_query(connection, name, filtered, "filtered", promised))
        for name, parameters in year_by_day(until, definition, dimension):
            timings.append(_query(connection, name, parameters, "a year", None))
        return timings
    finally:
        connection.close()


def campaigns(out: Path) -> list[Timing]:
    """The list of campaigns, and all that the page asks of the largest one: a verdict is the sum of those promised."""
    connection = read.connect(read.current(out))
    try:
        segments = read.query(connection, "data/segments", {})["segment_id"].tolist()[::2]
        listed = read.query(connection, "campaigns/list", {})
        largest = str(listed["campaign_id"].iloc[listed["assigned"].argmax()])
        timings = []
        for name in ("list", "outcomes_of_all", "arms_of_all"):
            timings.append(_query(connection, f"campaigns/{name}", {}, "", CAMPAIGN_LIST_MS))
        for who, chosen in (("", None), ("filtered", segments)):
            asked: dict[str, Any] = {"campaign": largest, "segments": chosen}
            needed = [_query(connection, f"campaigns/{name}", asked, who, CAMPAIGN_MS) for name in ("outcomes", "arms")]
            whole = sum(timing.measured for timing in needed)
            timings += [*needed, Timing(f"one verdict {who}".rstrip(), "ms", whole, CAMPAIGN_MS)]
            for name in ("daily", "pacing", "quality", "before_after", "rewards"):
                timings.append(_query(connection, f"campaigns/{name}", asked, who, CAMPAIGN_MS))
            by_value = {**asked, "dimension": "channel"}
            timings.append(_query(connection, "campaigns/outcomes_by_value", by_value, who, CAMPAIGN_MS))
        timings.append(_query(connection, "campaigns/overlaps", {"campaign": largest}, "", CAMPAIGN_MS))
        timings.append(_query(connection, "campaigns/goals", {}, "", CAMPAIGN_MS))
        timings.append(_query(connection, "campaigns/eligible", {"goal": "finish_chapter"}, "", None))
        timings.append(_query(connection, "campaigns/holdout", {"salt": "spring", "share": 0.1}, "", None))
        return timings
    finally:
        connection.close()


def _query(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    parameters: Mapping[str, Any],
    who: str,
    bound: float | None,
) -> Timing:
    wall, cpu, rows = [], [], 0
    for _ in range(REPEATS):
        started, used = time.perf_counter(), time.process_time()
        rows = len(read.query(connection, name, parameters))
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    said = [str(parameters[key]) for key in ("grain", "mode") if key in parameters]
    return Timing(
        " ".join([name, *said, who]).rstrip(),
        "ms",
        statistics.median(wall) * 1000,
        bound,
        f"{statistics.median(cpu) * 1000:.1f} ms CPU, {rows:,} rows",
    )


def remembered(folder: Path, size: Mapping[str, int]) -> bool:
    """Whether the folder already holds a product of this size."""
    stamp = folder / "size.json"
    return stamp.exists() and json.loads(stamp.read_text()) == dict(size)


def remember(folder: Path, size: Mapping[str, int]) -> None:
    """Note the size of the product in the folder."""
    (folder / "size.json").write_text(json.dumps(dict(size)))
