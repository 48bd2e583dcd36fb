"""What we said: frozen figures against today's, commitments against their figures, the month against its target."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.cards import USUAL_NEEDS, USUAL_QUANTILE, Month, Series
from analysis.finding import Fact, Finding
from analysis.proportions import Z_95, ratio

Floats = npt.NDArray[np.float64]
Reason = Literal["late", "definition", "folding", "unknown"]

WEEK = timedelta(days=7)
# What decides every figure, by the beginning of its place in data/settings; and what decides some beside it.
OF_ALL = ("timezone", "week_start", "active")
OF_SOME: dict[str, tuple[str, ...]] = {
    "activation": ("activation.",),
    "hollow_share": ("reward_events", "activation."),
}
# Of a figure's own words and settings, those that say what it counts: not its target or owner.
ROOMS = ("metrics", "figures")
ITS_OWN = ("definition", "unit", "combine", "every")
# What a figure's usual movement is, is learnt from the changes that ended in so many weeks before.
LEARNT_FROM = 13
# Reached to within a twentieth of what the days gone would bring is on pace.
ON_PACE = 0.05


# Frozen figures -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restated:
    """A frozen figure that is not what it was.

    difference   after less before, to the last digit; missing where one of them is
    reasons      late: rows came late, went or were corrected; definition: what it counts was changed; folding: values
                 were put into "other" or taken out; unknown: it was frozen without what would tell
    """

    figure: str
    period: date
    before: float
    after: float
    difference: float
    numerator: tuple[float, float]
    denominator: tuple[float, float]
    reasons: tuple[Reason, ...]

    @property
    def finding(self) -> Finding:
        """Why it differs; the fields are raw, with the figure by its id."""
        facts: dict[str, Fact] = {"figure": self.figure, "before": self.before, "after": self.after}
        facts |= {"difference": self.difference, "period": self.period}
        why = "_and_".join(self.reasons)
        return Finding(f"review.restated.{why}", facts)


def deciding(settings: pd.DataFrame, figure: str) -> dict[str, str]:
    """The settings that decide what a figure counts, by their places: what is frozen beside it.

    settings  as data/settings: place, value
    """
    wanted = (*OF_ALL, *OF_SOME.get(figure, ()), *(f"{room}.{figure}.{name}" for room in ROOMS for name in ITS_OWN))
    return {
        place: value
        for place, value in zip(settings["place"], settings["value"], strict=True)
        if any(place == each or place.startswith(each if each.endswith(".") else f"{each}.") for each in wanted)
    }


def digest(content: Mapping[str, str]) -> str:
    """Settings (or the folded values, or SQL by name) in 64 letters: the same for the same, in any order."""
    lines = "\n".join(f"{len(place)} {place} {len(value)} {value}" for place, value in sorted(content.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def folding(folded: pd.DataFrame) -> str:
    """The digest of the values that are in "other".

    folded  as data/folded: dimension, value
    """
    return digest(
        {f"{dimension}={value}": "" for dimension, value in zip(folded["dimension"], folded["value"], strict=True)}
    )


def restated(frozen: pd.DataFrame, now: pd.DataFrame) -> list[Restated]:
    """Frozen figures that today's warehouse gives otherwise, in the order in which they were frozen.

    frozen, now  figure, period (first day), value, numerator, denominator (missing for counts), build_id, and the
                 digests definition and folding: missing where not known; folding "" for what is of everybody. `now`
                 may have more rows, in any order
    A figure whose definition is the same and that moved tells that rows did: then they may have moved the others too.
    ValueError where a figure and period is there twice.
    """
    keys = ["figure", "period"]
    for name, table in (("frozen", frozen), ("now", now)):
        if table.duplicated(keys).any():
            twice = table.loc[table.duplicated(keys), "figure"].iloc[0]
            raise ValueError(f"{name} has {twice} of one period twice")
    both = frozen.assign(period=pd.to_datetime(frozen["period"])).merge(
        now.assign(period=pd.to_datetime(now["period"])), on=keys, how="left", suffixes=("", "_now")
    )
    rows = [{str(name): value for name, value in row.items()} for row in both.to_dict("records")]
    moved = [
        row
        for row in rows
        if any(_differs(row[name], row[f"{name}_now"]) for name in ("value", "numerator", "denominator"))
    ]
    reasons = [_changed(row) for row in moved]
    rows_moved = any(each == () and not _is_unknown(row) for row, each in zip(moved, reasons, strict=True))
    return [_restated(row, each, rows_moved) for row, each in zip(moved, reasons, strict=True)]


def redefined(frozen: Mapping[str, str], now: Mapping[str, str]) -> list[Finding]:
    """What of a figure's definition is not what it was, by the places of its settings.

    frozen, now  as `deciding`
    """
    found = []
    for place in dict.fromkeys([*frozen, *now]):
        before, after = frozen.get(place, ""), now.get(place, "")
        if before != after:
            kind = "new" if not before else "gone" if not after else "changed"
            found.append(Finding(f"review.redefined.{kind}", {"subject": place, "before": before, "after": after}))
    return found


def _restated(row: Mapping[str, object], changed: tuple[Reason, ...], rows_moved: bool) -> Restated:
    reasons: tuple[Reason, ...] = changed
    if _is_unknown(row):
        reasons = ("unknown",)
    elif rows_moved or not changed:
        reasons = ("late", *changed)
    before, after = _number(row["value"]), _number(row["value_now"])
    return Restated(
        figure=str(row["figure"]),
        period=pd.Timestamp(row["period"]).date(),  # type: ignore[arg-type]
        before=before,
        after=after,
        difference=after - before,
        numerator=(_number(row["numerator"]), _number(row["numerator_now"])),
        denominator=(_number(row["denominator"]), _number(row["denominator_now"])),
        reasons=reasons,
    )


def _changed(row: Mapping[str, object]) -> tuple[Reason, ...]:
    names: tuple[Reason, Reason] = ("definition", "folding")
    return tuple(name for name in names if not _is_same(row[name], row[f"{name}_now"]))


def _is_unknown(row: Mapping[str, object]) -> bool:
    """One build has one answer: where it is another all the same, or digests are missing, nobody knows why."""
    missing = any(pd.isna(row[name]) for name in ("definition", "folding", "definition_now", "folding_now"))  # type: ignore[call-overload]
    return missing or _is_same(row["build_id"], row["build_id_now"])


def _is_same(before: object, after: object) -> bool:
    return before == after or bool(pd.isna(before) and pd.isna(after))  # type: ignore[call-overload]


def _differs(before: object, after: object) -> bool:
    one, other = _number(before), _number(after)
    return not (one == other or (np.isnan(one) and np.isnan(other)))


def _number(value: object) -> float:
    return np.nan if pd.isna(value) else float(str(value))  # type: ignore[call-overload]


# Commitments ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A commitment's figure, from the last week that was over when it was made to the week it was due.

    week, before      of the week when it was made
    until, after      of the week in which it was due; where that is not settled yet, of the last settled one after
                      `week`; None and missing where there is none
    is_due_week       whether it is the week it was due
    change            a difference for rates, else a share of `before`; missing where undefined
    usual             how far it moves in as many weeks: what chance makes of so many people, 39 times in 40, and by how
                      much 39 in 40 of the last 13 changes were beyond that; missing where too few of those are known
    beyond            whether the change is larger; None where that cannot be known
    """

    figure: str
    week: date | None
    before: float
    until: date | None
    after: float
    is_due_week: bool
    change: float
    usual: float
    beyond: bool | None
    is_good: bool | None

    @property
    def finding(self) -> Finding:
        """What became of the figure; its fields are raw, with the figure by its id."""
        if self.week is not None and self.until is None:
            return Finding("review.commitment.open")
        if self.week is None or self.until is None or not np.isfinite(self.change):
            return Finding("review.commitment.undefined")
        facts: dict[str, Fact] = {"figure": self.figure, "before": self.before, "after": self.after}
        facts |= {"week": self.week, "until": self.until, "change": self.change}
        if self.change == 0:
            return Finding("review.commitment.same", facts)
        how = {True: "beyond", False: "within", None: "unknown"}[self.beyond]
        way = "up" if self.change > 0 else "down"
        return Finding(f"review.commitment.{way}.{how}", facts)


def kept(figures: Series, figure: str, made: date, due: date, better: Literal["higher", "lower"] | None = None) -> Kept:
    """Whether a commitment's figure moved beyond its usual movement.

    figures  by week: settled weeks of the whole past
    raises   ValueError for a figure that is not among them, or one due before it was made
    """
    if figure not in figures.metrics:
        raise ValueError(f"figure must be one of {', '.join(figures.metrics)}, not {figure!r}")
    if due < made:
        raise ValueError(f"due must not be before made, not {due} and {made}")
    row = figures.metrics.index(figure)
    value = np.where(figures.settled[row], figures.value[row], np.nan)
    known = np.isfinite(value)
    ends = figures.periods + np.timedelta64(7, "D")
    over = np.flatnonzero(known & (ends <= np.datetime64(made)))
    if not len(over):
        return Kept(figure, None, np.nan, None, np.nan, False, np.nan, np.nan, None, None)
    at = int(over[-1])
    later = np.flatnonzero(known & (figures.periods <= np.datetime64(due)) & (np.arange(len(known)) > at))
    week, before = _first_day(figures, at), float(value[at])
    if not len(later):
        return Kept(figure, week, before, None, np.nan, False, np.nan, np.nan, None, None)
    then = int(later[-1])
    moves, by_chance = _moves(figures, row, value, then - at)
    change, chance = float(moves[then]), Z_95 * float(by_chance[then])
    recent = slice(max(at + 1 - LEARNT_FROM, 0), at + 1)
    earlier = moves[recent] ** 2 - (Z_95 * by_chance[recent]) ** 2
    earlier = np.sqrt(np.maximum(earlier[np.isfinite(earlier)], 0))
    usual = float(np.quantile(earlier, USUAL_QUANTILE)) + chance if len(earlier) >= USUAL_NEEDS else np.nan
    beyond = abs(change) > usual if np.isfinite(usual) and np.isfinite(change) else None
    return Kept(
        figure=figure,
        week=week,
        before=before,
        until=_first_day(figures, then),
        after=float(value[then]),
        is_due_week=bool(figures.periods[then] + np.timedelta64(7, "D") > np.datetime64(due)),
        change=change,
        usual=usual,
        beyond=beyond,
        is_good=(change > 0) == (better == "higher") if beyond and better else None,
    )


def _moves(figures: Series, row: int, value: Floats, lag: int) -> tuple[Floats, Floats]:
    """Each week's change on the one `lag` before, and the standard error that chance alone gives it.

    Without the latter the first weeks of a product, when few had come, would make any later change a usual one. Of
    amounts nobody knows how many people they are of: no chance is taken off them.
    """
    now, before = value[lag:], value[:-lag]
    unit = figures.units[row]
    of, of_before = figures.denominator[row, lag:], figures.denominator[row, :-lag]
    if unit == "rate":
        moves = now - before
        pooled = ratio(now * of + before * of_before, of + of_before)
        variance = pooled * (1 - pooled) * (ratio(1.0, of) + ratio(1.0, of_before))
    else:
        moves = ratio(now - before, np.abs(before))
        variance = ratio(now, before) ** 2 * (ratio(1.0, now) + ratio(1.0, before))
    if unit not in ("rate", "people") or (unit == "rate" and not np.isfinite(of).any()):
        variance = np.zeros_like(moves)
    missing = np.full(lag, np.nan)
    return np.concatenate([missing, moves]), np.concatenate([missing, np.sqrt(variance)])


def _first_day(figures: Series, at: int) -> date:
    found: date = figures.periods[at].astype("datetime64[D]").astype(date)
    return found


# Targets --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pace:
    """A month's figure on its way to its target.

    share   of the target reached: of counts; of levels, the level by its target
    gone    share of the month's days that are covered
    ends    where a count would end if its days to come were as those gone; missing for levels
    state   ahead | even | behind while the month runs, within a twentieth; reached | missed once it is over
    """

    figure: str
    target: float
    value: float
    share: float
    gone: float
    ends: float
    state: Literal["ahead", "even", "behind", "reached", "missed"]

    @property
    def finding(self) -> Finding:
        """How the month stands; its fields are raw, with the figure by its id."""
        facts: dict[str, Fact] = {"figure": self.figure, "share": self.share, "gone": self.gone}
        facts |= {"target": self.target, "value": self.value, "ends": self.ends}
        kind = "sum" if np.isfinite(self.ends) else "level"
        return Finding(f"review.pace.{kind}.{self.state}", facts)


def pace(figure: str, month: Month, target: float, better: Literal["higher", "lower"] | None = "higher") -> Pace | None:
    """How a figure stands against its month's target; None where it has no value, or a target of nothing.

    month  as analysis.cards.month_to_date: of_target is missing for levels, which are held against the target itself
    """
    if not np.isfinite(month.value) or not target > 0:
        return None
    is_sum = bool(np.isfinite(month.of_target))
    share = month.value / target
    reached = share / month.gone if is_sum and month.gone > 0 else share
    if better == "lower":
        reached = 2 - reached
    if month.is_complete:
        state: Literal["ahead", "even", "behind", "reached", "missed"] = "reached" if reached >= 1 else "missed"
    else:
        state = "ahead" if reached > 1 + ON_PACE else "behind" if reached < 1 - ON_PACE else "even"
    ends = month.value / month.gone if is_sum and month.gone > 0 else np.nan
    return Pace(figure, target, month.value, share, month.gone, ends, state)
