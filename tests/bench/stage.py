"""How well the stage of simulated products is told, whose stage is known, beside what people do by hand."""

import time

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from analysis.power import power
from analysis.stage import assess_each
from config.stages import StageRules
from tests.analysis.products import Score, compare, flows
from tests.bench.warehouse import Timing

PRODUCTS = 200
RIGHT, OPPOSITE, CHANGES = 0.78, 0.005, 5
SECONDS = 1
VALUES, WEEKS = 50, 520


def told(screen: Console) -> list[Timing]:
    """Print the comparison and what can be seen through which noise; give back what is promised."""
    rules = StageRules()
    found = compare(PRODUCTS, rules)
    screen.print(_compared(found))
    screen.print(_powers(rules))
    ours = found["ours"]
    return [
        Timing("stage, weeks called wrong", "%", 100 * (1 - ours.right), 100 * (1 - RIGHT), tolerance=1),
        Timing("stage, weeks called the opposite", "%", 100 * ours.opposite, 100 * OPPOSITE, tolerance=1),
        Timing("stage, changes a product", "", ours.changes, CHANGES, "3 are true", tolerance=1),
        Timing(f"stage of {VALUES} values of {WEEKS} weeks, CPU", "s", _seconds(rules), SECONDS),
    ]


def _compared(found: dict[str, Score]) -> Table:
    table = Table(title=f"Stage of {PRODUCTS} simulated products, 3 true changes each", title_justify="left")
    table.add_column("Rule")
    for heading in ("weeks right", "opposite calls", "changes a product"):
        table.add_column(heading, justify="right")
    for name, score in found.items():
        table.add_row(name, f"{score.right:.3f}", f"{score.opposite:.2%}", f"{score.changes:.1f}")
    return table


def _powers(rules: StageRules) -> Table:
    title = f"Smallest change called within {rules.short_window} weeks, four times in five"
    table = Table(title=title, title_justify="left")
    for heading in ("weeks stray by", "correlation", "growth a week", "a year", "decline a week", "a year"):
        table.add_column(heading, justify="right")
    for noise in (0.01, 0.03, 0.05, 0.1):
        for correlation in (0.0, 0.3):
            seen = power(noise, correlation, rules)
            changes = (seen.growth, seen.growth_a_year, seen.decline, seen.decline_a_year)
            table.add_row(f"{noise:.0%}", f"{correlation}", *(f"{change:+.1%}" for change in changes))
    return table


def _seconds(rules: StageRules) -> float:
    rng = np.random.default_rng(0)
    logs = 7 + np.cumsum(rng.normal(0, 0.02, (VALUES, WEEKS)), axis=1)
    table = pd.concat([flows(np.round(np.exp(row))).assign(value=str(at)) for at, row in enumerate(logs)])
    started = time.process_time()
    assess_each(table, rules)
    return time.process_time() - started
