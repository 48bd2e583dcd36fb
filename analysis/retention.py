"""Who came back, and when: pooled over cohorts, cell by cell only where the cell's period is over.

Columns in: as retention/triangle, one row a cohort and age: cohort, cohort_size, age, users (missing until
the cell's period is over).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.finding import Finding
from analysis.periods import Grain
from analysis.proportions import newcombe, ratio, wilson

Floats = npt.NDArray[np.float64]

# The ages the sentence speaks of: soon after the start, and after a while.
TELLING_AGES: dict[Grain, tuple[int, int]] = {"day": (1, 7), "week": (1, 4), "month": (1, 3)}
COLOURS = 6


@dataclass(frozen=True)
class Triangle:
    """Cohorts by age.

    cohorts  first days, ascending; sizes: everyone who started, active or not
    cells    share of the cohort at each age, missing where not observable yet
    users    people in each cell
    pooled   sum of users / sum of sizes over each age's complete cells
    left_out how many earlier cohorts are not among the rows
    """

    cohorts: npt.NDArray[np.datetime64]
    sizes: Floats
    ages: npt.NDArray[np.int64]
    cells: Floats
    users: Floats
    pooled: Floats
    left_out: int


def curve(triangle: pd.DataFrame) -> pd.DataFrame:
    """Retention by age, pooled over the complete cells, with its 95 % interval (Wilson).

    returns  age, entrants (sum of the cohorts' sizes), users, rate, low, high; only ages with an entrant
    """
    users = triangle["users"].to_numpy(float, na_value=np.nan)
    closed = np.isfinite(users)
    age = triangle["age"].to_numpy(np.int64)[closed]
    entrants = _sums(age, triangle["cohort_size"].to_numpy(float)[closed])
    return _rated({"age": np.arange(len(entrants))}, entrants, _sums(age, users[closed]))


def curve_by_value(table: pd.DataFrame, most: int = COLOURS) -> pd.DataFrame:
    """Retention by age of the values with most entrants; the others together, their value missing.

    table    as retention/curve_by_value: value, age, entrants, users
    returns  value (missing = the others), values (how many are in it), age, entrants, users, rate, low, high;
             the largest value first, the others last
    """
    code, values = pd.factorize(table["value"])
    entered, came_back = table["entrants"].to_numpy(float), table["users"].to_numpy(float)
    largest = np.zeros(len(values))
    np.maximum.at(largest, code, entered)
    order = np.argsort(-largest, kind="stable")
    kept = min(most, len(values))
    place = np.full(len(values), kept)
    place[order[:kept]] = np.arange(kept)
    ages = int(table["age"].max()) + 1 if len(table) else 0
    cell = place[code] * ages + table["age"].to_numpy(np.int64)
    whole = (kept + 1) * ages
    names = np.array([*(values[each] for each in order[:kept]), None], dtype=object)
    counts = np.array([1] * kept + [len(values) - kept])
    columns = {
        "value": np.repeat(names, ages),
        "values": np.repeat(counts, ages),
        "age": np.tile(np.arange(ages), kept + 1),
    }
    return _rated(columns, _sums(cell, entered, whole), _sums(cell, came_back, whole))


def _sums(place: npt.NDArray[np.int64], of: Floats, at_least: int = 0) -> Floats:
    """What falls on each place, added up."""
    return np.bincount(place, of, minlength=at_least).astype(float)


def _rated(columns: Mapping[str, npt.NDArray[np.generic]], entrants: Floats, users: Floats) -> pd.DataFrame:
    some = entrants > 0
    low, high = wilson(users[some], entrants[some])
    return pd.DataFrame(
        {
            **{name: column[some] for name, column in columns.items()},
            "entrants": entrants[some],
            "users": users[some],
            "rate": ratio(users[some], entrants[some]),
            "low": low,
            "high": high,
        }
    )


def grid(triangle: pd.DataFrame, most_cohorts: int, most_ages: int) -> Triangle:
    """The triangle as a grid of the last cohorts and the first ages; pooled over all cohorts given."""
    cohorts, row = np.unique(triangle["cohort"].to_numpy("datetime64[D]"), return_inverse=True)
    ages = triangle["age"].to_numpy(np.int64)
    observed = ages[triangle["users"].notna().to_numpy()]
    last = int(min(observed.max(initial=-1) + 1, most_ages))
    shape = (len(cohorts), int(ages.max(initial=-1)) + 1)
    users, sizes = np.full(shape, np.nan), np.zeros(len(cohorts))
    users[row, ages] = triangle["users"].to_numpy(float, na_value=np.nan)
    sizes[row] = triangle["cohort_size"].to_numpy(float)
    users = users[:, :last]
    of = np.where(np.isfinite(users), sizes[:, None], 0)
    pooled = ratio(np.nansum(users, axis=0), of.sum(axis=0))
    left_out = max(len(cohorts) - most_cohorts, 0)
    cells = ratio(users, np.broadcast_to(sizes[:, None], users.shape))
    return Triangle(
        cohorts=cohorts[left_out:],
        sizes=sizes[left_out:],
        ages=np.arange(last),
        cells=cells[left_out:],
        users=users[left_out:],
        pooled=pooled,
        left_out=left_out,
    )


def sizes(triangle: pd.DataFrame) -> pd.DataFrame:
    """Cohort sizes: cohort, cohort_size, is_complete (its first period is over)."""
    first = triangle[triangle["age"] == 0]
    return pd.DataFrame(
        {
            "cohort": first["cohort"].to_numpy(),
            "cohort_size": first["cohort_size"].to_numpy(),
            "is_complete": first["users"].notna().to_numpy(),
        }
    )


def brackets(table: pd.DataFrame) -> pd.DataFrame:
    """Came back in any of these days, of the entrants whose bracket is over.

    table    as retention/brackets: bracket, entrants, retained, pending
    returns  the same with rate, low, high
    """
    low, high = wilson(table["retained"], table["entrants"])
    return table.assign(rate=ratio(table["retained"], table["entrants"]), low=low, high=high)


def answer(now: pd.DataFrame, before: pd.DataFrame | None, grain: Grain) -> list[Finding]:
    """What the pooled curve says: soon after the start, after a while, and against the comparison."""
    ages = set(now["age"])
    soon, later = TELLING_AGES[grain]
    if soon not in ages:
        return [Finding("retention.answer.nothing")]
    facts = _facts(now, soon)
    found = [Finding(f"retention.answer.{grain}.soon", facts)]
    if later in ages:
        found = [Finding(f"retention.answer.{grain}.both", {**facts, "later": _facts(now, later)["rate"]})]
    if before is not None and soon in set(before["age"]):
        found.append(_against(now, before, soon))
    return found


def _facts(table: pd.DataFrame, age: int) -> dict[str, float]:
    at = int(np.flatnonzero(table["age"].to_numpy() == age)[0])
    return {
        name: float(table[name].to_numpy(float)[at]) for name in ("rate", "low", "high", "entrants", "users", "age")
    }


def _against(now: pd.DataFrame, before: pd.DataFrame, age: int) -> Finding:
    this, that = _facts(now, age), _facts(before, age)
    gap = newcombe(this["users"], this["entrants"], that["users"], that["entrants"])
    facts = {"size": abs(gap.difference), "least": gap.low, "most": gap.high, "before": that["rate"]}
    if not gap.beyond_chance:
        return Finding("retention.against.same", facts)
    return Finding("retention.against.up" if gap.difference > 0 else "retention.against.down", facts)
