"""Whom each channel brought: how much depends on one of them, whose people stay, and what a user of each cost.

Columns in: as acquisition/channels, one row a channel, and as acquisition/channels_by_period, one row a period and
channel. A share of new users is of everybody, those whose channel is unknown among them: unknown is a channel too.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from analysis.finding import Fact, Finding
from analysis.proportions import Difference, newcombe, ratio, wilson

Floats = npt.NDArray[np.float64]

UNKNOWN = "unknown"
# Judged by channel: those who did it, of those whose days for it are over.
MEASURES = {
    "activation": ("activated", "activation_entrants"),
    "retention_day_7": ("returned_7", "entrants_7"),
    "retention_day_30": ("returned_30", "entrants_30"),
    "paying": ("paid", "paid_entrants"),
    "hollow": ("hollow", "standing_entrants"),
}
LOWER_IS_BETTER = frozenset({"hollow"})
# What a channel cost on the days that are settled, and the people of those days.
COSTS = {
    "per_new": ("cost", "costed_new"),
    "per_real": ("cost_standing", "costed_real"),
    "per_day_7": ("cost_7", "costed_7"),
    "per_day_30": ("cost_30", "costed_30"),
}
# A rate of fewer people is not judged: chance rules it.
FEW = 30
FALSE_DISCOVERIES = 0.05
MOST_SET_ASIDE = 3
COLOURS = 6


# How much depends on one channel --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Concentration:
    """How new users are spread over channels; missing (nan, "") where nobody joined.

    users      people who joined
    channel    the largest channel (ties: the first by name), and `largest` how many of them it brought
    share      largest / users, with its 95 % interval low to high (Wilson)
    hhi        Herfindahl-Hirschman index, the sum of the squared shares: 1 for one channel, 1/n for n equal ones
    effective  1 / hhi: so many equal channels would be as concentrated
    unknown    share of those whose channel nobody knows
    source     Hirschman, "The Paternity of an Index", American Economic Review 54 (1964), 761, who traces it to
               Hirschman (1945, its square root) and Herfindahl (1950); its inverse as a number of equals: Adelman,
               "Comment on the 'H' Concentration Measure as a Numbers-Equivalent", Review of Economics and
               Statistics 51 (1969), 99
    """

    users: float
    channel: str
    largest: float
    share: float
    low: float
    high: float
    hhi: float
    effective: float
    unknown: float


def concentration(channels: pd.DataFrame) -> Concentration:
    """Of all rows: value, new_users."""
    whole = _spread(np.zeros(len(channels), np.int64), 1, channels)
    return Concentration(**{name: column.tolist()[0] for name, column in whole.items()})


def _spread(part: npt.NDArray[np.int64], parts: int, channels: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    """The fields of a Concentration, each as a column with a value for each part of the rows.

    part  which of the parts 0 … parts − 1 each row is of; no channel has two rows in one part
    """
    people = channels["new_users"].to_numpy(float)
    names = channels["value"].fillna("").to_numpy(object).astype(str)
    users = np.bincount(part, people, minlength=parts)
    # Last of each part in this order: most people, of equals the first by name.
    order = np.lexsort((-np.unique(names, return_inverse=True)[1], people, part))
    at = np.full(parts, -1)
    at[part[order]] = order
    there = users > 0
    largest = np.full(parts, np.nan)
    largest[there] = people[at[there]]
    channel = np.full(parts, "", object)
    channel[there] = names[at[there]]
    low, high = wilson(largest, users)
    hhi = ratio(np.bincount(part, people**2, minlength=parts), users**2)
    unknown = np.bincount(part, people * (names == UNKNOWN), minlength=parts)
    return {
        "users": users,
        "channel": channel,
        "largest": largest,
        "share": ratio(largest, users),
        "low": low,
        "high": high,
        "hhi": hhi,
        "effective": ratio(1.0, hhi),
        "unknown": ratio(unknown, users),
    }


def against(now: Concentration, channels: pd.DataFrame, before: pd.DataFrame) -> Difference:
    """The share of what is the largest channel now, minus its own share before; missing where one side has nobody."""
    counts = [float(table.loc[table["value"] == now.channel, "new_users"].sum()) for table in (channels, before)]
    return newcombe(counts[0], now.users, counts[1], float(before["new_users"].sum()))


def trend(by_period: pd.DataFrame) -> pd.DataFrame:
    """How concentrated each complete period was, ascending; a running one is left out.

    by_period  as acquisition/channels_by_period
    returns    period, users, channel, share, low, high, hhi, effective, as Concentration has them
    """
    complete = by_period[by_period["is_complete"].to_numpy(bool)]
    periods, part = np.unique(complete["period"].to_numpy("datetime64[D]"), return_inverse=True)
    found = pd.DataFrame({"period": periods, **_spread(part, len(periods), complete)})
    return found.drop(columns=["largest", "unknown"])


def over_time(by_period: pd.DataFrame, most: int = COLOURS) -> pd.DataFrame:
    """New users by period: the largest channels by name, unknown always among them, the rest as one.

    returns  period, value (missing: the rest), values (how many channels it stands for), users, is_complete; a row a
             period and value, 0 where nobody came; the largest value first, then unknown, then the rest. No rows where
             nobody joined at all
    """
    some = by_period[by_period["new_users"] > 0]
    names, code = np.unique(some["value"].to_numpy(object).astype(str), return_inverse=True)
    people = some["new_users"].to_numpy(float)
    order = np.argsort(-np.bincount(code, people, minlength=len(names)), kind="stable")
    known = [each for each in order if names[each] != UNKNOWN]
    kept = [*known[:most], *(each for each in order if names[each] == UNKNOWN)]
    place = np.full(len(names), len(kept))
    place[kept] = np.arange(len(kept))
    lines = len(kept) + (len(known) > most)
    periods, first, part = np.unique(
        by_period["period"].to_numpy("datetime64[D]"), return_index=True, return_inverse=True
    )
    cell = place[code] * len(periods) + part[by_period["new_users"].to_numpy(float) > 0]
    values = np.array([*names[kept], None], dtype=object)[:lines]
    counts = np.array([*[1] * len(kept), len(known) - most])[:lines]
    return pd.DataFrame(
        {
            "period": np.tile(periods, lines),
            "value": np.repeat(values, len(periods)),
            "values": np.repeat(counts, len(periods)),
            "users": np.bincount(cell, people, minlength=lines * len(periods)),
            "is_complete": np.tile(by_period["is_complete"].to_numpy(bool)[first], lines),
        }
    )


def shares(channels: pd.DataFrame) -> pd.Series:
    """The share of all new users that each channel brought, by its value; missing where nobody joined."""
    people = channels["new_users"].to_numpy(float)
    return pd.Series(ratio(people, people.sum()), channels["value"].astype(str))


def periods_above(found: pd.DataFrame, limit: float) -> Finding:
    """In how many of the periods with newcomers one channel brought more than the limit.

    found  as `trend`
    """
    some = found[found["users"] > 0]
    return Finding("channels.above", {"count": len(some), "above": int((some["share"] > limit).sum()), "limit": limit})


def _floats(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(float, na_value=np.nan)


# Paid and free --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kinds:
    """People by the kind of channel that brought them, over all that joined: shares, which add up to 1.

    paid, free, unknown  of channels that cost something in these days, that cost nothing, of no known channel
    users                people who joined; paid_users those who came by paid channels
    """

    users: float
    paid_users: float
    paid: float
    free: float
    unknown: float


def kinds(channels: pd.DataFrame) -> Kinds | None:
    """Paid and free; None where nothing is known of costs in these days."""
    is_paid = channels["is_paid"]
    if is_paid.isna().all():
        return None
    people, paid = channels["new_users"].to_numpy(float), is_paid.fillna(False).to_numpy(bool)
    nobody_knows = (channels["value"] == UNKNOWN).to_numpy(bool) & ~paid
    sums = [float(people[each].sum()) for each in (paid, ~paid & ~nobody_knows, nobody_knows)]
    shares = ratio(sums, people.sum())
    return Kinds(float(people.sum()), sums[0], *map(float, shares))


# Quality --------------------------------------------------------------------------------------------------------------


def quality(channels: pd.DataFrame) -> pd.DataFrame:
    """What became of each channel's people, and whether chance explains that it is unlike the others.

    The others are all other channels together. Channels far out of line are set aside one after another, the farthest
    first (three at most), and the rest are compared with each other without them: beside a channel of hollow people
    every other one would seem good.

    returns  one row a channel and measure (MEASURES), in that order: value, measure, reached, entrants, rate, low, high
             (Wilson), others (their rate), difference, least, most (Newcombe), is_different: beyond chance, where of
             all such verdicts of the page one in twenty may be false. Missing and False where nobody entered; not
             judged where either side has fewer than 30 people.
    source   two-sided mid-P of the hypergeometric distribution (Fisher's exact test, less timid: Lancaster 1961);
             Benjamini and Hochberg (1995) over all channels and measures
    """
    names = channels["value"].to_numpy(object)
    counts = [[_floats(channels, name) for name in MEASURES[measure]] for measure in MEASURES]
    reached, entrants = (np.concatenate(side) for side in zip(*counts, strict=True))
    above, below = (np.concatenate(side) for side in zip(*(_others(*each) for each in counts), strict=True))
    low, high = wilson(reached, entrants)
    low_else, high_else = wilson(above, below)
    rate, others = ratio(reached, entrants), ratio(above, below)
    return pd.DataFrame(
        {
            "value": np.tile(names, len(MEASURES)),
            "measure": np.repeat(list(MEASURES), len(names)),
            "reached": reached,
            "entrants": entrants,
            "rate": rate,
            "low": low,
            "high": high,
            "others": others,
            "difference": rate - others,
            "least": rate - others - np.hypot(rate - low, high_else - others),
            "most": rate - others + np.hypot(high - rate, others - low_else),
            "is_different": _beyond_chance(reached, entrants, above, below),
        }
    )


def pooled(channels: pd.DataFrame) -> pd.DataFrame:
    """The same of all channels together: measure, reached, entrants, rate, low, high; missing where nobody entered."""
    counts = [[_floats(channels, name) for name in MEASURES[measure]] for measure in MEASURES]
    # Missing where nothing is counted, and not 0.
    reached, entrants = np.array(
        [[np.nansum(each) if np.isfinite(each).any() else np.nan for each in pair] for pair in counts]
    ).T
    low, high = wilson(reached, entrants)
    columns = {"reached": reached, "entrants": entrants, "rate": ratio(reached, entrants), "low": low, "high": high}
    return pd.DataFrame({"measure": list(MEASURES), **columns})


def _others(reached: Floats, entrants: Floats) -> tuple[Floats, Floats]:
    """With whom each channel is compared: reached and entrants of the others, those set aside before it left out."""
    mine, people = np.nan_to_num(reached), np.nan_to_num(entrants)
    above, below = mine.sum() - mine, people.sum() - people
    left = np.ones(len(mine), bool)
    for _ in range(MOST_SET_ASIDE):
        judged = left & (people >= FEW) & (below >= FEW)
        # Of two channels each is the other's mirror image.
        if judged.sum() < 3:
            break
        pooled = ratio(mine + above, people + below)
        error = np.sqrt(pooled * (1 - pooled) * (ratio(1.0, people) + ratio(1.0, below)))
        far = np.abs(ratio(ratio(mine, people) - ratio(above, below), error))
        far = np.where(judged & np.isfinite(far), far, -1.0)
        at = int(far.argmax())
        # Bonferroni: the farthest of many is far by chance more often than one alone.
        if far[at] <= -special.ndtri(FALSE_DISCOVERIES / 2 / judged.sum()):
            break
        left[at] = False
        above[left] -= mine[at]
        below[left] -= people[at]
    return above, below


def _beyond_chance(reached: Floats, entrants: Floats, above: Floats, below: Floats) -> npt.NDArray[np.bool_]:
    """Which of all pairs of shares differ; False where either side has fewer people than can be judged."""
    judged, found = (entrants >= FEW) & (below >= FEW), np.zeros(len(reached), bool)
    if judged.any():
        mine, people, theirs, others = (each[judged] for each in (reached, entrants, above, below))
        asked = (people + others, mine + theirs, people)
        exactly = stats.hypergeom.pmf(mine, *asked) / 2
        fewer = stats.hypergeom.cdf(mine - 1, *asked) + exactly
        more = stats.hypergeom.sf(mine, *asked) + exactly
        p_values = np.clip(2 * np.minimum(fewer, more), 0, 1)
        found[judged] = stats.false_discovery_control(p_values, method="bh") <= FALSE_DISCOVERIES
    return found


# Costs ----------------------------------------------------------------------------------------------------------------


def costs(channels: pd.DataFrame) -> pd.DataFrame:
    """What a user of each paid channel cost, the dearest first; above them all paid channels together.

    A cost is divided by the people of the same days: those whose costs are known and whose people are settled for the
    measure. Under a filter that keeps only some of a channel's people its costs are missing, and so are those of all.

    returns  value (missing: all paid channels), cost, per_new, per_real, per_day_7, per_day_30 (in the currency;
             missing where there is nobody to divide by), reach, visits, new_users; no rows where nothing was paid for
    """
    paid = channels[channels["is_paid"].fillna(False).to_numpy(bool)].sort_values(
        ["cost", "value"], ascending=[False, True]
    )
    if not len(paid):
        return pd.DataFrame(columns=["value", "cost", *COSTS, "reach", "visits", "new_users"])
    pairs = [name for pair in COSTS.values() for name in pair]
    summed = pd.DataFrame({name: _floats(paid, name) for name in ("reach", "visits", "new_users", *pairs)})
    summed = pd.concat([summed.sum(skipna=False).to_frame().T, summed], ignore_index=True)
    table = {"value": [None, *paid["value"]], "cost": summed["cost"].to_numpy(float)}
    divided = {name: ratio(summed[above], summed[below]) for name, (above, below) in COSTS.items()}
    return pd.DataFrame({**table, **divided, **{name: summed[name] for name in ("reach", "visits", "new_users")}})


# Order and answer -----------------------------------------------------------------------------------------------------


def ordered(channels: pd.DataFrame, found: pd.DataFrame, by: str) -> list[str]:
    """The channels in the order of the table: most new users first, or the worst in a measure or cost first.

    found  as `quality`
    by     new_users, a measure of MEASURES, or a cost of COSTS; whoever is not judged comes last. Ties: most new users
    """
    names, people = channels["value"].to_numpy(object).astype(str), channels["new_users"].to_numpy(float)
    if by in MEASURES:
        own = found[found["measure"] == by]
        key = np.where(own["entrants"] >= FEW, own["rate"], np.nan) * (-1 if by in LOWER_IS_BETTER else 1)
    elif by in COSTS:
        key = -ratio(*(_floats(channels, name) for name in COSTS[by]))
    elif by == "new_users":
        key = -people
    else:
        raise ValueError(f"by must be new_users, or one of {', '.join([*MEASURES, *COSTS])}, not {by!r}")
    # Missing keys sort last, whichever way the others go.
    order: list[str] = names[np.lexsort((names, -people, key))].tolist()
    return order


def answer(now: Concentration, limit: float | None) -> Finding:
    """How much depends on one channel, against the limit set; None where only some channels are looked at."""
    if not now.users:
        return Finding("channels.answer.nobody")
    if limit is None:
        return Finding("channels.answer.chosen", {"channel": now.channel, "share": now.share})
    facts: dict[str, Fact] = {"channel": now.channel, "share": now.share, "limit": limit}
    if now.channel == UNKNOWN:
        return Finding("channels.answer.unknown", facts)
    return Finding("channels.answer.above" if now.share > limit else "channels.answer.within", facts)


def exceptions(found: pd.DataFrame) -> list[Finding]:
    """What is worth saying of the channels' quality, two things at most, and only what is beyond chance.

    The channel whose people are hollow, with how many of them came back; then of the others the one that loses most
    people by day 7, or else the one that keeps most. Unknown is no channel that one could mend.

    found  as `quality`
    """
    rows = found[found["is_different"] | (found["measure"] == "retention_day_7")].to_dict("records")
    different = [row for row in rows if row["is_different"] and row["value"] != UNKNOWN]
    told: list[Finding] = []
    hollow = _farthest(different, "hollow", +1)
    if hollow is not None:
        back = next(row for row in rows if (row["measure"], row["value"]) == ("retention_day_7", hollow["value"]))
        facts = {**_facts(hollow), "back": float(back["rate"]), "back_others": float(back["others"])}
        told.append(Finding(f"channels.finding.{'hollow_gone' if back['is_different'] else 'hollow'}", facts))
        different = [row for row in different if row["value"] != hollow["value"]]
    for name, sign in (("lost", -1), ("kept", +1)):
        one = _farthest(different, "retention_day_7", sign)
        if one is not None:
            return [*told, Finding(f"channels.finding.{name}", _facts(one))]
    return told


def _farthest(different: Sequence[Mapping[Hashable, Any]], measure: str, sign: int) -> Mapping[Hashable, Any] | None:
    """The channel above (+1) or below (−1) the others by most people: its difference times its entrants."""
    rows = [row for row in different if row["measure"] == measure and row["difference"] * sign > 0]
    return max(rows, key=lambda row: row["difference"] * sign * row["entrants"], default=None)


def _facts(row: Mapping[Hashable, Any]) -> dict[str, Fact]:
    return {"channel": str(row["value"]), "rate": float(row["rate"]), "others": float(row["others"])}
