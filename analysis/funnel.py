"""Named funnels: how many of those who start get to each step, what changed, and who has taken up a step's deed.

Entrants are starts whose window is over; those still open are pending and in no share. Reached never grows from step
to step: who reaches one has reached the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.finding import Fact, Finding
from analysis.proportions import newcombe, ratio, wilson

Order = Literal["ordered", "any", "strict"]
Entry = Literal["first", "daily"]
# Denominators of a step, both of which are shown.
OF_ENTRANTS, OF_STEP_BEFORE = "entrants", "step_before"
# So many changed steps are named in the sentence under the answer.
MOST_NAMED = 3


@dataclass(frozen=True)
class Rules:
    """How a funnel is counted, as funnel/list has it.

    window_seconds  how long after the start a step still counts, that very moment included
    order           ordered, strict: step k is the k-th listed; any: step k is k of the steps done
    entry           first: people; daily: starts, of which a person may have one a day
    """

    window_seconds: int
    order: Order
    entry: Entry

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Rules":
        """From a row of funnel/list."""
        return cls(int(row["window_seconds"]), row["step_order"], row["entry"])


def steps(table: pd.DataFrame) -> pd.DataFrame:
    """The share of entrants that reached each step, and of those who reached the step before it.

    table    as funnel/steps: step, label, entrants, reached, pending
    returns  the same with rate, low, high (of entrants; 95 %, Wilson; of the first step, which is the start, 1 without
             an interval), kept, kept_low, kept_high (of the step before; missing for the first), lost (starts),
             loss, loss_low, loss_high (lost as a share of entrants; Wilson) and is_steepest (where most are lost;
             nowhere if nobody is). Missing where nobody entered, or nobody reached the step before.
    """
    found = table.reset_index(drop=True)
    entrants, reached = (found[name].to_numpy(float) for name in ("entrants", "reached"))
    is_start = found["step"].to_numpy() == 1
    before = np.where(is_start, np.nan, np.roll(reached, 1))
    low, high = wilson(reached, entrants)
    kept_low, kept_high = wilson(reached, before)
    lost = before - reached
    loss_low, loss_high = wilson(lost, entrants)
    most = np.nanmax(lost, initial=0.0)
    is_most = (lost == most) & (most > 0)
    return found.assign(
        rate=ratio(reached, entrants),
        low=np.where(is_start, np.nan, low),
        high=np.where(is_start, np.nan, high),
        kept=ratio(reached, before),
        kept_low=kept_low,
        kept_high=kept_high,
        lost=lost,
        loss=ratio(lost, entrants),
        loss_low=loss_low,
        loss_high=loss_high,
        is_steepest=is_most & (np.cumsum(is_most) == 1),
    )


def by_value(table: pd.DataFrame) -> pd.DataFrame:
    """The same shares of entrants for each value: the value with most entrants first, ties by name.

    table    as funnel/steps_by_value: value, step, label, entrants, reached, pending
    returns  the same with rate, low, high
    """
    started = table[table["step"] == 1].sort_values(["entrants", "value"], ascending=[False, True])
    place = {value: at for at, value in enumerate(started["value"])}
    order = np.lexsort((table["step"].to_numpy(), table["value"].map(place).to_numpy()))
    found = table.iloc[order].reset_index(drop=True)
    low, high = wilson(found["reached"], found["entrants"])
    is_start = found["step"].to_numpy() == 1
    return found.assign(
        rate=ratio(found["reached"], found["entrants"]),
        low=np.where(is_start, np.nan, low),
        high=np.where(is_start, np.nan, high),
    )


def against(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Each step from the second on against the same step of other starts: of another period, or another value.

    one, other  rows of `steps` of one funnel
    returns     one row per step and denominator: step, of (entrants | step_before), value, before (shares), change
                (value − before), low, high (95 %, Newcombe), beyond (whether that leaves out 0); missing where either
                side has nobody to divide by
    """
    rows = []
    sides = [table[["step", "entrants", "reached"]].to_numpy(float) for table in (one, other)]
    for at in range(1, len(one)):
        reached, was = (float(side[at, 2]) for side in sides)
        bases = {OF_ENTRANTS: [side[at, 1] for side in sides], OF_STEP_BEFORE: [side[at - 1, 2] for side in sides]}
        for of, (base, base_was) in bases.items():
            gap = newcombe(reached, float(base), was, float(base_was))
            value, before = float(ratio(reached, base)), float(ratio(was, base_was))
            rows.append((int(sides[0][at, 0]), of, value, before, gap.difference, gap.low, gap.high, gap.beyond_chance))
    return pd.DataFrame(rows, columns=["step", "of", "value", "before", "change", "low", "high", "beyond"])


def answer(found: pd.DataFrame, rules: Rules) -> Finding:
    """How many of those who start get to the last step, and where most are lost.

    found    rows of `steps`
    returns  figures entrants, reached, rate, low, high, loss (of the steepest step), step and last (numbers of steps)
    """
    first, last = found.to_dict("records")[0], found.to_dict("records")[-1]
    who = "people" if rules.entry == "first" else "starts"
    if not first["entrants"]:
        if first["pending"]:
            return Finding(f"funnels.answer.pending.{who}", {"count": int(first["pending"])})
        return Finding(f"funnels.answer.nobody.{who}")
    facts: dict[str, Fact] = {
        "entrants": int(last["entrants"]),
        "last": int(last["step"]),
        **{name: float(last[name]) for name in ("rate", "low", "high")},
    }
    how = "any" if rules.order == "any" else "ordered"
    steepest = found[found["is_steepest"]]
    if not len(steepest):
        return Finding(f"funnels.answer.kept.{who}_{how}", facts)
    facts |= {"step": int(steepest["step"].iloc[0]), "loss": float(steepest["loss"].iloc[0])}
    return Finding(f"funnels.answer.lost.{who}_{how}", facts)


def changes(changed: pd.DataFrame) -> list[Finding]:
    """Where another share of those at the step before go on, by more than chance: the largest changes first.

    Of the step before, since a change at one step moves the shares of entrants of all that follow it.

    changed  as `against` returns
    """
    own = changed[changed["of"] == OF_STEP_BEFORE]
    if not own["change"].notna().any():
        return []
    beyond = own[own["beyond"].to_numpy(bool)]
    order = np.argsort(-beyond["change"].abs().to_numpy(float), kind="stable")[:MOST_NAMED]
    found = [
        Finding(
            f"funnels.against.{'up' if row['change'] > 0 else 'down'}",
            {"step": int(row["step"]), "size": abs(float(row["change"])), "value": float(row["value"])},
        )
        for row in beyond.iloc[order].to_dict("records")
    ]
    return found or [Finding("funnels.against.same")]


def trend(table: pd.DataFrame, step: int) -> pd.DataFrame:
    """The share of entrants that reached a step, by the period in which they started.

    table    as funnel/steps_by_period: period, step, entrants, reached, pending, is_complete
    returns  period, entrants, reached, pending, rate, low, high (95 %, Wilson; missing where nobody's window is over),
             is_settled (the period is complete and nobody in it is pending)
    """
    found = table[table["step"] == step].reset_index(drop=True)
    low, high = wilson(found["reached"], found["entrants"])
    settled = found["is_complete"].to_numpy(bool) & (found["pending"].to_numpy() == 0)
    return found[["period", "entrants", "reached", "pending"]].assign(
        rate=ratio(found["reached"], found["entrants"]), low=low, high=high, is_settled=settled
    )


def adoption(table: pd.DataFrame) -> pd.DataFrame:
    """The share of a week's active people who did what a step asks for, new and old ones apart.

    table    as funnel/adoption: week, age_group, active, adopters, is_complete
    returns  the same with rate, low, high (95 %, Wilson; missing where nobody was active)
    """
    low, high = wilson(table["adopters"], table["active"])
    return table.assign(rate=ratio(table["adopters"], table["active"]), low=low, high=high)


def adopted(found: pd.DataFrame) -> Finding:
    """Who did it in the last complete week: new and old, and whether they differ by more than chance.

    found    as `adoption` returns
    returns  figures week, new, new_low, new_high, old, old_low, old_high (missing where nobody of them was active)
    """
    complete = found[found["is_complete"].to_numpy(bool)]
    if not len(complete):
        return Finding("funnels.adoption.running")
    week = complete["week"].max()
    facts: dict[str, Fact] = {"week": week.date()}
    groups = {row["age_group"]: row for row in complete[complete["week"] == week].to_dict("records")}
    for group, row in groups.items():
        facts |= {str(group): float(row["rate"]), **{f"{group}_{end}": float(row[end]) for end in ("low", "high")}}
    new, old = groups["new"], groups["old"]
    gap = newcombe(new["adopters"], new["active"], old["adopters"], old["active"])
    if not np.isfinite(gap.difference):
        known = next((group for group in ("new", "old") if groups[group]["active"]), "nobody")
        return Finding(f"funnels.adoption.only_{known}", facts)
    direction = "same" if not gap.beyond_chance else "more" if gap.difference > 0 else "fewer"
    return Finding(f"funnels.adoption.{direction}", facts)
