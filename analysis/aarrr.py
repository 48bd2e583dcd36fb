"""Where newcomers are won and lost, from joining to bringing others; what that is worth, and how long it takes.

Stages are shares of everybody acquired, not nested: who pays need not have come back. People whose time for a stage
is not over are pending and in no rate.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import drivers
from analysis.finding import Fact, Finding
from analysis.proportions import Difference, newcombe, ratio, wilson

Floats = npt.NDArray[np.float64]
Factor = Literal["payers", "orders_per_payer", "revenue_per_order"]

STAGES = ("acquired", "activated", "retained", "paid", "referred")
# Days since joining, as funnel/activity_by_age names them.
AGES = ("0", "1-6", "7-29", "30-89", "90+")
FACTORS: tuple[Factor, ...] = ("payers", "orders_per_payer", "revenue_per_order")

# Buckets of time a doubling, as funnel/aarrr_time has them; a bar of the histogram is so many of them.
BUCKETS, IN_A_BAR = 8, 4


# The board ------------------------------------------------------------------------------------------------


def stages(table: pd.DataFrame) -> pd.DataFrame:
    """The share of those acquired that reached each stage, over entrants whose time is over.

    table    as funnel/aarrr: stage, entrants, reached, pending, pending_reached; counts missing for a stage that the
             product cannot count
    returns  the same in the order of the stages, with rate, low, high (95 %, Wilson; missing where nobody's time is
             over). Everybody acquired is acquired: that rate is 1 and has no interval.
    """
    found = table.set_index("stage").reindex(STAGES).astype(float)
    return _rated(found.rename_axis("stage").reset_index())


def by_value(table: pd.DataFrame) -> pd.DataFrame:
    """The same of each value: value, stage, …, rate, low, high; the value with most newcomers first, ties by name.

    table  as funnel/aarrr_by_value: stage, value, entrants, reached, pending, pending_reached
    """
    acquired = table[table["stage"] == "acquired"].sort_values(["reached", "value"], ascending=[False, True])
    place = {value: at for at, value in enumerate(acquired["value"])}
    rank = {stage: at for at, stage in enumerate(STAGES)}
    order = np.lexsort((table["stage"].map(rank).to_numpy(), table["value"].map(place).to_numpy()))
    columns = ["value", "stage", "entrants", "reached", "pending", "pending_reached"]
    found = table.iloc[order][columns].reset_index(drop=True)
    return _rated(found.astype(dict.fromkeys(columns[2:], float)))


def _rated(found: pd.DataFrame) -> pd.DataFrame:
    low, high = wilson(found["reached"], found["entrants"])
    certain = found["stage"].to_numpy(object) == "acquired"
    return found.assign(
        rate=ratio(found["reached"], found["entrants"]),
        low=np.where(certain, np.nan, low),
        high=np.where(certain, np.nan, high),
    )


def in_scenario(now: pd.DataFrame, moved: Mapping[str, float]) -> dict[str, float]:
    """Where a scenario puts the stages that it moves and that have a rate: stage, its rate there, from 0 to 1.

    now    rows of `stages`
    moved  stage: by how much its rate is moved; of acquired by which share of the newcomers, 1.1 being a tenth more
    """
    rates = now.set_index("stage")["rate"]
    found = {stage: float(rates[stage]) + by for stage, by in moved.items() if np.isfinite(rates[stage])}
    return {stage: rate if stage == "acquired" else min(max(rate, 0.0), 1.0) for stage, rate in found.items()}


def losses(table: pd.DataFrame) -> pd.DataFrame:
    """How many fewer reached each stage than the one before it, over users whose time is over for both.

    table    as funnel/aarrr_losses: stage, before, entrants, reached_before, reached
    returns  the same with rate_before, rate, loss (rate_before − rate, in shares; below 0 where more reached it), low,
             high (its 95 % interval) and is_steepest (the largest loss; nowhere if none is above 0)

    From acquired on the interval is Wilson's of the rate. Between two later stages it is Newcombe's, as if those
    were two groups of people: that is too wide, if anything, since who reaches one more often reaches the other.
    """
    found = table.reset_index(drop=True)
    counts = {name: found[name].to_numpy(float, na_value=np.nan) for name in ("entrants", "reached_before", "reached")}
    rate_before, rate = (ratio(counts[name], counts["entrants"]) for name in ("reached_before", "reached"))
    low, high = wilson(counts["reached"], counts["entrants"])
    bounds = [
        (1 - high[at], 1 - low[at]) if before == "acquired" else _gap(counts, at)
        for at, before in enumerate(found["before"])
    ]
    loss = rate_before - rate
    largest = np.nanmax(loss, initial=0.0)
    return found.assign(
        rate_before=rate_before,
        rate=rate,
        loss=loss,
        low=[each[0] for each in bounds],
        high=[each[1] for each in bounds],
        is_steepest=(loss == largest) & (np.cumsum(loss == largest) == 1) & (largest > 0),
    )


def _gap(counts: Mapping[str, Floats], at: int) -> tuple[float, float]:
    entrants = float(counts["entrants"][at])
    gap = newcombe(float(counts["reached_before"][at]), entrants, float(counts["reached"][at]), entrants)
    return gap.low, gap.high


def against(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Each stage against the period compared with.

    now, before  rows of `stages`
    returns      stage, value, before (of acquired people, of the others rates), change (of acquired a share of
                 before, missing from 0; of the others a difference of shares), low, high (95 %, Newcombe; missing for
                 acquired, whose days are not judged here), beyond (whether that leaves out 0)
    """
    rows = []
    for this, that in zip(now.to_dict("records"), before.to_dict("records"), strict=True):
        if this["stage"] == "acquired":
            value, was = this["reached"], that["reached"]
            gap = Difference(float(ratio(value - was, was)), np.nan, np.nan)
        else:
            value, was = this["rate"], that["rate"]
            gap = newcombe(this["reached"], this["entrants"], that["reached"], that["entrants"])
        rows.append((this["stage"], value, was, gap.difference, gap.low, gap.high, gap.beyond_chance))
    return pd.DataFrame(rows, columns=["stage", "value", "before", "change", "low", "high", "beyond"])


def answer(now: pd.DataFrame, lost: pd.DataFrame, changed: pd.DataFrame | None) -> list[Finding]:
    """Where most are lost, then what is different from the period compared with by more than chance.

    now, lost, changed  as `stages`, `losses` and `against` return; no comparison: None
    """
    return [_steepest(now, lost), *(_changes(changed) if changed is not None else [])]


def _steepest(now: pd.DataFrame, lost: pd.DataFrame) -> Finding:
    acquired = float(now["reached"].iloc[0])
    judged = lost[lost["loss"].notna()]
    if not len(judged):
        countable = now["entrants"].iloc[1:].notna().any()
        return Finding("aarrr.answer.pending" if countable else "aarrr.answer.uncounted", {"count": acquired})
    if not judged["is_steepest"].any():
        return Finding("aarrr.answer.none")
    row = judged[judged["is_steepest"]].to_dict("records")[0]
    low, high = wilson(row["reached"], row["entrants"])
    facts: dict[str, Fact] = {
        **{name: float(row[name]) for name in ("entrants", "reached", "rate_before", "rate", "loss")},
        "low": float(low),
        "high": float(high),
        "stage": str(row["stage"]),
        "before": str(row["before"]),
    }
    return Finding("aarrr.answer.first" if row["before"] == "acquired" else "aarrr.answer.later", facts)


def _changes(changed: pd.DataFrame) -> list[Finding]:
    rates = changed[changed["stage"] != "acquired"]
    if not rates["change"].notna().any():
        return []
    found = [
        Finding(
            f"aarrr.against.{'up' if row['change'] > 0 else 'down'}",
            {"stage": str(row["stage"]), "size": abs(float(row["change"])), **_both_sides(row)},
        )
        for row in rates[rates["beyond"].to_numpy(bool)].to_dict("records")
    ]
    return found or [Finding("aarrr.against.same")]


def _both_sides(row: Mapping[Hashable, Any]) -> dict[str, float]:
    return {"value": float(row["value"]), "was": float(row["before"])}


def largest_change(changed: pd.DataFrame) -> tuple[str, float] | None:
    """The stage that changed most by more than chance, and its change; None where none did."""
    beyond = changed[changed["beyond"].to_numpy(bool)]
    if not len(beyond):
        return None
    row = beyond.iloc[int(beyond["change"].abs().argmax())]
    return str(row["stage"]), float(row["change"])


def why(table: pd.DataFrame, stage: str, change: float, dimensions: Collection[str]) -> Finding | None:
    """What made most of a stage's change: a value of the dimension that tells the change apart best.

    table       as funnel/aarrr_changes of that stage: dimension, value, entrants, reached, entrants_before,
                reached_before
    dimensions  those to look at
    returns     None where no dimension explains it. Figures: stage, dimension, value, part (its contribution, as a
                size in shares), whole (the change likewise), and share and share_before (of newcomers) where it is
                that more or fewer came, else rate and rate_before
    """
    own = {name: table[table["dimension"] == name] for name in dimensions}
    before, after = (
        {
            name: pd.DataFrame(
                {"value": rows["value"], "numerator": rows[f"reached{side}"], "denominator": rows[f"entrants{side}"]}
            )
            for name, rows in own.items()
        }
        for side in ("_before", "")
    )
    found = drivers.explains(before, after, "rate")
    towards = found.table[found.table["contribution"] * change > 0] if found.dimension else found.table
    if not len(towards):
        return None
    first = towards.iloc[int(towards["contribution"].abs().argmax())].to_dict()
    facts: dict[str, Fact] = {
        "stage": stage,
        "dimension": str(found.dimension),
        "value": str(first["value"]),
        "part": abs(float(first["contribution"])),
        "whole": abs(change),
    }
    if abs(first["mix"]) > abs(first["rate"]):
        facts |= {"share": float(first["weight_after"]), "share_before": float(first["weight_before"])}
        return Finding("aarrr.why.mix", facts)
    facts |= {"rate": float(first["rate_after"]), "rate_before": float(first["rate_before"])}
    return Finding("aarrr.why.rate", facts)


@dataclass(frozen=True)
class Approach:
    """What comes before joining, where costs tell: people reached, visits, newcomers (missing where not told).

    visits_per_reach, joined_per_visit  shares; missing over 0
    """

    reach: float
    visits: float
    joined: float
    visits_per_reach: float
    joined_per_visit: float


def approach(channels: pd.DataFrame) -> Approach | None:
    """Reach and visits of all channels (acquisition/channels) added up; None where costs tell of neither.

    Newcomers are those of the channels that tell of visits, of the days whose costs are known: others have none to be
    divided by.
    """
    reach, visits = (channels[name].to_numpy(float, na_value=np.nan) for name in ("reach", "visits"))
    if not (np.isfinite(reach).any() or np.isfinite(visits).any()):
        return None
    told = np.isfinite(visits)
    both = told & np.isfinite(reach)
    joined = float(channels["costed_new"].to_numpy(float, na_value=0.0)[told].sum()) if told.any() else np.nan
    total_reach, total_visits = (
        float(np.nansum(each)) if np.isfinite(each).any() else np.nan for each in (reach, visits)
    )
    return Approach(
        total_reach,
        total_visits,
        joined,
        float(ratio(visits[both].sum(), reach[both].sum())),
        float(ratio(joined, total_visits)),
    )


# Time -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Times:
    """How long those who reached a stage took for it, in seconds.

    lower, median, upper  quartiles, off by at most 9 % (the width of a bucket); missing where nobody did
    mean                  exact
    """

    users: int
    lower: float
    median: float
    upper: float
    mean: float


def times(table: pd.DataFrame) -> Times:
    """Quartiles from counts in buckets of time.

    table   shortest, longest (bounds in seconds), users, sum_seconds; one row a bucket
    source  a quantile lies in the bucket that its rank falls into, as far along it (on a logarithmic scale; below a
            second on a plain one) as the rank is along the bucket's users
    """
    buckets = table[table["users"].to_numpy(float) > 0].sort_values("shortest")
    users = buckets["users"].to_numpy(float)
    lower, median, upper = (_quantile(buckets, users, share) for share in (0.25, 0.5, 0.75))
    mean = float(ratio(buckets["sum_seconds"].to_numpy(float).sum(), users.sum()))
    return Times(int(users.sum()), lower, median, upper, mean)


def _quantile(buckets: pd.DataFrame, users: Floats, share: float) -> float:
    if not len(users):
        return np.nan
    upto = np.cumsum(users)
    rank = share * upto[-1]
    at = int(np.searchsorted(upto, rank))
    along = (rank - (upto[at] - users[at])) / users[at]
    shortest, longest = (float(buckets[name].to_numpy(float)[at]) for name in ("shortest", "longest"))
    if shortest <= 0:
        return longest * float(along)
    return shortest * float((longest / shortest) ** along)


def histogram(table: pd.DataFrame) -> pd.DataFrame:
    """The buckets in bars of half a doubling: shortest, longest (seconds), users, share of all; ascending.

    The first bar, below a second, begins at half a second: a logarithmic axis has no 0.
    """
    shortest = table["shortest"].to_numpy(float)
    bar = np.round(BUCKETS * np.log2(np.maximum(shortest, 0.5))).astype(int) // IN_A_BAR
    users = table["users"].to_numpy(float)
    bars, place = np.unique(bar, return_inverse=True)
    counted = np.bincount(place, users, minlength=len(bars)).astype(float)
    step = IN_A_BAR / BUCKETS
    found = pd.DataFrame(
        {
            "shortest": np.where(bars < 0, 0.5, 2.0 ** (bars * step)),
            "longest": np.where(bars < 0, 1.0, 2.0 ** ((bars + 1) * step)),
            "users": counted,
            "share": ratio(counted, counted.sum()),
        }
    )
    return found[found["users"] > 0].reset_index(drop=True)


# Everybody, not only newcomers ----------------------------------------------------------------------------


def activity(now: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """How many of all who had joined are active on an average day, by how long ago they joined.

    now, before  as funnel/activity_by_age: ages, active_days, person_days, n_days
    returns      ages (the last row, "all", is everybody), daily (active people a day), people (who had joined, a
                 day), share (of them active, 0-1), daily_before, share_before (missing without a comparison); ages
                 without anybody are left out. Days of one person are alike, so that no interval is given.
    """
    this = _daily(now)
    that = _daily(before) if before is not None else this.assign(daily=np.nan, share=np.nan)
    table = this.assign(daily_before=that["daily"], share_before=that["share"])
    return table[table["people"].to_numpy(float) > 0].rename_axis("ages").reset_index()


def _daily(table: pd.DataFrame) -> pd.DataFrame:
    found = table.set_index("ages")[["active_days", "person_days"]].reindex(AGES).astype(float).fillna(0.0)
    found.loc["all"] = found.sum()
    days = float(table["n_days"].max()) if len(table) else 0.0
    return pd.DataFrame(
        {
            "daily": ratio(found["active_days"], days),
            "people": ratio(found["person_days"], days),
            "share": ratio(found["active_days"], found["person_days"]),
        },
        index=found.index,
    )


@dataclass(frozen=True)
class Referral:
    """What newcomers bring: the K factor and what it is made of. Missing: what cannot be counted, or is over 0.

    entrants, pending  those whose time for inviting is over, and the rest
    inviters, joined   of the entrants, who brought somebody; how many those brought
    inviting           inviters / entrants, with its interval low, high (95 %, Wilson)
    brought            joined / inviters
    sent               invitations that entrants sent; missing where the product names no event for it
    per_user           sent / entrants
    acceptance         joined / sent
    k                  joined / entrants = inviting × brought = per_user × acceptance; above 1 a product grows by
                       itself
    """

    entrants: int
    pending: int
    inviters: float
    joined: float
    inviting: float
    low: float
    high: float
    brought: float
    sent: float
    per_user: float
    acceptance: float
    k: float


def referral(table: pd.DataFrame) -> Referral:
    """The one row of funnel/referral: entrants, inviters, joined, senders, sent, pending."""
    row = table.iloc[0].astype(float)
    low, high = wilson(row["inviters"], row["entrants"])
    return Referral(
        entrants=int(np.nan_to_num(row["entrants"])),
        pending=int(np.nan_to_num(row["pending"])),
        inviters=float(row["inviters"]),
        joined=float(row["joined"]),
        inviting=float(ratio(row["inviters"], row["entrants"])),
        low=float(low),
        high=float(high),
        brought=float(ratio(row["joined"], row["inviters"])),
        sent=float(row["sent"]),
        per_user=float(ratio(row["sent"], row["entrants"])),
        acceptance=float(ratio(row["joined"], row["sent"])),
        k=float(ratio(row["joined"], row["entrants"])),
    )


@dataclass(frozen=True)
class Groups:
    """Retention of some newcomers beside the rest's. It describes: who does the one thing differs in others too.

    entrants, retained, rate, low, high  two numbers each: of those in the group, of the rest
    gap                                  the difference with Newcombe's interval
    pending                              how many of both are still open
    """

    entrants: tuple[float, float]
    retained: tuple[float, float]
    rate: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]
    gap: Difference
    pending: int


def groups(table: pd.DataFrame, kind: Literal["activated", "invited"]) -> Groups | None:
    """Rows of funnel/newcomer_groups of that kind (is_in, entrants, retained, pending).

    None where the product has no such group, or one side has nobody whose time is over.
    """
    own = table[table["kind"] == kind].dropna(subset=["entrants"])
    inside = own["is_in"].to_numpy(bool)
    entrants, retained = (
        (float(column[inside].sum()), float(column[~inside].sum()))
        for column in (own[name].to_numpy(float) for name in ("entrants", "retained"))
    )
    if not all(entrants):
        return None
    low, high = wilson(retained, entrants)
    rate = ratio(retained, entrants)
    return Groups(
        entrants=entrants,
        retained=retained,
        rate=(float(rate[0]), float(rate[1])),
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
        gap=newcombe(retained[0], entrants[0], retained[1], entrants[1]),
        pending=int(own["pending"].sum()),
    )


# Money ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """Revenue = payers × orders a payer × revenue an order, against the period compared with.

    now, before  factor: its value; missing where nobody paid
    revenue      of now and of before, with what each factor brought to the change; that is missing where a side has
                 refunds and no payer, which no payers' orders make up
    """

    now: Mapping[Factor, float]
    before: Mapping[Factor, float]
    revenue: drivers.Product


def money(now: pd.DataFrame, before: pd.DataFrame) -> Money:
    """The one row a side of funnel/revenue: payers, orders, revenue (refunds taken off)."""
    this, that = _factors(now), _factors(before)
    earned, earned_before = (float(side["revenue"].astype(float).fillna(0.0).iloc[0]) for side in (now, before))
    if any(side["payers"] == 0 and of != 0 for side, of in ((this, earned), (that, earned_before))):
        return Money(this, that, drivers.Product(earned_before, earned, dict.fromkeys(FACTORS, np.nan)))
    made = drivers.product({str(name): that[name] for name in FACTORS}, {str(name): this[name] for name in FACTORS})
    return Money(this, that, made)


def _factors(table: pd.DataFrame) -> dict[Factor, float]:
    row = table.iloc[0].astype(float).fillna(0.0)
    return {
        "payers": float(row["payers"]),
        "orders_per_payer": float(ratio(row["orders"], row["payers"])),
        "revenue_per_order": float(ratio(row["revenue"], row["orders"])),
    }
