"""How much CPU a page needs to run again after a filter has changed, with a warm cache and a cold one.

The CPU is this process's while the script runs, DuckDB's threads included; the browser does not count.
"""

import logging
import statistics
import time
from pathlib import Path
from typing import Any

import streamlit
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

from tests.bench.warehouse import Timing

WARM_MS = 60
COLD_MS = 150
REPEATS = 15
SHELL = Path(__file__).parents[2] / "components" / "shell.py"
PAGES = ("review", "overview", "lifecycle", "aarrr", "channels", "retention", "campaigns", "playbook", "data")
# What a team has open: nothing chosen; and one value against everyone, broken down.
VISITS: dict[str, dict[str, str]] = {
    "as it opens": {},
    "broken down, against everyone, real users": {"by": "standing", "everyone": "true", "real": "true"},
}


def reruns() -> list[Timing]:
    """One row a page, visit and state of the cache."""
    logging.disable(logging.WARNING)
    timings = []
    with _Clock() as clock:
        for page in PAGES:
            for visit, filters in VISITS.items():
                app = _visit(page, filters)
                warm = [clock.of(app) for _ in range(REPEATS)]
                cold = []
                for _ in range(REPEATS // 3):
                    streamlit.cache_data.clear()
                    cold.append(clock.of(app))
                timings.append(_timing(f"{page}, {visit}, warm", warm, WARM_MS))
                timings.append(_timing(f"{page}, {visit}, cold", cold, COLD_MS))
    logging.disable(logging.NOTSET)
    return timings


def _visit(page: str, filters: dict[str, str]) -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    for name, value in filters.items():
        app.query_params[name] = value
    app.switch_page(f"../pages/{page}.py").run()
    if app.exception:
        raise RuntimeError(app.exception[0].message)
    return app


def _timing(what: str, found: list[float], bound: float) -> Timing:
    return Timing(what, "ms", statistics.median(found), bound, f"up to {max(found):.0f}")


class _Clock:
    """The CPU of each run of the script, while it is in use."""

    def __enter__(self) -> "_Clock":
        self.last = 0.0
        self._run = ScriptRunner._run_script
        run, clock = self._run, self

        def timed(runner: ScriptRunner, *arguments: Any, **named: Any) -> Any:
            started = time.process_time()
            try:
                return run(runner, *arguments, **named)
            finally:
                clock.last = 1000 * (time.process_time() - started)

        ScriptRunner._run_script = timed  # type: ignore[method-assign,assignment]
        return self

    def __exit__(self, *_: object) -> None:
        ScriptRunner._run_script = self._run  # type: ignore[method-assign]

    def of(self, app: AppTest) -> float:
        """Milliseconds of CPU of one more run."""
        app.run()
        return self.last
