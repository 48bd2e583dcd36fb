"""Whether the numbers can be trusted: how far the data go, what was set aside, what somebody must mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from analysis.finding import Fact, Finding
from analysis.reconciliation import Agreement, finding

Level = Literal["mend", "know"]
Who = Literal["data", "settings", "nobody"]

# Each check of data/checks: whether something is to be mended or only to be known, and who could.
CHECKS: dict[str, tuple[Level, Who]] = {
    "source_without_rows": ("mend", "data"),
    "lags_behind": ("mend", "data"),
    "people_not_in_users": ("mend", "data"),
    "figure_days_missing": ("mend", "data"),
    "values_not_readable": ("mend", "data"),
    "event_never_seen": ("mend", "settings"),
    "figure_without_rows": ("mend", "settings"),
    "figure_dimension_unknown": ("mend", "settings"),
    "figure_value_without_dimension": ("mend", "settings"),
    "group_without_rows": ("mend", "settings"),
    "inviters_not_known": ("know", "data"),
    "joined_on_unknown_day": ("know", "data"),
    "active_before_joining": ("know", "data"),
    "after_data_until": ("know", "nobody"),
    "figure_without_total": ("know", "data"),
    "column_not_used": ("know", "settings"),
    "values_folded": ("know", "settings"),
}
# Of people and of a table's rows, so small a share is only to be known.
FEW = 0.001
_OF_ROWS = {"people_not_in_users": "users", "values_not_readable": None}
# Tables of which more than this share of what max_rejected allows was set aside are near to stopping the build.
NEAR = 0.5


@dataclass(frozen=True)
class Trouble:
    """One thing amiss: the finding, whether it is to be mended or only to be known, and by whom it could be.

    check  of data/checks; rejected, rejected_near, agreement: found here
    """

    check: str
    level: Level
    who: Who
    finding: Finding


def answer(tables: pd.DataFrame, data_until: date) -> Finding:
    """How far the data reach, how many tables end earlier, and what share of all rows was set aside.

    tables  as data/tables
    """
    own = tables[tables["read"] > 0]
    rows, rejected = int(own["read"].sum()), int(own["rejected"].sum())
    behind = int((own["lag_days"].fillna(0) > 0).sum())
    if not rows:
        return Finding("data.answer.nothing")
    facts: dict[str, Fact] = {
        "last": data_until - timedelta(days=1),
        "count": behind,
        "tables": len(own),
        "rows": rows,
        "share": rejected / rows,
    }
    return Finding(f"data.answer.{'behind' if behind else 'even'}.{'set_aside' if rejected else 'clean'}", facts)


def troubles(
    tables: pd.DataFrame, checks: pd.DataFrame, agreements: Iterable[Agreement], max_rejected: float
) -> list[Trouble]:
    """What is amiss: what is to be mended first, then what is to be known; within each, as CHECKS has them.

    tables, checks  as data/tables, data/checks; checks that CHECKS does not have are to be known
    agreements      of figures that others count too: those that do not differ steadily are told
    max_rejected    share of a table's rows above which a build stops
    """
    found = []
    accepted = dict(zip(tables["source"], tables["accepted"], strict=True))
    for check, subject, figure, detail in checks[["check_id", "subject", "figure", "detail"]].itertuples(index=False):
        level, who = CHECKS.get(check, ("know", "nobody"))
        if check in _OF_ROWS and figure < FEW * accepted.get(_OF_ROWS[check] or subject, 0):
            level = "know"
        facts: dict[str, Fact] = {"subject": subject, "count": int(figure)}
        if not pd.isna(detail):
            facts["detail"] = str(detail)
        found.append(Trouble(check, level, who, Finding(f"data.check.{check}.what", facts)))
    for source, read, rejected in tables.loc[tables["rejected"] > 0, ["source", "read", "rejected"]].itertuples(
        index=False
    ):
        share = rejected / read
        if share >= NEAR * max_rejected:
            near: dict[str, Fact] = {"subject": source, "count": int(rejected), "share": share, "allowed": max_rejected}
            found.append(Trouble("rejected_near", "mend", "data", Finding("data.check.rejected_near.what", near)))
    for each in agreements:
        if np.isfinite(each.low) and not (each.is_same or each.is_steady):
            said = finding(each)
            found.append(
                Trouble("agreement", "know", "data", Finding(said.key, {**said.figures, "subject": each.figure}))
            )
    order = {check: at for at, check in enumerate(("rejected_near", *CHECKS, "agreement"))}
    return sorted(found, key=lambda each: (each.level != "mend", order.get(each.check, len(order))))
