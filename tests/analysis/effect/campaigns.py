"""Campaigns and their sums made up for tests, and every sentence of a verdict said in both languages."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.effect import Campaign, Verdict
from analysis.finding import Finding
from config import phrases

AFTER = date(2026, 6, 1)
COLUMNS = ["arm", "metric", "n", "sum_y", "sum_yy", "sum_x", "sum_xx", "sum_xy"]


def campaign(**changes: Any) -> Campaign:
    """Ten days in January, over and counted; an effect of five points was expected, and no plan of shares is stated."""
    known: dict[Hashable, Any] = {
        "campaign_id": "circle",
        "name": "Reading circle",
        "kind": "community",
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 14),
        "goal": "comment",
        "window_days": 7,
        "expected": 0.05,
        "assigned": 1000,
        "overlapped": 0,
        "closes_on": date(2026, 1, 21),
        "closed": 1000,
        "pending": 0,
    }
    known.update(changes)
    return Campaign.of(known)


def row(arm: str, n: float, did: float, before: float = 0, metric: str = "goal") -> dict[str, Any]:
    """A group of which so many did it, and so many had done it before; as independent as can be."""
    both = did * before / n if n else 0
    return dict(zip(COLUMNS, [arm, metric, n, did, did, before, before, both], strict=True))


def table(*rows: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def arms(**assigned: int) -> pd.DataFrame:
    return pd.DataFrame({"arm": list(assigned), "assigned": list(assigned.values())})


def sums_of(arm: str, metric: str, y: np.ndarray, x: np.ndarray) -> dict[str, Any]:
    """A row from single values."""
    return dict(zip(COLUMNS, [arm, metric, len(y), y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum()],
                    strict=True))  # fmt: skip


def say(findings: Iterable[Finding]) -> list[str]:
    """The English sentences; the Chinese ones are made too, so that a gap in either is found."""
    found = list(findings)
    for each in found:
        phrases.fill("zh", each.key, **each.figures)
    return [str(each).replace("\u00a0", " ") for each in found]


def everything(verdict: Verdict) -> list[str]:
    """All sentences of a verdict."""
    said = [*verdict.answer, *verdict.also, *verdict.may, *verdict.may_not, *verdict.would_raise]
    said += [Finding(gate.title) for gate in verdict.gates] + [gate.finding for gate in verdict.gates]
    said += [gate.proof for gate in verdict.gates if gate.proof] + [each.finding for each in verdict.guardrails]
    said += [Finding(verdict.label), Finding(verdict.badge), Finding(verdict.standing)]
    return say(said)
