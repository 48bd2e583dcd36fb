"""What must hold before a campaign may be credited: each condition with its figures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.effect.campaign import CONTROL, Campaign, State
from analysis.effect.chance import needed_per_arm
from analysis.effect.effects import FEWEST_EXPECTED, FEWEST_PEOPLE, GOAL, Effect, SumsOf, plausible, treatments_of
from analysis.effect.means import means
from analysis.effect.shares import sample_ratio
from analysis.finding import Fact, Finding

GateKey = Literal["control", "drawn", "split", "balance", "overlap", "size", "finished"]
GateState = Literal["passed", "noted", "failed", "unknown"]

# A split or a difference beforehand as rare as this is an alarm, as rare as that worth a note.
ALARM, NOTE = 0.001, 0.01
MOST_OVERLAP = 0.20


@dataclass(frozen=True)
class Gate:
    """One condition.

    state    passed | noted (passed, with something to look into) | failed | unknown
    finding  the sentence in plain words
    proof    the statistics behind it, for those who unfold them; None where there are none
    """

    key: GateKey
    state: GateState
    finding: Finding
    proof: Finding | None = None

    @property
    def title(self) -> str:
        """The words key of what is asked."""
        return f"effect.gate.{self.key}.title"


def control(assigned: Mapping[str, float]) -> Gate:
    """Whether anybody was held out."""
    held_out = assigned.get(CONTROL, 0.0)
    treated = sum(assigned[arm] for arm in treatments_of(assigned))
    figures = {"held_out": held_out, "treated": treated}
    if not (held_out or treated):
        return Gate("control", "failed", Finding("effect.gate.control.nobody"))
    if not held_out:
        return Gate("control", "failed", Finding("effect.gate.control.failed", figures))
    if not treated:
        return Gate("control", "failed", Finding("effect.gate.control.nobody_treated", figures))
    return Gate("control", "passed", Finding("effect.gate.control.passed", figures))


def drawn() -> Gate:
    """Whether chance drew the groups, before anybody saw anything: no table tells."""
    return Gate("drawn", "unknown", Finding("effect.gate.drawn.unknown"))


def split(assigned: Mapping[str, float], control_share: float) -> Gate:
    """Whether people fell into the groups as planned; equal shares are assumed where none are stated.

    control_share  planned, 0-1; the treatments share the rest equally
    """
    treatments = treatments_of(assigned)
    stated = math.isfinite(control_share)
    own = control_share if stated else 1 / (len(treatments) + 1)
    planned = {CONTROL: own, **dict.fromkeys(treatments, (1 - own) / len(treatments))}
    counts = [assigned.get(arm, 0.0) for arm in planned]
    chance = sample_ratio(counts, list(planned.values()))
    figures: dict[str, Fact] = {
        "held_out": counts[0],
        "treated": sum(counts[1:]),
        "share": counts[0] / sum(counts),
        "planned": own,
        "chance": chance,
    }
    plan = "stated" if stated else "assumed"
    if math.isnan(chance):
        return Gate("split", "unknown", Finding("effect.gate.split.unknown", figures))
    proof = _proof("split", chance, figures)
    if chance < ALARM:
        return Gate("split", "failed", Finding(f"effect.gate.split.failed.{plan}", figures), proof)
    if chance < NOTE:
        return Gate("split", "noted", Finding(f"effect.gate.split.noted.{plan}", figures), proof)
    return Gate("split", "passed", Finding(f"effect.gate.split.passed.{plan}", figures), proof)


def balance(sums: SumsOf, treatments: Sequence[str]) -> Gate:
    """Whether the groups were alike before: how often they did the same in the 28 days before exposure.

    With several treatments the least likely difference counts, times their number (Bonferroni).
    """
    before = sums.get((CONTROL, GOAL))
    worst, figures = math.nan, dict[str, Fact]()
    for arm in treatments:
        treated = sums.get((arm, GOAL))
        if before is None or treated is None:
            continue
        found = means(treated.before, before.before)
        chance = min(1.0, found.p_value * len(treatments)) if math.isfinite(found.p_value) else math.nan
        if math.isfinite(chance) and not chance >= worst:
            worst = chance
            figures = {"treated": treated.mean_before, "held_out": before.mean_before, "chance": chance}
    if math.isnan(worst):
        return Gate("balance", "unknown", Finding("effect.gate.balance.unknown"))
    state: GateState = "failed" if worst < ALARM else "noted" if worst < NOTE else "passed"
    return Gate("balance", state, Finding(f"effect.gate.balance.{state}", figures), _proof("balance", worst, figures))


def overlap(campaign: Campaign, overlaps: pd.DataFrame | None) -> Gate:
    """Whether more than a fifth of its people were shown another campaign inside the window.

    overlaps  as campaigns/overlaps: name, users; the largest is named. Without the campaign's own count of people in
              any other (overlapped) the largest stands for all.
    """
    figures: dict[str, Fact] = {"bound": MOST_OVERLAP}
    users, form = campaign.overlapped, "unnamed"
    if overlaps is not None and len(overlaps):
        counts = overlaps["users"].to_numpy(float, na_value=0)
        largest = int(counts.argmax())
        figures |= {"other": str(overlaps["name"].iloc[largest]), "count": len(overlaps)}
        users, form = (float(counts[largest]) if math.isnan(users) else users), "named"
    elif overlaps is not None and math.isnan(users):
        users = 0.0
    share = users / campaign.assigned if campaign.assigned > 0 else math.nan
    if math.isnan(share):
        return Gate("overlap", "unknown", Finding("effect.gate.overlap.unknown", figures))
    if not share > 0:
        return Gate("overlap", "passed", Finding("effect.gate.overlap.none", figures))
    state: GateState = "failed" if share > MOST_OVERLAP else "passed"
    return Gate(
        "overlap", state, Finding(f"effect.gate.overlap.{state}.{form}", {**figures, "share": share, "users": users})
    )


def is_enough(effect: Effect, expected: float) -> bool:
    """Whether so many people can tell anything: see `size`."""
    return _too_little(effect, expected) is None


def clearest(effects: Sequence[Effect], expected: float) -> Effect:
    """The one that tells most: of those with people enough, if there are any, the one that would show the smallest."""
    # Where hardly anybody did it the smallest effect seen is small, and yet nothing can be told.
    return min(
        effects,
        key=lambda effect: (
            not is_enough(effect, expected),
            effect.mde if math.isfinite(effect.mde) else math.inf,
        ),
    )


def size(effects: Sequence[Effect], expected: float) -> Gate:
    """Whether the groups are large enough, of the treatment that tells most.

    At least 30 people in each group; at least 5 in each expected to do it, and 5 not to; and the smallest effect that
    would be seen no larger than any plausible one: 3 times the expected effect, or, if that is more, the share of all
    who did it at all.
    """
    if not effects:
        return Gate("size", "failed", Finding("effect.gate.size.nobody"))
    best = clearest(effects, expected)
    bound = plausible(best, expected)
    figures: dict[str, Fact] = {
        "treated": best.treated_n,
        "held_out": best.control_n,
        "did": round(best.pooled * (best.treated_n + best.control_n)),
        "mde": best.mde,
        "plausible": bound,
    }
    why = _too_little(best, expected)
    if why is None:
        return Gate("size", "passed", Finding("effect.gate.size.passed", figures))
    return Gate("size", "failed", Finding(f"effect.gate.size.{why}", figures))


def wanted(effect: Effect, expected: float) -> tuple[float, float]:
    """People needed in each group, and the effect they would show: the expected one, or else a doubling.

    Enough for the other conditions of `size` too; missing where everybody does it, or nobody.
    """
    size = abs(expected) if math.isfinite(expected) and expected else effect.pooled
    people, rarer = needed_per_arm(effect.pooled, size), min(effect.pooled, 1 - effect.pooled)
    if math.isnan(people):
        return people, size
    return max(people, FEWEST_PEOPLE, math.ceil(FEWEST_EXPECTED / rarer)), size


def finished(campaign: Campaign, now: State) -> Gate:
    """Whether the planned end is reached: the campaign over, and everybody's window too."""
    if now == "final":
        return Gate("finished", "passed", Finding("effect.gate.finished.passed", {"ends_on": campaign.last_day}))
    figures: dict[str, Fact] = {
        "until": campaign.complete_on,
        "pending": campaign.pending,
        "closed": campaign.closed,
    }
    key = "more_to_come" if campaign.pending == 0 else "failed"
    return Gate("finished", "failed", Finding(f"effect.gate.finished.{key}", figures))


def _too_little(effect: Effect, expected: float) -> str | None:
    if effect.fewest < FEWEST_PEOPLE:
        return "few_people"
    if effect.pooled * effect.fewest < FEWEST_EXPECTED:
        return "few_did"
    if (1 - effect.pooled) * effect.fewest < FEWEST_EXPECTED:
        return "few_did_not"
    return "blunt" if effect.mde > plausible(effect, expected) else None


def _proof(gate: GateKey, chance: float, figures: Mapping[str, Fact]) -> Finding:
    return Finding(f"effect.gate.{gate}.proof_rare" if chance < ALARM else f"effect.gate.{gate}.proof", figures)
