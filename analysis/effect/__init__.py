"""What campaigns really did: effects with their intervals, and the verdict that the evidence allows."""

from analysis.effect.before_after import BeforeAfter, before_after
from analysis.effect.campaign import CONTROL, Campaign, State, state
from analysis.effect.chance import benjamini_hochberg, mde, needed_per_arm, sequence
from analysis.effect.derived import (
    MONEY,
    CostPerUser,
    Range,
    Return,
    Wasted,
    cost_per_user,
    incremental,
    return_on_cost,
    wasted,
)
from analysis.effect.effects import Effect, together
from analysis.effect.gates import Gate
from analysis.effect.interaction import Interaction, interaction
from analysis.effect.judge import Guardrail, Level, Verdict, judge, judge_each
from analysis.effect.later import PullForward, pull_forward
from analysis.effect.means import Mean, Relative, Sums, adjusted, means, relative
from analysis.effect.planning import Holdout, Plan, holdouts, mde_if_all, plan, variance_of
from analysis.effect.quality import Quality, quality
from analysis.effect.scoring import Score, score
from analysis.effect.shares import Difference, proportions, sample_ratio, share_variance

__all__ = [
    "CONTROL",
    "MONEY",
    "BeforeAfter",
    "Campaign",
    "CostPerUser",
    "Difference",
    "Effect",
    "Gate",
    "Guardrail",
    "Holdout",
    "Interaction",
    "Level",
    "Mean",
    "Plan",
    "PullForward",
    "Quality",
    "Range",
    "Relative",
    "Return",
    "Score",
    "State",
    "Sums",
    "Verdict",
    "Wasted",
    "adjusted",
    "before_after",
    "benjamini_hochberg",
    "cost_per_user",
    "holdouts",
    "incremental",
    "interaction",
    "judge",
    "judge_each",
    "mde",
    "mde_if_all",
    "means",
    "needed_per_arm",
    "plan",
    "proportions",
    "pull_forward",
    "quality",
    "relative",
    "return_on_cost",
    "sample_ratio",
    "score",
    "sequence",
    "share_variance",
    "state",
    "together",
    "variance_of",
    "wasted",
]
