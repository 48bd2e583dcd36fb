"""What an effect comes to: people, cost for each, return on the cost. Only for effects that may be called caused."""

import math
from dataclasses import dataclass

from scipy.special import ndtr

from analysis.effect.effects import Effect
from analysis.finding import Finding

# Fields of findings that are amounts of money: the screen gives them their currency.
MONEY = frozenset({"cost", "each", "each_low", "each_high", "gain", "net", "net_low", "net_high"})


@dataclass(frozen=True)
class Range:
    """People who reached the goal by the campaign, with a 95 % interval; below 0 where it kept people from it."""

    likely: float
    low: float
    high: float


@dataclass(frozen=True)
class CostPerUser:
    """Cost for each incremental user, in the product's currency.

    likely     missing where the cost is unknown or below 0, or the likely number of users is not above 0
    low, high  the cost by the most and by the fewest users; high is missing where it has no bound (unbounded)
    """

    likely: float
    low: float
    high: float
    unbounded: bool
    finding: Finding


@dataclass(frozen=True)
class Return:
    """What came in more than without the campaign, against its cost.

    gain             amount of all the treated together, in the product's currency
    net              gain − cost
    ratio, low, high net / cost with its 95 % interval: 0.5 is half as much again as it cost; missing where the cost is
                     unknown, 0 or below
    p_positive       chance that net is above 0, by the normal approximation of the gain; missing where that has no
                     interval, the planned end is not reached, or the cost is unknown or below 0
    """

    gain: float
    net: float
    ratio: float
    low: float
    high: float
    p_positive: float
    finding: Finding


@dataclass(frozen=True)
class Wasted:
    """Share 0-1 of the treated who never used the product, and that share of the cost; missing where not known."""

    share: float
    cost: float
    finding: Finding


def incremental(effect: Effect) -> Range:
    """The difference times the treated whose window is over. ValueError for an effect that is no share."""
    if effect.unit != "share":
        raise ValueError(f"incremental users need an effect on a share of people, not on {effect.metric}")
    n = effect.treated_n
    return Range(effect.difference * n, effect.low * n, effect.high * n)


def cost_per_user(cost: float | None, users: Range) -> CostPerUser:
    """Cost / users, with limits cost / most users and cost / fewest users."""
    known = math.nan if cost is None else cost
    missing = math.nan
    if not known >= 0:
        return CostPerUser(missing, missing, missing, False, _unusable(known))
    if known == 0:
        return CostPerUser(missing, missing, missing, False, Finding("effect.cost.nothing"))
    if not math.isfinite(users.likely):
        return CostPerUser(missing, missing, missing, False, Finding("effect.cost.no_users"))
    if not users.high > 0:
        return CostPerUser(missing, missing, missing, True, Finding("effect.cost.no_users"))
    low = known / users.high
    likely = known / users.likely if users.likely > 0 else missing
    if users.low > 0:
        figures = {"cost": known, "each": likely, "each_low": low, "each_high": known / users.low}
        return CostPerUser(likely, low, known / users.low, False, Finding("effect.cost.each", figures))
    figures = {"cost": known, "each": likely, "each_low": low}
    key = "effect.cost.unbounded" if users.likely > 0 else "effect.cost.at_least"
    return CostPerUser(likely, low, missing, True, Finding(key, figures))


def return_on_cost(payments: Effect, cost: float | None) -> Return:
    """The difference of mean payments times the treated, against the cost.

    payments    effect on the metric payments: an amount a person, winsorised, windows over
    ValueError  for an effect that is no mean
    """
    if payments.unit != "mean":
        raise ValueError(f"the return needs an effect on a mean amount, not on {payments.metric}")
    n, known, missing = payments.treated_n, math.nan if cost is None else cost, math.nan
    gain, error = payments.difference * n, payments.standard_error * n
    gain_low, gain_high = payments.low * n, payments.high * n
    if not known >= 0:
        return Return(gain, missing, missing, missing, missing, missing, _unusable(known))
    net = gain - known
    chance = float(ndtr(net / error)) if error > 0 and not payments.is_early else missing
    figures = {"gain": gain, "cost": known, "net": net, "net_low": gain_low - known, "net_high": gain_high - known}
    if known == 0:
        return Return(gain, net, missing, missing, missing, chance, Finding("effect.return.free", figures))
    ratio, low, high = net / known, (gain_low - known) / known, (gain_high - known) / known
    figures |= {"ratio": ratio, "low": low, "high": high, "chance": chance}
    if not math.isfinite(low):
        return Return(gain, net, ratio, low, high, chance, Finding("effect.return.no_interval", figures))
    key = "effect.return.early" if payments.is_early else "effect.return.known"
    return Return(gain, net, ratio, low, high, chance, Finding(key, figures))


def wasted(cost: float | None, settled: float, hollow: float) -> Wasted:
    """What went to people who came for the reward and never used the product.

    settled  people treated who joined at least 7 days ago; hollow: of them, who did nothing but what is rewarded
    """
    known = math.nan if cost is None else cost
    if not settled > 0:
        return Wasted(math.nan, math.nan, Finding("effect.wasted.nobody"))
    share = hollow / settled
    figures = {"hollow": hollow, "settled": settled, "share": share}
    if not known > 0:
        return Wasted(share, math.nan, Finding("effect.wasted.people", figures))
    return Wasted(share, share * known, Finding("effect.wasted.cost", {**figures, "cost": share * known}))


def _unusable(cost: float) -> Finding:
    return Finding("effect.cost.negative" if cost < 0 else "effect.cost.unknown")
