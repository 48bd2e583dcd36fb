"""What is true of the demo: what was planted, and exact counts of what came of it, written to truth.yml.

Nothing here reads the files or asks the warehouse; counts are made from what the files were written from.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from warehouse.demo import story
from warehouse.demo.campaigns import converted
from warehouse.demo.events import NAMES, WINDOW
from warehouse.demo.exports import Exports
from warehouse.demo.facts import Facts, by_month, by_week, counted, distinct, hollow
from warehouse.demo.people import CHANNELS, COUNTRIES
from warehouse.demo.story import Booleans

CHOSEN = {
    "nobody": "no exposures were recorded",
    "random": "arms by chance; planted_points in a hundred of an arm reach the goal only by it",
    "broken": "arms by chance, but quiet people of the control were not recorded; no true effect",
    "most active": "the most active were chosen and nobody was held out; no true effect",
    "task wall": "everybody who came by it, nobody was held out; mostly hollow",
}


@dataclass(frozen=True)
class Truth:
    """One truth: its name, the value, the unit, and what it means."""

    name: str
    value: object
    unit: str
    meaning: str


def product(seed: int) -> Iterator[Truth]:
    """What the demo was made from."""
    yield Truth("seed", seed, "number", "what the demo was made from; one seed makes the same files")
    yield Truth("timezone", story.TIMEZONE, "zone", "days are this zone's calendar days")
    yield Truth("first_day", text(story.FIRST_DAY), "day", "the first day of the story")
    yield Truth("data_until", text(story.DATA_UNTIL), "day", "the first day that is not covered")


def stages() -> Iterator[Truth]:
    """The planted stages."""
    starts = {
        "cold_start": text(story.week_start(0)),
        "growth": text(story.GROWTH_FROM),
        "maturity": text(story.MATURITY_FROM),
    }
    after = text(story.TASK_LAST + timedelta(days=1))
    yield Truth(
        "real",
        starts | {"decline": text(story.DECLINE_FROM)},
        "first day of a week",
        "first week of each stage, of real users (hollow left out)",
    )
    yield Truth(
        "everyone",
        starts | {"decline": after},
        "first day of a week",
        "the same with hollow users counted: the task centre hides the decline until it ends",
    )
    yield Truth(
        "hidden_decline",
        {"from": text(story.TASK_FROM), "until": after},
        "days; until is not included",
        "real users fall by 2 % a week or more, while weekly actives of everyone, hollow included, rise",
    )
    yield Truth(
        "slopes",
        {"maturity": story.MATURITY_SLOPE, "decline": story.DECLINE_SLOPE},
        "natural logarithm a week",
        "planted slope of real users' weekly actives",
    )


def release(facts: Facts) -> Iterator[Truth]:
    """The release that lifts activation."""
    people = facts.people
    released = story.day(story.RELEASE_DAY)
    came = {
        "before": (people.day >= released - 28) & (people.day < released),
        "after": (people.day >= released) & (people.day < released + 28),
    }
    yield Truth("day", text(story.RELEASE_DAY), "day", "lifts activation of those who sign up from then on")
    yield Truth(
        "points",
        story.RELEASE_POINTS,
        "percentage points",
        "planted lift of activation (finish_chapter within 7 days), of everybody but the task centre's empty",
    )
    yield Truth(
        "activation",
        {
            name: {"entrants": int(who.sum()), "activated": int((who & people.activated).sum())}
            for name, who in came.items()
        },
        "people",
        "who signed up in the 28 days before, or in the 28 days from the release on; and those activated",
    )


def outage(facts: Facts) -> Iterator[Truth]:
    """The day on which hardly anybody got in."""
    daily = np.bincount(facts.day, minlength=story.DAYS)
    number = story.day(story.OUTAGE_DAY)
    yield Truth("day", text(story.OUTAGE_DAY), "day", "login was down for most of the day")
    yield Truth("kept", story.OUTAGE_KEPT, "proportion", "planted share of usual activity that was left")
    yield Truth(
        "active_users",
        {
            "that_day": int(daily[number]),
            "week_before": int(daily[number - 7]),
            "week_after": int(daily[number + 7]),
        },
        "people",
        "daily actives on the day, and on the same weekday before and after",
    )


def task_centre(facts: Facts, empty: Booleans) -> Iterator[Truth]:
    """The campaign that brought hollow users."""
    by_it = facts.people.from_task_centre
    yield Truth("signed_up", int(by_it.sum()), "people", "who came by it, all of them by channel task_wall")
    yield Truth(
        "planted_empty_share",
        story.TASK_EMPTY_SHARE,
        "proportion",
        "planted share that only collects rewards and is gone after a day or two",
    )
    yield Truth(
        "hollow",
        int((empty[: len(by_it)] & by_it).sum()),
        "people",
        "of them hollow by the rule: only reward events on days 0–6, or incentive and not activated",
    )
    share = story.WEEK_OF_DAY[facts.day]
    weeks = range(story.week(story.TASK_FROM), story.week(story.TASK_LAST) + 1)
    yield Truth(
        "hollow_actives",
        {
            text(story.week_start(week)): len(np.unique(facts.person[(share == week) & empty[facts.person]]))
            for week in weeks
        },
        "people",
        "hollow users active in each of its weeks, by the Monday; the rest of the week's actives are real",
    )


def campaigns(facts: Facts) -> Iterator[Truth]:
    """Dates, arms and outcomes of every campaign."""
    bought = facts.paid.cents > 0
    for number, campaign in enumerate(story.CAMPAIGNS):
        here = facts.shown.campaign == number
        window = campaign.window_days
        last_shown = story.day(campaign.last)
        if here.any():
            last_shown = int(facts.shown.at[here].max()) // story.DAY_SECONDS
        arms: dict[str, dict[str, float]] = {}
        for place, (arm, share, points) in enumerate(campaign.arms):
            mine = here & (facts.shown.arm == place)
            reached, annoyed = (
                converted(
                    facts.done,
                    facts.paid.at[bought],
                    facts.paid.person[bought],
                    goal,
                    facts.everyone,
                    facts.shown.person[mine],
                    facts.shown.at[mine],
                    window,
                )
                for goal in (campaign.goal, "opt_out")
            )
            arms[arm] = {
                "planned_share": share,
                "n": int(mine.sum()),
                "converted": int(reached.sum()),
                "opted_out": int(annoyed.sum()),
                "planted_points": points,
                "planted_opt_out_points": campaign.opt_out_points if arm != "control" else 0.0,
            }
        yield Truth(
            campaign.campaign_id,
            {
                "chosen": campaign.chosen,
                "starts_on": text(campaign.first),
                "ends_on": text(campaign.last),
                "goal": campaign.goal,
                "window_days": window,
                "window_closed": last_shown + window <= story.DAYS,
                "arms": arms,
            },
            "n, converted, opted_out: people; shares: proportions; points: percentage points",
            f"{CHOSEN[campaign.chosen]}; converted, opted_out: did so at or after exposed_at, "
            "on the local days 0 … window_days − 1",
        )


def retention(facts: Facts) -> Iterator[Truth]:
    """Pooled retention of everyone on some days."""
    age = facts.day - facts.acquired[facts.person]
    for number in (1, 7, 30, 90):
        closed = facts.acquired + number + 1 <= story.DAYS
        yield Truth(
            f"day_{number}",
            {
                "entrants": int(closed.sum()),
                "active": int(((age == number) & closed[facts.person]).sum()),
            },
            "people",
            f"everyone whose day {number} is over, and those active on exactly that day after acquired_on",
        )


def users(facts: Facts, empty: Booleans) -> Iterator[Truth]:
    """Who there is."""
    people = facts.people
    young = facts.acquired + WINDOW > story.DAYS
    invited = int((facts.inviter >= 0).sum())
    strays = min(story.UNKNOWN_INVITERS, invited)
    yield Truth("made", len(people), "people", "people in users, each once")
    yield Truth("only_in_events", story.ORPHANS, "people", "user_ids met in events but not in users")
    yield Truth("total", facts.everyone, "people", "users of the warehouse: made and only_in_events")
    yield Truth(
        "without_sign_up_time",
        story.WITHOUT_SIGN_UP_TIME,
        "people",
        "users whose signed_up_at is missing; their first event is on the day they signed up",
    )
    for name, place, values in (
        ("unknown_channel", people.channel, CHANNELS),
        ("unknown_country", people.country, COUNTRIES),
    ):
        yield Truth(
            name,
            int((place == values.index("")).sum()) + story.ORPHANS,
            "people",
            "people without one, those met only in events included",
        )
    yield Truth("invited", invited - strays, "people", "users whose invited_by is a user")
    yield Truth("unknown_inviters", strays, "people", "users whose invited_by is nobody known")
    yield Truth("incentive", int((people.incentive == 1).sum()), "people", "users who came for a reward")
    yield Truth(
        "standing",
        {"hollow": int(empty.sum()), "new": int(young.sum()), "real": int((~empty & ~young).sum())},
        "people",
        "everyone by standing on data_until",
    )
    yield Truth(
        "by_channel",
        counted(np.array([*CHANNELS[:-1], "unknown"])[people.channel]),
        "people",
        "people in users by channel; those met only in events left out",
    )
    yield Truth("new_by_month", counted(by_month(facts.acquired)), "people", "everyone by acquired_on")


def activity(facts: Facts, empty: Booleans) -> Iterator[Truth]:
    """How many were active."""
    real = ~empty[facts.person]
    month, week = by_month(facts.day), by_week(facts.day)
    yield Truth("user_days", len(facts.day), "pairs", "different (person, day) with an event or a payment")
    yield Truth("by_month", distinct(facts.person, month), "people", "different people active in a month")
    yield Truth(
        "real_by_month",
        distinct(facts.person[real], month[real]),
        "people",
        "different people active in a month, hollow left out",
    )
    yield Truth(
        "by_week",
        distinct(facts.person, week),
        "people",
        "different people active in a week, by its Monday; the first and the last week are cut",
    )
    yield Truth(
        "real_by_week",
        distinct(facts.person[real], week[real]),
        "people",
        "different people active in a week, hollow left out",
    )
    yield Truth("events_by_name", counted(np.array(NAMES)[facts.done.event]), "rows", "accepted events by name")


def money(facts: Facts) -> Iterator[Truth]:
    """What was paid."""
    paid = facts.paid
    month = by_month(paid.at // story.DAY_SECONDS)
    bought = paid.cents > 0
    revenue = pd.Series(paid.cents).groupby(month).sum().sort_index()
    yield Truth(
        "payers_by_month",
        distinct(paid.person[bought], month[bought]),
        "people",
        "different people with a payment above 0 in a month",
    )
    yield Truth(
        "revenue_by_month",
        {str(name): int(cents) / 100 for name, cents in revenue.items()},
        "CNY",
        "payments less refunds in a month",
    )
    yield Truth("refunds", int((~bought).sum()), "rows", "payments below 0")


def figures() -> Iterator[Truth]:
    """Numbers made elsewhere."""
    yield Truth(
        "vendor_bias",
        story.VENDOR_BIAS,
        "proportion",
        "the vendor's daily actives (figure active_users) are above ours by this, with noise of 0.003",
    )


def holidays() -> Iterator[Truth]:
    """Days with another rhythm."""
    yield Truth(
        "first_days",
        {holiday.name: text(holiday.first) for holiday in story.HOLIDAYS},
        "day",
        "the first day of each; fewer people on the Spring Festival's first days, more on other holidays",
    )


def tables(exports: Exports) -> Iterator[Truth]:
    """Rows of the files."""
    names = sorted(name for name in exports.rows if name != "notes")
    rejected = Counter[str]()
    for fault in exports.faults:
        rejected[fault.table] += fault.rows
    yield Truth(
        "read",
        {name: exports.rows[name] for name in names},
        "rows",
        "rows in the files of each contract table, spoilt ones included",
    )
    yield Truth(
        "rejected",
        {name: rejected[name] for name in names},
        "rows",
        "spoilt rows of each contract table; the rest are accepted",
    )
    yield Truth(
        "faults",
        [
            {"table": fault.table, "column": fault.column, "why": fault.why, "rows": fault.rows}
            for fault in exports.faults
        ],
        "rows",
        "spoilt rows by the file's column and by fault; no row has two",
    )


def text(day: date) -> str:
    """A day as ISO text."""
    return day.isoformat()


def write(folder: Path, facts: Facts, exports: Exports, seed: int) -> None:
    """Write truth.yml: sections of names, each with value, unit and meaning."""
    empty = hollow(facts)
    sections = {
        "product": product(seed),
        "stages": stages(),
        "release": release(facts),
        "outage": outage(facts),
        "task_centre": task_centre(facts, empty),
        "campaigns": campaigns(facts),
        "holidays": holidays(),
        "figures": figures(),
        "retention": retention(facts),
        "users": users(facts, empty),
        "activity": activity(facts, empty),
        "money": money(facts),
        "tables": tables(exports),
    }
    lines = ["# What is true of the demo: what was planted, and exact counts of what came of it."]
    for section, truths in sections.items():
        lines += ["", f"{section}:"]
        for truth in truths:
            # JSON is YAML too, so that values need no quoting rules of our own
            lines.append(f"    {truth.name}:")
            lines.append(f"        value: {json.dumps(truth.value, ensure_ascii=False)}")
            lines.append(f"        unit: {json.dumps(truth.unit)}")
            lines.append(f"        meaning: {json.dumps(truth.meaning, ensure_ascii=False)}")
    (folder / "truth.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
