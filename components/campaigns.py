"""What Campaigns reads and says: the list with its verdicts, and one campaign's verdict in full."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis import effect
from analysis.effect import MONEY, Campaign, Verdict
from analysis.finding import Finding
from analysis.proportions import ratio, wilson
from components import campaign_charts, charts, data, figures, filters, notes, tables, words
from components.data import read
from components.filters import Chosen
from components.markup import Html, draw, html, join, plain
from components.tables import Cell
from components.words import say
from config.phrases import MINUS

# A reward or an incentive makes somebody hollow in the first days; people shown it later were judged before.
SETTLED_DAYS = 7
# So many dots and rows leave the campaign looked at in sight; the rest is one click away.
MOST_DRAWN, MOST_LISTED = 12, 12
GATE_MARKS = {"passed": "●", "noted": "●", "failed": "○", "unknown": "◌"}
TONES = {"A": "good", "A?": "bad"}


@dataclass(frozen=True)
class Listed:
    """All campaigns of the product with their verdicts, the latest first.

    table     as campaigns/list
    verdicts  by campaign_id, by the goal alone
    people    by campaign_id, those assigned that the filters keep
    """

    table: pd.DataFrame
    verdicts: dict[str, Verdict]
    people: dict[str, float]

    def row(self, campaign_id: str) -> dict[Hashable, Any]:
        """A campaign's row of the list."""
        return self.table[self.table["campaign_id"] == campaign_id].to_dict("records")[0]


def listed(chosen: Chosen) -> Listed:
    """Every campaign, planned ones too, with what the evidence allows to say of it."""
    table = read("campaigns/list")
    key = repr((chosen.segments, chosen.segments_with_hollow))
    verdicts, people = _verdicts(str(data.in_use()), key, table, chosen)
    return Listed(table, verdicts, people)


@st.cache_resource(max_entries=32, show_spinner=False)
def _verdicts(
    path: str, key: str, _table: pd.DataFrame, _chosen: Chosen
) -> tuple[dict[str, Verdict], dict[str, float]]:
    found: dict[str, Verdict] = {}
    people: dict[str, float] = {}
    over = [segments_of(row, _chosen) for row in _table.to_dict("records")]
    for segments in dict.fromkeys(over):
        own = _table[[each == segments for each in over]]
        outcomes = read("campaigns/outcomes_of_all", segments=segments)
        arms = read("campaigns/arms_of_all", segments=segments)
        found |= effect.judge_each(own, outcomes, _chosen.data_until, arms)
        counted = arms.groupby("campaign_id")["assigned"].sum().to_dict()
        people |= {name: float(counted.get(name, 0)) for name in own["campaign_id"]}
    return {name: found[name] for name in _table["campaign_id"]}, people


def segments_of(row: Any, chosen: Chosen) -> tuple[int, ...] | None:
    """The segments a campaign is judged over: with hollow users, unless all its people joined well before it.

    Whoever came by the campaign can be hollow because of it: leaving them out would make it look better than it was.
    """
    settled = row["min_days_after_joining"]
    if not pd.isna(settled) and settled >= SETTLED_DAYS:
        return chosen.segments
    return chosen.segments_with_hollow


def leaves_filter_out(row: Any, chosen: Chosen) -> bool:
    """Whether the filter on real users is set and left aside for this campaign."""
    return chosen.real_only and segments_of(row, chosen) != chosen.segments


# The list -------------------------------------------------------------------------------------------------


def answer(found: Listed) -> tuple[str, str]:
    """How many campaigns were measured, and which did what."""
    verdicts = [each for each in found.verdicts.values() if each.state != "planned"]
    measured = [each for each in verdicts if each.shows_effect]
    credited = [each for each in measured if each.credited]
    if not verdicts:
        return say(f"campaigns.answer_{'planned' if found.verdicts else 'nothing'}"), ""
    if not measured:
        return say("campaigns.answer_unmeasured", count=len(verdicts)), say("campaigns.answer_why")
    first = say("campaigns.answer", count=len(verdicts), measured=len(measured), credited=len(credited))
    if not credited:
        return first, say("campaigns.answer_none")
    best = max(credited, key=lambda each: max(one.difference for one in each.credited))
    lift = max(best.credited, key=lambda one: one.difference)
    return first, say("campaigns.answer_best", name=best.campaign.name, effect=between(lift))


def listing(found: Listed, chosen: Chosen) -> None:
    """The campaigns that can be compared as dots on one axis; below it all of them in a table."""
    drawn = _dots(found)
    if len(drawn):
        lines = list(dict.fromkeys(drawn["line"]))
        charts.draw(campaign_charts.effects(lines), drawn, say("campaigns.chart_alt", count=len(lines)))
        st.caption(plain(say("campaigns.chart_about")))
    shown = list(found.verdicts.values())
    if len(shown) > MOST_LISTED and not st.toggle(
        plain(say("campaigns.all", count=len(shown))), key="campaigns_all", help=plain(say("campaigns.all_help"))
    ):
        shown = shown[:MOST_LISTED]
    rows = [
        (verdict.campaign.name, _cells(verdict, found.people[verdict.campaign.campaign_id], chosen))
        for verdict in shown
    ]
    names = ("label", "effect", "state", "dates", "kind", "reached", "cost")
    with st.container(key="campaign_list"):
        tables.bars(say("campaigns.column.name"), [say(f"campaigns.column.{name}") for name in names], rows)
    tables.download_all(lambda: exact(found), "campaigns")


def exact(found: Listed) -> pd.DataFrame:
    """The list for the file: the row, the level, the difference of each treatment; is_effect where it was caused."""
    rows: list[dict[str, Any]] = []
    for row in tables.each_row(found.table):
        verdict = found.verdicts[row.campaign_id]
        known = {"level": verdict.level, "label": verdict.label_key, "is_effect": verdict.shows_effect}
        differences = [
            {name: getattr(each, name) for name in ("treatment", "difference", "low", "high")}
            for each in verdict.effects
        ]
        rows += [{"campaign_id": row.campaign_id, **known, **each} for each in differences or [{}]]
    columns = ["campaign_id", "level", "label", "is_effect", "treatment", "difference", "low", "high"]
    return found.table.merge(pd.DataFrame(rows, columns=columns), on="campaign_id")


def _dots(found: Listed) -> pd.DataFrame:
    """A dot a treatment, in points; names that two campaigns share are told apart by their ids."""
    names = [each.campaign.name for each in found.verdicts.values()]
    rows = []
    for verdict in found.verdicts.values():
        name, several = verdict.campaign.name, len(verdict.effects) > 1
        if names.count(name) > 1:
            name = say("campaigns.of_treatment", name=name, treatment=verdict.campaign.campaign_id)
        for each in verdict.effects:
            if not np.isfinite(each.low):
                continue
            rows.append(
                {
                    "line": say("campaigns.of_treatment", name=name, treatment=each.treatment) if several else name,
                    "difference": each.difference * 100,
                    "low": each.low * 100,
                    "high": each.high * 100,
                    "kind": "measured" if verdict.shows_effect else "plain",
                    "label": say(verdict.badge),
                    "treated_n": each.treated_n,
                    "control_n": each.control_n,
                }
            )
    columns = ["line", "difference", "low", "high", "kind", "label", "treated_n", "control_n"]
    return pd.DataFrame(rows[:MOST_DRAWN], columns=columns)


def _cells(verdict: Verdict, people: float, chosen: Chosen) -> list[Cell]:
    language = words.language()
    campaign = verdict.campaign
    cost = figures.short(campaign.cost, "money", language, chosen.currency)
    reached = figures.count(people, language) if campaign.assigned > 0 else figures.DASH
    return [
        Cell(_badge(verdict, say(verdict.badge)), say(verdict.label), is_words=True),
        Cell(_effects(verdict), "" if verdict.shows_effect else say("campaigns.no_effect_shown"), is_words=True),
        Cell(_standing(verdict), is_words=True),
        Cell(_dates(campaign), is_words=True),
        Cell(say(f"campaigns.kind.{campaign.kind}"), is_words=True),
        Cell(reached),
        Cell(cost, "" if np.isfinite(campaign.cost) else say("effect.cost.unknown")),
    ]


def _badge(verdict: Verdict, text: str) -> Html:
    return html('<span class="badge {tone}">{text}</span>', tone=TONES.get(verdict.level, "plain"), text=text)


def _standing(verdict: Verdict) -> str:
    """The state; while people's time is running, until when."""
    if verdict.state == "open" and verdict.immature_until:
        return say("campaigns.open_until", until=verdict.immature_until)
    return say(verdict.standing)


def _effects(verdict: Verdict) -> str:
    """The effects in points; those that are no more than differences are not shown as effects."""
    if not verdict.shows_effect:
        return figures.DASH
    if len(verdict.effects) == 1:
        return between(verdict.effects[0])
    named = [say("campaigns.of_treatment", name=each.treatment, treatment=between(each)) for each in verdict.effects]
    return join([html("{text}", text=each) for each in named], "<br>")


def between(each: Any) -> str:
    """A difference of shares with its interval, in points: anything with difference, low and high."""
    language = words.language()
    size = figures.difference(each.difference, "rate", language)
    if not np.isfinite(each.low):
        return size
    low, high = (_signed(value * 100) for value in (each.low, each.high))
    return say("campaigns.between", size=size, low=low, high=high)


def _signed(value: float) -> str:
    text = f"{abs(value):.1f}"
    return text if text == "0.0" else f"{'+' if value > 0 else MINUS}{text}"


def _dates(campaign: Campaign) -> str:
    language = words.language()
    if campaign.ends_on < campaign.starts_on:
        first, last = (figures.short_day(each, language) for each in (campaign.starts_on, campaign.ends_on))
        return say("campaigns.days_reversed", first=first, last=last)
    return figures.days(campaign.starts_on, campaign.ends_on, language)


# One campaign ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class One:
    """One campaign in full.

    segments  those it is judged over
    outcomes  as campaigns/outcomes; arms as campaigns/arms
    daily     people a day before, during and after it, as campaigns/before_after
    """

    verdict: Verdict
    row: dict[Hashable, Any]
    segments: tuple[int, ...] | None
    outcomes: pd.DataFrame
    arms: pd.DataFrame
    daily: pd.DataFrame

    @property
    def id(self) -> str:
        """Its campaign_id."""
        return self.verdict.campaign.campaign_id

    @property
    def is_whole(self) -> bool:
        """Whether everybody assigned is counted: a cost cannot be split between people."""
        return float(self.arms["assigned"].sum()) >= float(self.row["assigned"])

    @property
    def asked(self) -> dict[str, Any]:
        """This campaign and the people it is judged over, as the queries take them."""
        return {"campaign": self.id, "segments": self.segments}


def pick(found: Listed) -> str:
    """The campaign looked at: the latest that was measured at first; the address bar keeps the choice."""
    begun = [name for name, verdict in found.verdicts.items() if verdict.state != "planned"]
    names = [verdict.campaign.name for verdict in found.verdicts.values()]
    options = {}
    for name, verdict in found.verdicts.items():
        shown = verdict.campaign.name
        again = names.count(shown) > 1
        options[name] = say("campaigns.of_treatment", name=shown, treatment=name) if again else shown
    measured = [name for name in begun if found.verdicts[name].shows_effect]
    usual = (measured or begun or list(options))[0]
    return filters.choice("campaign", say("campaigns.one"), options, usual)


def one(found: Listed, campaign_id: str, chosen: Chosen) -> One:
    """Everything of one campaign that its verdict needs."""
    row = found.row(campaign_id)
    segments = segments_of(row, chosen)
    asked = {"campaign": campaign_id, "segments": segments}
    campaign = Campaign.of(row)
    daily = read("campaigns/before_after", **asked)
    before = effect.before_after(daily, campaign.starts_on, campaign.ends_on, chosen.data_until)
    outcomes, arms = read("campaigns/outcomes", **asked), read("campaigns/arms", **asked)
    overlaps = read("campaigns/overlaps", campaign=campaign_id)
    verdict = effect.judge(campaign, outcomes, chosen.data_until, arms, overlaps, before)
    return One(verdict, row, segments, outcomes, arms, daily)


def sentence(finding: Finding, chosen: Chosen) -> str:
    """A finding of a campaign in words, amounts in the product's currency."""
    language = words.language()
    amounts = {
        name: figures.short(float(value), "money", language, chosen.currency)
        for name, value in finding.figures.items()
        if name in MONEY and isinstance(value, int | float)
    }
    return words.sentence(finding, **amounts)


def said(case: One, chosen: Chosen) -> None:
    """The verdict as a manager can repeat it, its label, what goes with it."""
    verdict = case.verdict
    draw(
        html(
            '<p class="verdict">{badge} <span class="about">{facts}</span></p>'
            '<p class="said">{answer}</p>{worse}{also}',
            badge=_badge(verdict, say(verdict.label)),
            facts=words.listed([_standing(verdict), _dates(verdict.campaign)]),
            answer=words.sentences(sentence(each, chosen) for each in verdict.answer),
            worse=join([html('<p class="about worse">▲ {text}</p>', text=each) for each in _worse(verdict, chosen)]),
            also=join([html('<p class="about">{text}</p>', text=sentence(each, chosen)) for each in verdict.also]),
        )
    )
    if leaves_filter_out(case.row, chosen):
        st.caption(plain(say("campaigns.real_left_out")))


def _worse(verdict: Verdict, chosen: Chosen) -> list[str]:
    """The guardrails that it drove up: nobody is to hear that it worked without them."""
    several = len(verdict.effects) > 1
    found = [(each.effect.treatment, sentence(each.finding, chosen)) for each in verdict.guardrails if each.is_worse]
    return [say("campaigns.of_treatment", name=name, treatment=text) if several else text for name, text in found]


def picture(case: One) -> None:
    """What proves it: the groups' shares with their intervals; else people a day, as they were."""
    arms = _shares(case)
    if len(arms) > 1 and case.verdict.effects:
        notes.heading(say("campaigns.groups"), say("campaigns.groups_about"))
        spec = campaign_charts.groups(arms["line"].tolist())
        charts.draw(spec, arms, say("campaigns.groups_alt", groups=words.listed(arms["told"])))
        if not case.verdict.shows_effect:
            st.caption(plain(say("campaigns.plain_difference")))
        return
    days = case.daily
    if not len(days):
        return
    what = "reached" if days["reached"].notna().any() else "active"
    language = words.language()
    table = pd.DataFrame(
        {
            "x": days["day"].dt.strftime("%Y-%m-%d"),
            "when": [figures.day(each.date(), language) for each in days["day"]],
            "value": days[what].astype(float),
            "part": days["part"],
            "line": [say(f"campaigns.part.{part}") for part in days["part"]],
        }
    )
    notes.heading(say(f"campaigns.before_after.{what}"), say("campaigns.before_after.about"))
    first, last = table["when"].iloc[[0, -1]]
    alt = say("campaigns.before_after.alt", first=first, last=last, count=len(table))
    charts.draw(campaign_charts.days(), table, alt)


def _shares(case: One) -> pd.DataFrame:
    """The goal's share in each group, with Wilson's interval; groups in which nobody's time is over are left out."""
    own = case.outcomes[(case.outcomes["metric"] == "goal") & (case.outcomes["n"] > 0)]
    low, high = wilson(own["sum_y"], own["n"])
    names = [group(arm) for arm in own["arm"]]
    share = ratio(own["sum_y"], own["n"])
    language = words.language()
    told = [
        say("campaigns.group", name=name, share=figures.interval(one, least, most, language), count=int(people))
        for name, one, least, most, people in zip(names, share, low, high, own["n"], strict=True)
    ]
    columns = {"share": share, "low": low, "high": high, "people": own["n"].astype(float), "told": told}
    return pd.DataFrame({"arm": own["arm"], "line": names, "is_control": own["arm"] == effect.CONTROL, **columns})


def group(arm: str) -> str:
    """An arm as people read it: the control is those held out."""
    return say("campaigns.held_out") if arm == effect.CONTROL else arm


def gates(case: One, chosen: Chosen) -> None:
    """What had to hold for the label, as a checklist; the statistics behind it folded."""
    lines = [
        html(
            '<div class="line {state}"><span class="mark">{mark}</span><div><b>{title}</b> '
            '<span class="about">{how}</span><div class="about">{text}</div></div></div>',
            state={"passed": "done", "noted": "done", "failed": "overdue"}.get(gate.state, ""),
            mark=GATE_MARKS[gate.state],
            title=say(gate.title),
            how=say(f"campaigns.gate.{gate.state}"),
            text=sentence(gate.finding, chosen),
        )
        for gate in case.verdict.gates
    ]
    if not lines:
        return
    notes.heading(say("campaigns.gates"), say("campaigns.gates_about"))
    draw(html('<div class="list gates">{lines}</div>', lines=join(lines)))
    proofs = [(say(gate.title), sentence(gate.proof, chosen)) for gate in case.verdict.gates if gate.proof]
    if not proofs:
        return
    folded = st.expander(plain(say("campaigns.proofs")), key=f"proofs_{case.id}", on_change="rerun")
    if folded.open:
        with folded:
            listed_texts([say("campaigns.proof", title=title, proof=proof) for title, proof in proofs])


def may(case: One, chosen: Chosen) -> None:
    """What may be said, what may not, and what would tell more."""
    if not (case.verdict.may or case.verdict.may_not or case.verdict.would_raise):
        return
    left, middle, right = st.columns(3)
    parts = (
        (left, "may", case.verdict.may),
        (middle, "may_not", case.verdict.may_not),
        (right, "would_raise", case.verdict.would_raise),
    )
    for column, name, findings in parts:
        with column:
            draw(html('<p class="part">{title}</p>', title=say(f"campaigns.{name}")))
            listed_texts([sentence(each, chosen) for each in findings] or [say("campaigns.nothing")])


def listed_texts(lines: Sequence[str]) -> None:
    """Sentences one below another."""
    items = join([html("<li>{text}</li>", text=each) for each in lines])
    draw(html('<ul class="changes">{items}</ul>', items=items))


def definitions() -> dict[str, str]:
    """What this page's words mean."""
    terms = ("measured", "held_out", "window", "credited", "descriptive", "broken")
    return {say(f"campaigns.term.{term}"): say(f"campaigns.means.{term}") for term in terms}
