"""What is different from the build before: why, and which figures of days already covered have moved.

Columns in: as data/changes: kind, subject, day, changed, before, after, before_of, after_of, before_text, after_text,
detail.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.finding import Fact, Finding
from analysis.proportions import ratio

Floats = npt.NDArray[np.float64]

# What explains most comes first: another definition moves every figure, a gone row more than a late one.
CAUSES = (
    *("setting", "figure_sql", "rows_gone", "users_gone", "users_unlisted", "amounts_changed", "rows_changed"),
    *("users_changed", "rows_late", "users_added", "folding"),
)


def causes(changes: pd.DataFrame) -> list[Finding]:
    """One finding a cause, the most telling first; of one kind the largest first.

    Figures: subject; count, how many rows, people or days; before and after, a setting's text ("" where it was not
    there); value, of the dimension that was folded.
    """
    rank = pd.Series({kind: at for at, kind in enumerate(CAUSES)})
    own = changes[changes["kind"].isin(CAUSES)]
    order = np.lexsort((-own["changed"].to_numpy(float, na_value=0), own["kind"].map(rank).to_numpy(int)))
    rows = own.iloc[order].to_dict("records")
    return [_cause({str(name): value for name, value in row.items()}) for row in rows]


def restated(changes: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Figures whose value on a covered day has changed, a row a figure, the largest change first.

    units    metric: its unit; figures without one are left out
    returns  figure, days (how many moved), day (the one that moved farthest), before, after (missing: there was none),
             difference (after against before: a share of it; of rates, in shares; missing from or to nothing)
    """
    own = changes[(changes["kind"] == "figure") & changes["subject"].isin(list(units))].reset_index(drop=True)
    before, after = (_value(own, name) for name in ("before", "after"))
    is_rate = own["subject"].map(units).eq("rate").to_numpy(bool)
    difference = np.where(is_rate, after - before, ratio(after - before, np.abs(before)))
    table = own[["subject", "day"]].rename(columns={"subject": "figure"})
    table = table.assign(before=before, after=after, difference=difference, far=np.abs(after - before))
    # A share can stay what it was though one more of fewer people has it.
    table = table[(table["far"] > 0) | (table["before"].isna() != table["after"].isna())]
    table = table.assign(days=table.groupby("figure")["day"].transform("size"))
    table = table.sort_values(["far", "day"], ascending=[False, True]).drop_duplicates("figure")
    size = table["difference"].abs().fillna(np.inf)
    order = size.sort_values(ascending=False, kind="stable").index
    return table.loc[order, ["figure", "days", "day", "before", "after", "difference"]].reset_index(drop=True)


def _value(own: pd.DataFrame, name: str) -> Floats:
    above = own[name].to_numpy(float, na_value=np.nan)
    below = own[f"{name}_of"].to_numpy(float, na_value=np.nan)
    return np.where(np.isfinite(below), ratio(above, below), above)


def _cause(row: Mapping[str, object]) -> Finding:
    kind = str(row["kind"])
    figures: dict[str, Fact] = {"subject": str(row["subject"])}
    if kind == "setting":
        figures |= {"before": _text(row["before_text"]), "after": _text(row["after_text"])}
        if not figures["before"] or not figures["after"]:
            kind = "setting_new" if figures["after"] else "setting_gone"
    elif kind == "folding":
        figures |= {"value": _text(row["detail"])}
        if pd.isna(row["after"]):  # type: ignore[call-overload]
            kind = "unfolded"
    elif kind == "users_changed":
        kind = "users_moved" if row["subject"] == "acquired_on" else kind
    if not pd.isna(row["changed"]):  # type: ignore[call-overload]
        figures["count"] = int(float(str(row["changed"])))
    return Finding(f"data.changed.{kind}", figures)


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
