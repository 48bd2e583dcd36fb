"""The verdict on a campaign: the evidence sets the label, and nobody can choose it.

Level  situation                                                     label
A      random control, split as planned, planned end reached          causal (randomised)
       (or limits that hold however often one looks leave out 0)
A?     random, but the split or what people did before tells that     invalid: allocation broken
       the groups cannot be compared
D      no control, nothing to measure by, or more than a fifth of     descriptive only
       its people in another campaign
E      too few people, or blind to any plausible effect               not enough data

Comparison groups (B) and models of the whole product (C) are not worked out: what would need them is D, and the
verdict says what is missing. Overlapping campaigns are capped at C by the rule, hence at D.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from analysis.effect import gates, saying
from analysis.effect.before_after import BeforeAfter
from analysis.effect.campaign import CONTROL, Campaign, State, state
from analysis.effect.effects import GOAL, GUARDRAILS, Effect, SumsOf, measure, sums_by, sums_of, treatments_of
from analysis.effect.gates import Gate
from analysis.effect.means import Sums
from analysis.finding import Finding

Level = Literal["A", "A?", "D", "E"]
Label = Literal["causal", "broken", "descriptive", "too_little", "early", "planned"]

OTHERS = ("payments", "active_days", "retention_day_7", "retention_day_30")


@dataclass(frozen=True)
class Guardrail:
    """What must not get worse: a share that is better lower, with its sentence."""

    effect: Effect
    finding: Finding

    @property
    def is_worse(self) -> bool:
        """Whether more of the treated did it, beyond chance; for its own sake, since an alarm too many costs little."""
        return self.effect.low > 0


@dataclass(frozen=True)
class Verdict:
    """What may be said of a campaign.

    answer          the sentences for a meeting, one a treatment
    also            what goes with them: the window still open, before and after, people left out
    effects         of the goal, one a treatment; none where nothing was held out or the groups cannot be compared.
                    Only where shows_effect may they be called effects: else they are mere differences
    others          exploratory, with q; guardrails: opt-outs and complaints
    gates           in the order in which they are asked
    would_raise     what would have made, or would make, the label a better one
    immature_until  first day on which every window is over, where that is not yet so
    """

    campaign: Campaign
    state: State
    level: Level
    label_key: Label
    answer: tuple[Finding, ...]
    also: tuple[Finding, ...] = ()
    effects: tuple[Effect, ...] = ()
    others: tuple[Effect, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    may: tuple[Finding, ...] = ()
    may_not: tuple[Finding, ...] = ()
    gates: tuple[Gate, ...] = ()
    would_raise: tuple[Finding, ...] = ()
    immature_until: date | None = None

    @property
    def label(self) -> str:
        """Words key of the label in full."""
        return f"effect.label.{self.label_key}"

    @property
    def badge(self) -> str:
        """Words key of the label in a word or two."""
        return f"effect.badge.{self.label_key}"

    @property
    def standing(self) -> str:
        """Words key of the state."""
        return f"effect.state.{self.state}"

    @property
    def shows_effect(self) -> bool:
        """Whether lift, incremental users and the return on the cost may be shown."""
        return self.level == "A"

    @property
    def credited(self) -> tuple[Effect, ...]:
        """The effects of the goal that were caused by the campaign, beyond chance; better or worse."""
        if not self.shows_effect:
            return ()
        expected = self.campaign.expected
        return tuple(each for each in self.effects if each.beyond_chance and gates.is_enough(each, expected))


def judge(
    campaign: Campaign,
    outcomes: pd.DataFrame,
    data_until: date,
    arms: pd.DataFrame | None = None,
    overlaps: pd.DataFrame | None = None,
    before: BeforeAfter | None = None,
) -> Verdict:
    """The verdict on one campaign.

    outcomes    as campaigns/outcomes: arm, metric, n, sum_y, sum_yy, sum_x, sum_xx, sum_xy
    data_until  first day not covered
    arms        as campaigns/arms: arm, assigned; without it those whose window is over are taken for the assigned
    overlaps    as campaigns/overlaps: name, users; names the largest, and counts where the list does not
    before      of `before_after`, said where nothing better can be
    """
    sums, assigned = sums_of(outcomes), None
    if arms is not None:
        assigned = dict(zip(arms["arm"].tolist(), _assigned(arms), strict=True))
    return _Case(campaign, sums, assigned, data_until, overlaps, before).verdict()


def judge_each(
    campaigns: pd.DataFrame,
    outcomes: pd.DataFrame,
    data_until: date,
    arms: pd.DataFrame | None = None,
) -> dict[str, Verdict]:
    """The verdict on each campaign of the list, in its order, by the goal alone: level and label as `judge` has them.

    campaigns  as campaigns/list; the other tables as for `judge`, with campaign_id
    """
    of_outcomes = sums_by(outcomes, "campaign_id")
    of_arms: dict[str, dict[str, float]] = {}
    if arms is not None:
        for key, arm, count in zip(arms["campaign_id"].tolist(), arms["arm"].tolist(), _assigned(arms), strict=True):
            of_arms.setdefault(key, {})[arm] = count
    verdicts = {}
    for row in campaigns.to_dict("records"):
        campaign = Campaign.of(row)
        key = campaign.campaign_id
        given = None if arms is None else of_arms.get(key, {})
        verdicts[key] = _Case(campaign, of_outcomes.get(key, {}), given, data_until, None, None).verdict()
    return verdicts


def _assigned(arms: pd.DataFrame) -> list[float]:
    counts: list[float] = arms["assigned"].to_numpy(float, na_value=0).tolist()
    return counts


def _closed(sums: SumsOf) -> dict[str, float]:
    found: dict[str, float] = {}
    for (arm, _), own in sums.items():
        found[arm] = max(found.get(arm, 0.0), own.n)
    return found


@dataclass(frozen=True)
class _Case:
    campaign: Campaign
    sums: SumsOf
    given: Mapping[str, float] | None
    data_until: date
    overlaps: pd.DataFrame | None
    before: BeforeAfter | None

    @property
    def assigned(self) -> Mapping[str, float]:
        """As given, or else those whose time is over."""
        return _closed(self.sums) if self.given is None else self.given

    @property
    def now(self) -> State:
        return state(self.campaign, self.data_until)

    def verdict(self) -> Verdict:
        if not sum(self.assigned.values()):
            return self._uncounted() if self.given is None and self.campaign.assigned > 0 else self._nobody()
        held_out = gates.control(self.assigned)
        overlap = gates.overlap(self.campaign, self.overlaps)
        finished = gates.finished(self.campaign, self.now)
        if held_out.state == "failed":
            return self._no_control((held_out, overlap, finished))
        treatments = treatments_of(self.assigned)
        split = gates.split(self.assigned, self.campaign.planned_share)
        balance = gates.balance(self.sums, treatments)
        effects = self._measure([GOAL])
        size = gates.size(effects, self.campaign.expected)
        asked = (held_out, gates.drawn(), split, balance, overlap, size, finished)
        if "failed" in (split.state, balance.state):
            return self._make("A?", "broken", saying.broken(split, balance), asked)
        if not effects:
            return self._nothing_measured(asked)
        if overlap.state == "failed":
            return self._make("D", "descriptive", saying.overlapping(effects, overlap), asked, effects)
        if size.state == "failed":
            said = saying.too_little(self.campaign, effects, size, self._a_day())
            return self._make("E", "too_little" if self.now == "final" else "early", said, asked, effects)
        enough = [each for each in effects if gates.is_enough(each, self.campaign.expected)]
        if self.now != "final" and not any(each.beyond_chance for each in enough):
            return self._make("E", "early", saying.too_early(effects, finished), asked, effects)
        return self._make("A", "causal", saying.caused(self.campaign, effects, self._a_day()), asked, effects)

    def _nobody(self) -> Verdict:
        if self.now == "planned":
            return self._make("E", "planned", saying.planned(self.campaign), ())
        return self._make("D", "descriptive", saying.nobody_recorded(), (gates.control(self.assigned),))

    def _uncounted(self) -> Verdict:
        """People were assigned, nobody's time is over, and how many fell into which arm was not given."""
        finished = gates.finished(self.campaign, self.now)
        if any(arm == CONTROL for arm, _ in self.sums):
            return self._make("E", "early", saying.nobody_closed(finished), (finished,))
        said = saying.no_control(self.campaign, Sums(), {"": self.campaign.assigned})
        return self._make("D", "descriptive", said, (finished,))

    def _no_control(self, asked: tuple[Gate, ...]) -> Verdict:
        if self.assigned.get(CONTROL):
            return self._make("E", "too_little", saying.nobody_treated(asked[0]), asked)
        total = sum((self.sums[arm, GOAL] for arm in self.assigned if (arm, GOAL) in self.sums), start=Sums())
        return self._make("D", "descriptive", saying.no_control(self.campaign, total, self.assigned), asked)

    def _nothing_measured(self, asked: tuple[Gate, ...]) -> Verdict:
        if not any(metric == GOAL for _, metric in self.sums) and self.campaign.goal is None:
            # Whether people are enough, and were alike before, is asked of a goal.
            without = tuple(each for each in asked if each.key not in ("balance", "size"))
            return self._make("D", "descriptive", saying.no_goal(), without)
        label: Label = "too_little" if self.now == "final" else "early"
        return self._make("E", label, saying.nobody_closed(asked[-1]), asked)

    def _measure(self, metrics: list[str]) -> tuple[Effect, ...]:
        return measure(self.sums, metrics, treatments_of(self.assigned), self.assigned, early=self.now != "final")

    def _a_day(self) -> float:
        """People assigned a day so far; missing before the first day is over."""
        days = (self.campaign.last_day - self.campaign.first_day).days + 1
        over = min((self.data_until - self.campaign.first_day).days, days)
        return sum(self.assigned.values()) / over if over > 0 else math.nan

    def _make(
        self, level: Level, label: Label, said: saying.Said, asked: tuple[Gate, ...], effects: tuple[Effect, ...] = ()
    ) -> Verdict:
        before = (self.before.finding,) if self.before is not None and level == "D" else ()
        until = self.campaign.complete_on
        immature = until if self.now in ("running", "open") else None
        also = (
            *said.also,
            *before,
            *([Finding("effect.also.immature", {"until": until})] if immature else []),
            *saying.left_out(self.campaign),
        )
        return Verdict(
            campaign=self.campaign,
            state=self.now,
            level=level,
            label_key=label,
            answer=said.answer,
            also=also,
            effects=effects,
            others=self._measure(list(OTHERS)) if effects else (),
            guardrails=tuple(Guardrail(each, saying.guardrail(each)) for each in self._measure(list(GUARDRAILS)))
            if effects
            else (),
            may=said.may,
            may_not=said.may_not,
            gates=asked,
            would_raise=said.would_raise,
            immature_until=immature,
        )
