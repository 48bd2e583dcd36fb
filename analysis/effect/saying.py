"""What is said of a campaign in each situation: as keys with figures, whose sentences the words files hold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.effect.campaign import PAYMENT, Campaign
from analysis.effect.chance import needed_per_arm
from analysis.effect.effects import Effect
from analysis.effect.gates import Gate, clearest, is_enough, wanted
from analysis.effect.means import Sums
from analysis.effect.planning import mde_if_all
from analysis.effect.shares import share_variance
from analysis.finding import Fact, Finding

# What a holdout of this share would have shown is told to those who held out nobody.
HOLDOUT = 0.10
# To see an effect half as large as the one that would have been seen.
FINER = 0.5


@dataclass(frozen=True)
class Said:
    """The parts of a verdict that are sentences."""

    answer: tuple[Finding, ...]
    may: tuple[Finding, ...] = ()
    may_not: tuple[Finding, ...] = ()
    would_raise: tuple[Finding, ...] = ()
    also: tuple[Finding, ...] = ()


# With a control ---------------------------------------------------------------------------------------------


def caused(campaign: Campaign, effects: Sequence[Effect], a_day: float) -> Said:
    """A: the groups differ by the campaign alone."""
    form = _form(effects)
    enough = [each for each in effects if is_enough(each, campaign.expected)]
    credited = [each for each in enough if each.beyond_chance]
    unseen = [each for each in enough if not each.beyond_chance]
    may = [_may(each, form) for each in credited]
    may += [Finding(f"effect.may.not_seen.{form}", _figures(each)) for each in unseen]
    may_not = [Finding("effect.may_not.elsewhere")]
    if unseen:
        may_not.insert(0, Finding("effect.may_not.no_effect"))
    if len(effects) > 1:
        may_not.append(Finding("effect.may_not.between"))
    return Said(
        answer=tuple(_answer(each, form, campaign) for each in effects),
        may=tuple(may),
        may_not=(*may_not, Finding("effect.may_not.exploratory")),
        would_raise=tuple(_finer(each, a_day) for each in unseen[:1]),
    )


def broken(split: Gate, balance: Gate) -> Said:
    """A?: the diagnosis, and no effect."""
    why = [gate.finding for gate in (split, balance) if gate.state == "failed"]
    plan_is_stated = split.finding.key.endswith(".stated")
    raises = [Finding("effect.raise.find_the_leak")]
    if split.state == "failed" and not plan_is_stated:
        raises.insert(0, Finding("effect.raise.state_the_plan"))
    return Said(
        answer=(Finding("effect.answer.broken"), *why),
        may=(Finding("effect.may.broken"),),
        may_not=(Finding("effect.may_not.any_effect"),),
        would_raise=tuple(raises),
    )


def overlapping(effects: Sequence[Effect], overlap: Gate) -> Said:
    """D although there is a control: another campaign reached too many of the same people."""
    return Said(
        answer=tuple(Finding(f"effect.answer.overlapping.{_form(effects)}", _figures(each)) for each in effects),
        may=(Finding("effect.may.difference"),),
        may_not=(Finding("effect.may_not.lift"),),
        would_raise=(Finding("effect.raise.apart"),),
        also=(overlap.finding,),
    )


def too_little(campaign: Campaign, effects: Sequence[Effect], size: Gate, a_day: float) -> Said:
    """E: what was seen, what could have been, and how many more people it takes."""
    people, effect = wanted(clearest(effects, campaign.expected), campaign.expected)
    raises: tuple[Finding, ...] = (Finding("effect.raise.measure_else"),)
    if math.isfinite(people):
        pace = _pace(a_day)
        raises = (Finding(f"effect.raise.people.{pace}", _people(people, effect, a_day)),)
    return Said(
        answer=tuple(_small(each, _form(effects)) for each in effects),
        may=(size.finding,),
        may_not=(Finding("effect.may_not.worked_or_not"),),
        would_raise=raises,
    )


def too_early(effects: Sequence[Effect], finished: Gate) -> Said:
    """E: looked at before the planned end, and not clear enough for that."""
    return Said(
        answer=tuple(Finding(f"effect.answer.early.{_form(effects)}", _figures(each)) for each in effects),
        may=(Finding("effect.may.so_far"),),
        may_not=(Finding("effect.may_not.before_the_end"),),
        would_raise=(Finding("effect.raise.wait", finished.finding.figures),),
    )


def nobody_closed(finished: Gate) -> Said:
    """E: in one of the groups nobody's time is over."""
    if finished.state == "passed":
        return Said(
            answer=(Finding("effect.answer.one_side_empty"),),
            may_not=(Finding("effect.may_not.worked_or_not"),),
            would_raise=(Finding("effect.raise.both_sides"),),
        )
    return Said(
        answer=(Finding("effect.answer.nobody_closed", finished.finding.figures),),
        may_not=(Finding("effect.may_not.worked_or_not"),),
        would_raise=(Finding("effect.raise.wait", finished.finding.figures),),
    )


def guardrail(effect: Effect) -> Finding:
    """Whether more of the treated opted out, or complained, than of the control."""
    figures = _figures(effect)
    if effect.low > 0:
        return Finding(f"effect.guardrail.{effect.metric}.worse", figures)
    if effect.high < 0:
        return Finding(f"effect.guardrail.{effect.metric}.better", figures)
    return Finding(f"effect.guardrail.{effect.metric}.unseen", figures)


# Without one ------------------------------------------------------------------------------------------------


def no_control(campaign: Campaign, total: Sums, assigned: Mapping[str, float]) -> Said:
    """D: nobody was held out. What was done is told; and what a holdout would have shown."""
    people = sum(assigned.values())
    raises: list[Finding] = []
    seen = mde_if_all(share_variance(total.mean), people, HOLDOUT) if total.n else math.nan
    if 0 < seen < 1:
        raises.append(Finding("effect.raise.hold_out", {"share": HOLDOUT, "people": people * HOLDOUT, "mde": seen}))
    else:
        raises.append(Finding("effect.raise.hold_out_plain", {"share": HOLDOUT}))
    raises += [Finding("effect.raise.comparison"), Finding("effect.raise.series")]
    if campaign.goal is None:
        raises.insert(0, Finding("effect.raise.name_a_goal"))
    figures: dict[str, Fact] = {
        "reached": total.sum_y,
        "people": total.n,
        "share": total.mean,
        "goal": campaign.goal or "",
    }
    if campaign.goal is None:
        answer = Finding("effect.answer.no_goal")
    elif total.n:
        answer = Finding("effect.answer.no_control", figures)
    else:
        answer = Finding("effect.answer.no_control_open", {"people": people})
    return Said(
        answer=(answer,),
        may=(Finding("effect.may.before_after"),),
        may_not=(Finding("effect.may_not.lift"),),
        would_raise=tuple(raises),
    )


def nobody_recorded() -> Said:
    """D: the campaign ran, and no table says for whom."""
    return Said(
        answer=(Finding("effect.answer.nobody_recorded"),),
        may=(Finding("effect.may.before_after"),),
        may_not=(Finding("effect.may_not.lift"),),
        would_raise=(
            Finding("effect.raise.record"),
            Finding("effect.raise.hold_out_plain", {"share": HOLDOUT}),
            Finding("effect.raise.series"),
        ),
    )


def no_goal() -> Said:
    """D: nothing says what the campaign was for."""
    return Said(
        answer=(Finding("effect.answer.no_goal"),),
        may_not=(Finding("effect.may_not.lift"),),
        would_raise=(Finding("effect.raise.name_a_goal"),),
    )


def nobody_treated(control: Gate) -> Said:
    """E: everybody was held out."""
    return Said(
        answer=(control.finding,),
        may_not=(Finding("effect.may_not.worked_or_not"),),
        would_raise=(Finding("effect.raise.both_sides"),),
    )


def planned(campaign: Campaign) -> Said:
    """E: not begun."""
    return Said(answer=(Finding("effect.answer.planned", {"starts_on": campaign.first_day}),))


def left_out(campaign: Campaign) -> tuple[Finding, ...]:
    """People and rows that the figures leave out, and dates that cannot be."""
    found: list[Finding] = []
    if campaign.is_reversed:
        dates = {"starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
        found.append(Finding("effect.also.reversed", dates))
    if campaign.goal_times == 0 and campaign.goal is not None:
        key = "never_paid" if campaign.goal == PAYMENT else "goal_never"
        found.append(Finding(f"effect.also.{key}", {"goal": campaign.goal}))
    if not campaign.is_window_stated:
        found.append(Finding("effect.also.window_taken", {"days": campaign.window_days}))
    for name in ("in_two_arms", "before_joining", "exposed_again", "outside_days"):
        count = getattr(campaign, name)
        if count > 0:
            found.append(Finding(f"effect.also.{name}", {"count": count}))
    return tuple(found)


# Sentences about one effect ---------------------------------------------------------------------------------


def _answer(effect: Effect, form: str, campaign: Campaign) -> Finding:
    if not is_enough(effect, campaign.expected):
        return _small(effect, form)
    if effect.beyond_chance:
        what = "more" if effect.difference > 0 else "fewer"
    elif effect.is_early:
        what = "early"
    else:
        what = "not_seen" if effect.low <= 0 <= effect.high else "not_clear"
    return Finding(f"effect.answer.{what}.{form}", _figures(effect))


def _small(effect: Effect, form: str) -> Finding:
    what = "same_for_all" if math.isnan(effect.mde) else "blunt" if effect.mde < 1 else "blind"
    return Finding(f"effect.answer.{what}.{form}", _figures(effect))


def _form(effects: Sequence[Effect]) -> str:
    """Where there are several treatments a sentence names its own."""
    return "named" if len(effects) > 1 else "alone"


def _may(effect: Effect, form: str) -> Finding:
    what = "more" if effect.difference > 0 else "fewer"
    return Finding(f"effect.may.caused_{what}.{form}", _figures(effect))


def _figures(effect: Effect) -> dict[str, Fact]:
    near, far = sorted((abs(effect.low), abs(effect.high)))
    return {
        "treatment": effect.treatment,
        "treated": effect.treated,
        "held_out": effect.control,
        "treated_n": effect.treated_n,
        "held_out_n": effect.control_n,
        "size": abs(effect.difference),
        "near": near,
        "far": far,
        "fewer": max(-effect.low, 0.0),
        "more": max(effect.high, 0.0),
        "mde": effect.mde,
        "people": abs(effect.difference) * effect.treated_n,
        "people_near": near * effect.treated_n,
        "people_far": far * effect.treated_n,
    }


def _finer(effect: Effect, a_day: float) -> Finding:
    size = effect.mde * FINER
    people, pace = needed_per_arm(effect.pooled, size), _pace(a_day)
    return Finding(f"effect.raise.finer.{pace}", _people(people, size, a_day))


def _pace(a_day: float) -> str:
    return "paced" if a_day > 0 else "alone"


def _people(in_each: float, effect: float, a_day: float) -> dict[str, Fact]:
    days = math.ceil(2 * in_each / a_day) if a_day > 0 else math.nan
    return {"people": in_each, "effect": effect, "days": days}
