"""What a company has besides users and events: costs, feedback, content, others' figures, lists, notes.

Every function gives a table as it is exported: text where a company has text, days as ISO.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from warehouse.demo import story
from warehouse.demo.activity import Visits
from warehouse.demo.people import CASUAL, CHANNELS, HABITUAL, PLATFORMS, People
from warehouse.demo.story import Integers, Texts

COST_OF_NEW_USER = {
    "app_store": 4.2,
    "paid_social": 9.5,
    "search": 3.1,
    "referral": 2.0,
    "kol": 7.5,
    "partner": 1.5,
}
COST_OF_TASK_USER = 6.0
SOURCES = ("app", "app_store", "wechat", "mail", "phone")
CATEGORIES = ("bug", "content", "payment", "reward", "suggestion", "praise")
DEPARTMENTS = {"bug": "engineering", "content": "editorial", "payment": "finance", "reward": "operations",
               "suggestion": "product", "praise": "operations"}  # fmt: skip
SECTIONS = ("fantasy", "romance", "history", "science", "city", "comic")


def days() -> list[str]:
    """Every day of the story, as ISO text."""
    return [(story.FIRST_DAY + timedelta(days=number)).isoformat() for number in range(story.DAYS)]


def moments(seconds: Integers) -> pd.Series:
    """Local times, as text without a zone."""
    return pd.Series(pd.Timestamp(story.FIRST_DAY) + pd.to_timedelta(seconds, unit="s")).dt.strftime(
        "%Y-%m-%d %H:%M:%S"
    )


def costs(rng: np.random.Generator, people: People) -> pd.DataFrame:
    """What each channel cost on a day: day, channel, spend (CNY), reach (people), visits."""
    text = days()
    parts = []
    for place, channel in enumerate(CHANNELS):
        price = COST_OF_TASK_USER if channel == "task_wall" else COST_OF_NEW_USER.get(channel)
        if price is None:
            continue
        new = np.bincount(people.day[people.channel == place], minlength=story.DAYS)
        bought = np.flatnonzero(new > 0)
        spend = new[bought] * price * rng.lognormal(0, 0.12, len(bought))
        visits = np.round(new[bought] * rng.uniform(5, 9, len(bought)))
        reach = np.round(visits * rng.uniform(12, 30, len(bought)))
        parts.append(
            pd.DataFrame(
                {
                    "day": [text[number] for number in bought],
                    "channel": channel,
                    "spend": [f"{amount:.2f}" for amount in spend],
                    "reach": reach.astype(np.int64),
                    "visits": visits.astype(np.int64),
                }
            )
        )
    return pd.concat(parts).sort_values(["day", "channel"], ignore_index=True)


def feedback(rng: np.random.Generator, visits: Visits, ids: Texts) -> pd.DataFrame:
    """Messages received: from people who were active, and some from nobody known. Times in UTC."""
    count = max(len(visits) // 260, 20)
    wrote = rng.integers(0, len(visits), size=count)
    outage = np.flatnonzero(visits.day == story.day(story.OUTAGE_DAY) + 1)
    wrote = np.sort(np.concatenate([wrote, rng.permutation(outage)[: count // 25]]))
    angry = visits.day[wrote] == story.day(story.OUTAGE_DAY) + 1
    count = len(wrote)
    category = rng.choice(CATEGORIES, size=count, p=[0.26, 0.22, 0.12, 0.08, 0.22, 0.10])
    category = np.where(angry & (rng.random(count) < 0.8), "bug", category)
    severity = rng.choice(("low", "medium", "high", "critical"), size=count, p=[0.45, 0.38, 0.14, 0.03])
    severity = np.where(angry & (category == "bug"), "critical", severity)
    at = visits.day[wrote] * story.DAY_SECONDS + visits.second[wrote] + 2_700 - story.UTC_OFFSET
    order = np.argsort(at, kind="stable")
    replied = at + rng.exponential(20 * 3600, count).astype(np.int64) + 600
    resolved = replied + rng.exponential(60 * 3600, count).astype(np.int64) + 600
    end = story.DAYS * story.DAY_SECONDS - story.UTC_OFFSET
    has_reply = (rng.random(count) < 0.86) & (replied < end)
    is_resolved = has_reply & (rng.random(count) < 0.8) & (resolved < end)
    known = rng.random(count) < 0.85
    zulu = moments(at).str.replace(" ", "T") + "Z"
    table = pd.DataFrame(
        {
            "received_at": zulu,
            "uid": pd.Series(ids[visits.person[wrote]]).where(known),
            "source": rng.choice(SOURCES, size=count, p=[0.55, 0.2, 0.15, 0.07, 0.03]),
            "category": category,
            "severity": severity,
            "department": pd.Series(category).map(DEPARTMENTS),
            "status": np.select([is_resolved, has_reply], ["resolved", "replied"], "open"),
            "replied_at": (moments(replied).str.replace(" ", "T") + "Z").where(has_reply),
            "resolved_at": (moments(resolved).str.replace(" ", "T") + "Z").where(is_resolved),
        }
    )
    table = table.iloc[order].reset_index(drop=True)
    table.insert(0, "ticket", [f"T{number:05d}" for number in range(1, count + 1)])
    return table


def content(rng: np.random.Generator) -> pd.DataFrame:
    """Books and chapters published, one row a piece."""
    count = 2_400
    day = np.sort(rng.integers(0, story.DAYS, size=count))
    audit = rng.choice(("approved", "rejected", "pending"), size=count, p=[0.90, 0.07, 0.03])
    recommended = (audit == "approved") & (rng.random(count) < 0.12)
    views = rng.lognormal(5.0, 1.1, count) * np.where(recommended, 4.0, 1.0) * (audit == "approved")
    return pd.DataFrame(
        {
            "item": [f"B{number:05d}" for number in range(1, count + 1)],
            "published_at": moments(day * story.DAY_SECONDS + rng.integers(0, story.DAY_SECONDS, count)),
            "producer": rng.choice(("own", "user", "acquired"), size=count, p=[0.35, 0.4, 0.25]),
            "section": rng.choice(SECTIONS, size=count),
            "audit": audit,
            "recommended": np.where(recommended, "yes", "no"),
            "views": views.astype(np.int64),
            "interactions": (views * rng.uniform(0.01, 0.09, count)).astype(np.int64),
        }
    )


def figures(rng: np.random.Generator, people: People, person: Integers, day: Integers) -> pd.DataFrame:
    """Numbers made elsewhere: the vendor's own daily actives, and minutes read, in all and by platform.

    person, day: the active days as the events and payments show them, each pair once.
    """
    text = np.array(days())
    actives = np.bincount(day, minlength=story.DAYS)
    vendor = np.round(actives * (1 + story.VENDOR_BIAS) * rng.normal(1, 0.003, story.DAYS)).astype(np.int64)
    parts = [pd.DataFrame({"day": text, "figure": "active_users", "dimension": None, "value": None, "amount": vendor})]
    known = person < len(people)
    total = np.zeros(story.DAYS)
    for place, platform in enumerate(PLATFORMS):
        there = known & (people.platform[np.where(known, person, 0)] == place)
        minutes = np.round(np.bincount(day[there], minlength=story.DAYS) * 23.0 * rng.normal(1, 0.03, story.DAYS), 1)
        total += minutes
        parts.append(
            pd.DataFrame(
                {
                    "day": text,
                    "figure": "minutes_read",
                    "dimension": "platform",
                    "value": platform,
                    "amount": minutes,
                }
            )
        )
    parts.append(
        pd.DataFrame(
            {
                "day": text,
                "figure": "minutes_read",
                "dimension": None,
                "value": None,
                "amount": np.round(total, 1),
            }
        )
    )
    table = pd.concat([part.astype({"amount": str}) for part in parts], ignore_index=True)
    table["amount"] = table["amount"].str.removesuffix(".0")
    return table.sort_values(["day", "figure", "value"], na_position="first", ignore_index=True)


def groups(rng: np.random.Generator, people: People, ids: Texts) -> pd.DataFrame:
    """Named lists: the seed users of the start, people interviewed, testers of new versions."""
    keen = np.flatnonzero((people.reader == HABITUAL) | (people.reader == CASUAL))
    seeds = np.arange(min(story.SEED_USERS, len(people)))
    lists = {
        "seed_users": seeds,
        "interviewed": np.sort(rng.permutation(seeds)[:24]),
        "testers": np.sort(rng.permutation(keen)[:320]),
    }
    return pd.concat(
        [pd.DataFrame({"uid": ids[members], "group": name}) for name, members in lists.items()],
        ignore_index=True,
    )


def campaigns() -> pd.DataFrame:
    """What was run or is planned, one row a campaign."""
    return pd.DataFrame(
        [
            {
                "campaign_id": campaign.campaign_id,
                "name": campaign.name,
                "kind": campaign.kind,
                "starts_on": campaign.first.isoformat(),
                "ends_on": campaign.last.isoformat(),
                "cost": campaign.cost,
                "goal": campaign.goal,
                "window_days": campaign.window_days,
                "expected": campaign.expected,
                "control_share": next((share for arm, share, _ in campaign.arms if arm == "control"), None),
            }
            for campaign in story.CAMPAIGNS
        ]
    )


def notes() -> pd.DataFrame:
    """What happened when, for the logbook: day, kind, title, text, source."""
    rows: list[tuple[date, str, str, str, str]] = [
        (holiday.first, "holiday", holiday.name, f"{len(holiday.factors)} days of another rhythm", "")
        for holiday in story.HOLIDAYS
    ]
    rows += [
        (story.GROWTH_FROM, "release", "Public launch", "Open to everybody; first paid channels", ""),
        (
            story.RELEASE_DAY,
            "release",
            "4.0: a shorter first run",
            "Sign-up leads straight into a chapter chosen by taste; meant to lift activation",
            "",
        ),
        (
            story.TASKS_RELEASED,
            "release",
            "4.1: tasks",
            "Reading tasks with red packets",
            "",
        ),
        (
            story.OUTAGE_DAY,
            "incident",
            "Login down for most of the day",
            "A certificate ran out at 02:10; most people could not get in until 21:40",
            "",
        ),
        (
            date(2025, 11, 6),
            "lesson",
            "Paid channels are used up",
            "More budget no longer brings more readers at the same price",
            "",
        ),
        (
            story.DECLINE_FROM,
            "competitor",
            "A rival opens its library free of charge",
            "Free reading for a year, with the three most read authors",
            "https://example.com/press/free-library",
        ),
        (story.TASK_FROM, "other", "Task centre promoted on task walls", "Runs to the end of April", ""),
        (
            date(2026, 5, 12),
            "interview",
            "Why readers leave",
            "9 of 14 read the same authors elsewhere, free",
            "",
        ),
    ]
    table = pd.DataFrame(rows, columns=["day", "kind", "title", "text", "source"])
    return table.astype({"day": str}).sort_values(["day", "kind"], ignore_index=True)
