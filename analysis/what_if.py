"""What if: the next twelve weeks as things are, and as they would be with a rate or the inflow of newcomers moved.

In three sentences. Newcomers keep coming as in the last weeks, and whoever is active in a week is followed, a week
later, by as many as at the same age in those weeks. A moved rate changes people who join from now on, and nobody else:
more retained lift their curve from the week after joining on, and more activated do so by as much more as today's
activated are retained. As many of the active pay, and as much each, as in those weeks.

A band holds what is not known about the rates and the luck of the weeks to come; the band of a difference holds only
the first, since luck meets both sides alike.

source  followed from week to week: the chain ladder, and the variance of its ratios: Mack (1993), Distribution-free
        calculation of the standard error of chain ladder reserve estimates, ASTIN Bulletin 23. Each rate's error is
        carried on by moving it one standard error up and down; Student's t, of one degree fewer than weeks measured
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from analysis.finding import Finding
from analysis.proportions import ratio

Floats = npt.NDArray[np.float64]
Figure = Literal["active_users", "payers", "revenue"]
Lever = Literal["new", "activated", "retained", "paid", "referred"]

FIGURES: tuple[Figure, ...] = ("active_users", "payers", "revenue")
LEVERS: tuple[Lever, ...] = ("new", "activated", "retained", "paid", "referred")
AHEAD = 12
# So many complete weeks are measured, and no fewer than … A stage that takes long looks further back, so that people
# of so many days are in its rate whose time is over.
WEEKS, LEAST_WEEKS = 8, 5
LEAST_DAYS = 28
# A rate of fewer people is not worth moving.
LEAST_PEOPLE = 30

# Ages (weeks since joining) that are followed alike: 0 to 4 one by one, then 5-7, 8-12, 13-25, 26-51, 52 and older.
_GROUP_BEGINS = np.array([0, 1, 2, 3, 4, 5, 8, 13, 26, 52])
# The young ages leave at rates too different to be told by one another.
_ALONE = 5
# A ratio's own spread can be told from so many cells; of fewer, chance like that of counting is assumed.
_LEAST_CELLS = 4


@dataclass(frozen=True)
class Scenario:
    """What is moved: `new` as a share of newcomers (0.1: a tenth more), the rates in shares (0.05: five points)."""

    new: float = 0.0
    activated: float = 0.0
    retained: float = 0.0
    paid: float = 0.0
    referred: float = 0.0

    @property
    def moved(self) -> tuple[Lever, ...]:
        """What is moved at all, in the order of the stages."""
        return tuple(name for name in LEVERS if getattr(self, name) != 0)


@dataclass(frozen=True)
class Measured:
    """A figure as measured: its value, and the variance that its estimate has."""

    value: float
    variance: float = 0.0


@dataclass(frozen=True)
class Flow:
    """How people stay, from week to week of age.

    present   actives of the last complete week by age in weeks; the last place: all who are older
    ratio     by group of ages: actives of a week later / actives, of the same cohorts
    spread    Mack's σ²: the variance of a week's actives is σ² × those of the week before
    known     variance of each ratio
    group     of each age
    held_from the first age for which no cohort is old enough, so that the ratio before is kept; None: all are measured
    shock     variance of what moves all ages of a week at once (a holiday), as a share of the actives squared
    """

    present: Floats
    ratio: Floats
    spread: Floats
    known: Floats
    group: npt.NDArray[np.int64]
    held_from: int | None
    shock: float


@dataclass(frozen=True)
class Money:
    """What the active pay, of the weeks measured; spreads are variances for each payer.

    paying  payers / actives in a week; spread 1 is chance alone
    each    revenue / payer in a week
    """

    paying: Measured
    paying_spread: float
    each: Measured
    each_spread: float


@dataclass(frozen=True)
class Basis:
    """What is measured, and what can be moved.

    first, last   first days of the first and the last week measured; all are complete
    past          week, active_users, payers, revenue: all complete weeks given, the oldest first
    new           newcomers a week; new_spread: variance / mean, at least 1
    at_once       share of newcomers active in the week in which they join
    rates         of the stages, what can be moved: share of newcomers; a stage missing here is in `fixed`
    gap           how much larger a share of the activated is retained than of the rest
    brought       people that a newcomer brings in, within so many weeks
    money         None: nobody pays
    fixed         stages that cannot be moved, each with the reason
    """

    first: date
    last: date
    past: pd.DataFrame
    new: Measured
    new_spread: float
    at_once: Measured
    flow: Flow
    money: Money | None
    rates: Mapping[Lever, Measured]
    gap: Measured
    brought: Measured
    brought_within: int
    fixed: Mapping[Lever, Finding]

    @property
    def weeks(self) -> int:
        """How many weeks are measured."""
        return (self.last - self.first).days // 7 + 1

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What can be foretold."""
        return FIGURES if self.money else FIGURES[:1]

    def moved_to(self, lever: Lever, scenario: Scenario) -> float:
        """The rate that the scenario makes of a stage's, 0-1; KeyError for one that is fixed."""
        return float(np.clip(self.rates[lever].value + getattr(scenario, lever), 0, 1))


@dataclass(frozen=True)
class Outcome:
    """Where a figure ends: in the twelfth week, revenue all twelve weeks together.

    low, high    band of the scenario; least, most: band of the difference (scenario − baseline)
    """

    baseline: float
    scenario: float
    low: float
    high: float
    difference: float
    least: float
    most: float

    @property
    def beyond_doubt(self) -> bool:
        """Whether the band of the difference leaves out 0."""
        return self.least > 0 or self.most < 0


@dataclass(frozen=True)
class Projection:
    """What follows.

    weeks  one row a figure and week: figure, week (first day), baseline, baseline_low, baseline_high, scenario, low,
           high, difference, difference_low, difference_high; people a week, revenue in the product's currency
    ends   where each figure ends
    """

    weeks: pd.DataFrame
    ends: Mapping[Figure, Outcome]


@dataclass(frozen=True)
class Score:
    """A forecast beside what came.

    inside  whether in its band
    off     came / forecast − 1; missing where that was 0
    """

    came: float
    inside: bool
    off: float


# Measuring ------------------------------------------------------------------------------------------------


def measure(
    triangle: pd.DataFrame,
    weekly: pd.DataFrame,
    stages: pd.DataFrame,
    groups: pd.DataFrame,
    referral: pd.DataFrame,
    referred_within: int,
) -> Basis | Finding:
    """Everything that the twelve weeks follow from; or the reason why nothing does.

    triangle         as retention/triangle by week, of all cohorts, who joined and who was active: cohort, cohort_size,
                     age, users
    weekly           as overview/metrics by week of all weeks, with active_users, payers and revenue
    stages           as funnel/aarrr, each stage of the days `since` names: stage, entrants, reached
    groups           as funnel/newcomer_groups of the same days; referral: as funnel/referral
    referred_within  days in which somebody invited counts
    """
    past = _past(weekly)
    active = past["active_users"].fillna(0).to_numpy(float)
    begun = len(active) - int(np.argmax(active > 0)) if active.any() else 0
    seen = min(WEEKS, begun)
    if seen < LEAST_WEEKS:
        return Finding("what_if.empty.weeks", {"count": begun, "needed": LEAST_WEEKS})
    if active[-1] <= 0 or not active[-seen:-1].any():
        return Finding("what_if.empty.silent")
    recent, weeks = past.iloc[-seen:], past["week"].to_numpy("datetime64[D]")
    sizes, by_age = _by_age(triangle, weeks, active)
    joined = sizes[-seen:]
    new, new_spread = _inflow(joined)
    money = _money(recent)
    gap = _gap(groups)
    rates, fixed = _rates(stages, gap, money)
    if not joined.any():
        rates, fixed = {}, {name: Finding("what_if.fixed.nobody_new") for name in LEVERS}
    return Basis(
        first=weeks[-seen].item(),
        last=weeks[-1].item(),
        past=past,
        new=new,
        new_spread=new_spread,
        at_once=_share(float(by_age[-seen:, 0].sum()), float(joined.sum())),
        flow=_flow(by_age, seen - 1),
        money=money,
        rates=rates,
        gap=gap or Measured(0.0),
        brought=_mean(*(float(referral[name].fillna(0).sum()) for name in ("joined", "entrants"))),
        brought_within=max(-(-referred_within // 7), 1),
        fixed=fixed,
    )


def since(last_week: date, data_until: date, window: int) -> date:
    """From which day on newcomers are in the rate of a stage that takes `window` days to be over.

    last_week  first day of the last complete week
    """
    return min(last_week - timedelta(days=7 * (WEEKS - 1)), data_until - timedelta(days=window - 1 + LEAST_DAYS))


def _past(weekly: pd.DataFrame) -> pd.DataFrame:
    """The complete weeks: week, active_users, payers, revenue; missing where a figure has no data."""
    done = weekly[weekly["is_complete"].to_numpy(bool) & weekly["metric"].isin(FIGURES).to_numpy(bool)]
    weeks, row = np.unique(done["period"].to_numpy("datetime64[D]"), return_inverse=True)
    columns: dict[str, object] = {"week": weeks}
    for name in FIGURES:
        columns[name] = np.full(len(weeks), np.nan)
        own = (done["metric"] == name).to_numpy(bool)
        columns[name][row[own]] = done["numerator"].to_numpy(float, na_value=np.nan)[own]  # type: ignore[index]
    return pd.DataFrame(columns)


def _by_age(triangle: pd.DataFrame, weeks: npt.NDArray[np.datetime64], active: Floats) -> tuple[Floats, Floats]:
    """Newcomers by week; and actives as [week, age], the last column those too old for the triangle."""
    age = triangle["age"].to_numpy(np.int64)
    cohort = np.searchsorted(weeks, triangle["cohort"].to_numpy("datetime64[D]"))
    users = triangle["users"].to_numpy(float, na_value=np.nan)
    seen = np.isfinite(users) & (cohort + age < len(weeks))
    sizes, by_age = np.zeros(len(weeks)), np.zeros((len(weeks), int(age.max(initial=0)) + 2))
    sizes[cohort[seen]] = triangle["cohort_size"].to_numpy(float)[seen]
    by_age[(cohort + age)[seen], age[seen]] = users[seen]
    by_age[:, -1] = np.maximum(active - by_age.sum(axis=1), 0)
    return sizes, by_age


def _flow(by_age: Floats, steps: int) -> Flow:
    """The ratios of the last steps from week to week, by group of ages."""
    before, after = by_age[-steps - 1 : -1, :-1].copy(), by_age[-steps:, 1:]
    before[:, -1] += by_age[-steps - 1 : -1, -1]  # who has the last age, or is older, is older a week later
    group = _groups(before.sum(axis=0))
    groups = int(group[-1]) + 1
    whole, count = np.zeros(groups), np.zeros(groups)
    np.add.at(whole, group, before.sum(axis=0))
    np.add.at(count, group, after.sum(axis=0))
    ratios = ratio(count, whole)
    off = ratio((after - ratios[group] * before) ** 2, before)
    cells, squares = np.zeros(len(whole)), np.zeros(len(whole))
    np.add.at(cells, group, np.isfinite(off).sum(axis=0))
    np.add.at(squares, group, np.nansum(off, axis=0))
    spread = ratio(squares, np.where(cells > 1, cells - 1, np.nan))
    spread = np.where(cells >= _LEAST_CELLS, spread, np.fmax(spread, ratios))
    known = ratio(spread, whole)
    expected = (np.nan_to_num(ratios)[group] * before).sum(axis=1)
    by_chance = ratio((np.nan_to_num(spread)[group] * before).sum(axis=1), expected**2)
    weekly = ratio(after.sum(axis=1) - expected, expected)
    # A shock is there in one week and gone in the next, so that it is seen twice.
    by_chance = by_chance[np.isfinite(by_chance)].sum() / steps
    shock = max(float(np.nansum(weekly**2) / (steps - 1) - by_chance) / 2, 0.0)
    oldest = int(np.flatnonzero(by_age[-1, :-1]).max(initial=0))
    unseen = np.setdiff1d(np.arange(len(_GROUP_BEGINS)), _group_of(before.shape[1])[before.sum(axis=0) > 0])
    held = unseen[_GROUP_BEGINS[unseen] < min(oldest + AHEAD, before.shape[1])]
    return Flow(
        present=by_age[-1],
        ratio=_filled(ratios)[group],
        spread=_filled(spread)[group],
        known=_filled(known),
        group=group,
        held_from=int(_GROUP_BEGINS[held[0]]) if len(held) else None,
        shock=shock,
    )


def _group_of(ages: int) -> npt.NDArray[np.int64]:
    return np.asarray(np.searchsorted(_GROUP_BEGINS, np.arange(ages), side="right") - 1, np.int64)


def _groups(seen: Floats) -> npt.NDArray[np.int64]:
    """The group of each age; of the older ones, a group in which too few were seen goes with the one before it.

    seen  actives of each age, added up over the weeks. The ratio of a handful, carried on for twelve weeks, would give
          a band wider than there are people.
    """
    group = _group_of(len(seen))
    kept = np.bincount(group, seen, minlength=len(_GROUP_BEGINS)) >= LEAST_PEOPLE
    kept[:_ALONE] = True
    return np.asarray(np.cumsum(kept)[group] - 1, np.int64)


def _filled(values: Floats) -> Floats:
    """A group in which nobody was seen goes like the one before it, or else like the next that has somebody."""
    return np.asarray(pd.Series(values).ffill().bfill(), float)


def _inflow(joined: Floats) -> tuple[Measured, float]:
    mean = float(joined.mean())
    spread = max(float(joined.var(ddof=1)) / mean, 1.0) if mean else 1.0
    return Measured(mean, spread * mean / len(joined)), spread


def _money(recent: pd.DataFrame) -> Money | None:
    active, payers, revenue = (recent[name].fillna(0).to_numpy(float) for name in FIGURES)
    everybody, all_payers = float(active.sum()), float(payers.sum())
    if not all_payers:
        return None
    paying, each = all_payers / everybody, float(revenue.sum()) / all_payers
    degrees = len(recent) - 1
    off = float(np.nansum(ratio((payers - paying * active) ** 2, paying * active))) / degrees
    spread = max(off, 1.0)
    each_spread = float(np.nansum(ratio((revenue - each * payers) ** 2, payers))) / degrees
    return Money(
        paying=Measured(paying, spread * paying / everybody),
        paying_spread=spread,
        each=Measured(each, each_spread / all_payers),
        each_spread=each_spread,
    )


def _rates(
    stages: pd.DataFrame, gap: Measured | None, money: Money | None
) -> tuple[dict[Lever, Measured], dict[Lever, Finding]]:
    """The stages that can be moved, and the others with the reason."""
    rates: dict[Lever, Measured] = {}
    fixed: dict[Lever, Finding] = {}
    counts = stages.set_index("stage")[["entrants", "reached"]].astype(float).reindex(list(LEVERS[1:]))
    for lever, entrants, reached in zip(LEVERS[1:], counts["entrants"], counts["reached"], strict=True):
        if not np.isfinite(entrants):
            fixed[lever] = Finding("what_if.fixed.not_counted")
        elif entrants < LEAST_PEOPLE:
            fixed[lever] = Finding("what_if.fixed.few", {"count": entrants, "needed": LEAST_PEOPLE})
        elif not reached:
            fixed[lever] = Finding("what_if.fixed.none")
        else:
            rates[lever] = _share(reached, entrants)
    if money is None and "paid" in rates:
        del rates["paid"]
        fixed["paid"] = Finding("what_if.fixed.no_money")
    # Activation is followed to what comes of it by way of being retained.
    if "activated" in rates and (gap is None or "retained" not in rates):
        del rates["activated"]
        fixed["activated"] = Finding("what_if.fixed.apart")
    return rates, fixed


def _gap(groups: pd.DataFrame) -> Measured | None:
    """How much larger a share of the activated came back than of the rest; None where that cannot be told."""
    own = groups[groups["kind"] == "activated"]
    inside = own["is_in"].to_numpy(bool)
    sides = []
    for side in (inside, ~inside):
        entrants, retained = (float(own[name].to_numpy(float)[side].sum()) for name in ("entrants", "retained"))
        if not entrants >= LEAST_PEOPLE:  # nor where it is missing
            return None
        sides.append(_share(retained, entrants))
    return Measured(sides[0].value - sides[1].value, sides[0].variance + sides[1].variance)


def _share(reached: float, entrants: float) -> Measured:
    """A share of people; 1 where there is nobody of whom it could be one."""
    if not entrants:
        return Measured(1.0)
    rate = reached / entrants
    return Measured(rate, rate * (1 - rate) / entrants)


def _mean(count: float, entrants: float) -> Measured:
    """A count a person, which chance spreads like counting does."""
    return Measured(count / entrants, count / entrants**2) if entrants else Measured(0.0)


# Projecting -----------------------------------------------------------------------------------------------


def project(basis: Basis, scenario: Scenario) -> Projection:
    """The twelve weeks after the last complete one, as they are and as the scenario has them, with their bands."""
    guesses = _guesses(basis)
    before, after = _paths(basis, guesses, Scenario()), _paths(basis, guesses, scenario)
    times = float(stdtrit(basis.weeks - 1, 0.975))
    luck_before, luck = _luck(basis, before), _luck(basis, after)
    weeks = np.datetime64(basis.last) + 7 * np.arange(1, AHEAD + 1)
    tables, ends = [], {}
    for figure in basis.figures:
        was, now = before[figure], after[figure]
        reach_before = times * np.sqrt(_unknown(was) + luck_before[figure][:-1])
        reach, apart = times * np.sqrt(_unknown(now) + luck[figure][:-1]), times * np.sqrt(_unknown(now - was))
        difference = now[0] - was[0]
        tables.append(
            pd.DataFrame(
                {
                    "figure": figure,
                    "week": weeks,
                    "baseline": was[0],
                    "baseline_low": _least(figure, was[0] - reach_before),
                    "baseline_high": was[0] + reach_before,
                    "scenario": now[0],
                    "low": _least(figure, now[0] - reach),
                    "high": now[0] + reach,
                    "difference": difference,
                    "difference_low": difference - apart,
                    "difference_high": difference + apart,
                }
            )
        )
        ends[figure] = _end(figure, was, now, times, float(luck[figure][-1]))
    return Projection(pd.concat(tables, ignore_index=True), ends)


def _end(figure: Figure, was: Floats, now: Floats, times: float, luck: float) -> Outcome:
    """The last week of people; all weeks of revenue."""
    if figure == "revenue":
        was, now = was.sum(axis=1, keepdims=True), now.sum(axis=1, keepdims=True)
    was, now = was[:, -1:], now[:, -1:]
    baseline, scenario = float(was[0, 0]), float(now[0, 0])
    reach = times * float(np.sqrt(_unknown(now)[0] + luck))
    apart = times * float(np.sqrt(_unknown(now - was)[0]))
    difference = scenario - baseline
    low = float(_least(figure, np.array([scenario - reach]))[0])
    return Outcome(baseline, scenario, low, scenario + reach, difference, difference - apart, difference + apart)


def _least(figure: Figure, low: Floats) -> Floats:
    """No fewer people than nobody; refunds may be more than what is paid."""
    return low if figure == "revenue" else np.maximum(low, 0)


# Names of what is guessed, after the ratios of the groups of ages.
_GUESSED = ("present", "new", "at_once", "gap", "retained", "paid", "referred", "brought", "paying", "each")


def _guesses(basis: Basis) -> Mapping[str, Floats]:
    """Everything measured, as [guess, …]: as it is, then each thing one standard error up, then each one down."""
    flow, money, rates = basis.flow, basis.money, basis.rates
    one, nothing = Measured(1.0), Measured(0.0)
    single = (
        Measured(1.0, flow.shock),
        basis.new,
        basis.at_once,
        basis.gap,
        *(rates.get(name, one) for name in ("retained", "paid", "referred")),
        basis.brought,
        money.paying if money else nothing,
        money.each if money else nothing,
    )
    groups = len(flow.known)
    of_group = np.zeros(groups)
    of_group[flow.group] = flow.ratio
    values = np.concatenate([of_group, [each.value for each in single]])
    errors = np.sqrt(np.concatenate([flow.known, [each.variance for each in single]]))
    apart = np.diag(errors)
    every = values + np.concatenate([np.zeros((1, len(values))), apart, -apart])
    columns = {name: every[:, groups + at] for at, name in enumerate(_GUESSED)}
    return {"ratio": every[:, :groups][:, flow.group], **columns}


def _unknown(paths: Floats) -> Floats:
    """The variance that not knowing the rates gives: each one's step up and down, halved and squared, summed."""
    things = (len(paths) - 1) // 2
    return np.asarray(((paths[1 : things + 1] - paths[things + 1 :]) ** 2).sum(axis=0) / 4)


def _paths(basis: Basis, guess: Mapping[str, Floats], scenario: Scenario) -> dict[str, Floats]:
    """Each figure as [guess, week]; beside them `new` and, of the active, `newcomers`: who join from now on."""
    lift, paying, inviting = _moved(basis, guess, scenario)
    ratios, guesses = guess["ratio"], len(guess["new"])
    old = basis.flow.present * guess["present"][:, None]
    young = np.zeros_like(old)
    # A lift is there from the week after joining on, and leaving goes at the same pace; no more can come than joined.
    first = np.minimum(ratios[:, 0] * lift, ratio(1.0, guess["at_once"]))
    of_young = np.column_stack([first, ratios[:, 1:]])
    new, active, newcomers = (np.zeros((guesses, AHEAD)) for _ in range(3))
    for week in range(AHEAD):
        old, young = _a_week_on(old, ratios), _a_week_on(young, of_young)
        brought = new[:, max(week - basis.brought_within, 0) : week].sum(axis=1) / basis.brought_within
        new[:, week] = guess["new"] * (1 + scenario.new) + inviting * brought
        young[:, 0] = new[:, week] * guess["at_once"]
        newcomers[:, week] = young.sum(axis=1)
        active[:, week] = old.sum(axis=1) + newcomers[:, week]
    payers = guess["paying"][:, None] * (active - newcomers) + paying[:, None] * newcomers
    return {
        "new": new,
        "newcomers": newcomers,
        "active_users": active,
        "payers": payers,
        "revenue": payers * guess["each"][:, None],
        "lift": first,
    }


def _moved(basis: Basis, guess: Mapping[str, Floats], scenario: Scenario) -> tuple[Floats, Floats, Floats]:
    """What the scenario makes of newcomers: the lift of their curve, who of them pays, whom else they bring."""
    by = {name: basis.moved_to(name, scenario) - rate.value for name, rate in basis.rates.items()}
    retained = guess["retained"] + by.get("retained", 0.0) + by.get("activated", 0.0) * guess["gap"]
    lift = np.clip(retained, 0, 1) / guess["retained"] if "retained" in basis.rates else np.ones_like(retained)
    paid = np.maximum(guess["paid"] + by.get("paid", 0.0), 0) / guess["paid"]
    referred = np.maximum(guess["referred"] + by.get("referred", 0.0), 0) / guess["referred"]
    return lift, np.minimum(guess["paying"] * paid, 1), (referred - 1) * guess["brought"]


def _a_week_on(people: Floats, ratios: Floats) -> Floats:
    """The active of the next week, a week older; who is older than the last age stays there."""
    moved = people[:, :-1].copy()
    moved[:, -1] += people[:, -1]
    return np.concatenate([np.zeros((len(people), 1)), moved * ratios], axis=1)


def _luck(basis: Basis, paths: Mapping[str, Floats]) -> dict[str, Floats]:
    """The variance that chance gives each figure, week by week, and at last that of its end."""
    flow, spread = basis.flow, basis.flow.spread
    active, new = paths["active_users"][0], paths["new"][0]
    ratios = flow.ratio[None, :]
    of_young = np.concatenate([paths["lift"][:1, None], ratios[:, 1:]], axis=1)
    at_once = basis.at_once.value
    old, young = flow.present[None, :], np.zeros((1, len(flow.present)))
    chance_old, chance_young = np.zeros_like(old), np.zeros_like(young)
    actives = np.zeros(AHEAD)
    for week in range(AHEAD):
        grown = _a_week_on(old, spread[None, :]), _a_week_on(young, spread[None, :])
        chance_old = _a_week_on(chance_old, ratios**2) + grown[0]
        chance_young = _a_week_on(chance_young, of_young**2) + grown[1]
        old, young = _a_week_on(old, ratios), _a_week_on(young, of_young)
        young[:, 0] = new[week] * at_once
        chance_young[:, 0] = new[week] * (at_once**2 * basis.new_spread + at_once * (1 - at_once))
        actives[week] = chance_old.sum() + chance_young.sum()
    actives += flow.shock * active**2
    found = {"active_users": np.append(actives, actives[-1])}
    if basis.money is None:
        return found
    money, payers = basis.money, paths["payers"][0]
    share = ratio(payers, active)
    of_payers = share**2 * actives + money.paying_spread * payers
    each = money.each.value
    of_revenue = each**2 * of_payers + money.each_spread * payers
    # The same people are there week after week: the luck of the actives is taken to be one for all weeks.
    chance = (each**2 * money.paying_spread + money.each_spread) * payers
    whole = chance.sum() + (each * np.sqrt(share**2 * actives)).sum() ** 2
    found["payers"] = np.append(of_payers, of_payers[-1])
    found["revenue"] = np.append(of_revenue, whole)
    return found


# Telling --------------------------------------------------------------------------------------------------


def assumptions(basis: Basis) -> list[Finding]:
    """What the twelve weeks take for granted, in the order in which it is used."""
    flow = basis.flow
    found = [
        Finding(
            "what_if.assumes.new",
            {
                "count": basis.weeks,
                "first": basis.first,
                "last": basis.last + timedelta(days=6),
                "new": basis.new.value,
            },
        ),
        Finding("what_if.assumes.stay", {"soon": float(flow.ratio[0]), "later": _later(flow)}),
    ]
    if flow.held_from is not None:
        found.append(Finding("what_if.assumes.held", {"age": flow.held_from}))
    found.append(Finding("what_if.assumes.newcomers"))
    if "retained" in basis.rates:
        found.append(Finding("what_if.assumes.retained"))
    if "activated" in basis.rates:
        found.append(Finding("what_if.assumes.activated", {"gap": basis.gap.value}))
    if "referred" in basis.rates:
        about = {"brought": basis.brought.value * 100, "count": basis.brought_within}
        found.append(Finding("what_if.assumes.referred", about))
    if basis.money:
        about = {"share": basis.money.paying.value, "each": basis.money.each.value}
        found.append(Finding("what_if.assumes.paying", about))
    if "paid" in basis.rates:
        found.append(Finding("what_if.assumes.paid"))
    if basis.money is None:
        found.append(Finding("what_if.assumes.no_money"))
    return [*found, Finding("what_if.assumes.band", {"count": basis.weeks}), Finding("what_if.assumes.unknown")]


def _later(flow: Flow) -> float:
    """The ratio of all who joined at least two weeks ago, by how many of each age there are."""
    moved = _a_week_on(flow.present[None, :], flow.ratio[None, :])[0, 3:]
    here = flow.present[2:].sum()
    return float(moved.sum() / here) if here else float(flow.ratio[-1])


def score(value: float, low: float, high: float, came: float) -> Score:
    """A forecast beside what came; ValueError for a band that does not hold the forecast."""
    if not low <= value <= high:
        raise ValueError(f"the band {low:g} to {high:g} does not hold the forecast {value:g}")
    return Score(came, low <= came <= high, came / value - 1 if value else float("nan"))
