"""A seeded product of any size, to measure the build and the queries with.

People join over a year, come often at first and seldom later; a few come nearly every day. Some invite
others, some came for a reward, some pay. Three dimensions, of whose 720 combinations nearly all are there.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST_DAY = date(2024, 1, 1)
DAYS = 365
PRODUCT = """\
product: Bench
timezone: Asia/Shanghai
data: data
dimensions: {channel: Channel, platform: Platform, country: Country}
channel: channel
activation: {event: [finish_chapter], times: 1, within_days: 7}
reward_events: [task_done, red_packet]
funnels:
  reading: {label: Reading, steps: [open_book, search, finish_chapter, [share, comment], payment], window: 7 days}
  visit: {label: Visit, steps: [open_book, finish_chapter, share], window: 1 day, entry: daily}
retention:
  return: {label: Came back, start: signed_up, return: active}
  rebuy: {label: Bought again, start: first_payment, return: payment}
  finished: {label: Finished again, start: [finish_chapter], return: [finish_chapter]}
"""
EVENTS = ["open_book", "search", "finish_chapter", "share", "comment", "task_done", "red_packet", "check_in"]
EVENT_SHARES = [0.52, 0.13, 0.14, 0.03, 0.04, 0.06, 0.02, 0.06]
VALUES = {
    "channel": [f"channel {number}" for number in range(1, 16)],
    "platform": ["android", "ios", "web"],
    "country": [
        "cn",
        "hk",
        "tw",
        "sg",
        "my",
        "us",
        "jp",
        "kr",
        "th",
        "vn",
        "id",
        "gb",
        "de",
        "fr",
        "ca",
        "au",
    ],
}
DAY_US = 86_400_000_000


GUARDRAILS = "guardrails: {opt_out: [share], complaint: [comment]}\n"


def make(folder: Path, events: int, people: int, campaigns: int = 0, exposures: int = 0, seed: int = 7) -> Path:
    """Write product.yml, sources and Parquet files for so many events of so many people; the folder back.

    campaigns, exposures  how many campaigns there are, and how many people are in one, over all of them
    """
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "product.yml").write_text(PRODUCT, "utf-8")
    chance = np.random.default_rng(seed)
    names = pa.array([f"user-{number:07}" for number in range(people)])
    joined = np.sort(chance.integers(0, DAYS * DAY_US, people))
    _write(folder, "users", _users(chance, names, joined))
    _write(folder, "events", _events(chance, names, joined, events))
    _write(folder, "payments", _payments(chance, names, joined, events // 40))
    if campaigns:
        (folder / "product.yml").write_text(PRODUCT + GUARDRAILS, "utf-8")
        plans = _campaigns(chance, campaigns)
        _write(folder, "campaigns", plans)
        _write(folder, "exposures", _exposures(chance, names, joined, plans, exposures))
    return folder


def _users(chance: np.random.Generator, names: pa.Array, joined: np.ndarray) -> dict[str, pa.Array]:
    people = len(joined)
    inviters = (chance.random(people) * np.arange(people)).astype(np.int64)
    is_invited = chance.random(people) < 0.12
    columns = {
        "user_id": names,
        "signed_up_at": _times(joined),
        "invited_by": pa.array(inviters, mask=~is_invited).cast(pa.int32()),
        "incentive": pa.array(chance.random(people) < 0.08),
    }
    columns["invited_by"] = pa.DictionaryArray.from_arrays(columns["invited_by"], names)
    for dimension, values in VALUES.items():
        shares = 1 / np.arange(1, len(values) + 1) ** 1.4
        picked = chance.choice(len(values), people, p=shares / shares.sum())
        columns[dimension] = pa.DictionaryArray.from_arrays(pa.array(picked, pa.int32()), values)
    return columns


def _events(chance: np.random.Generator, names: pa.Array, joined: np.ndarray, events: int) -> dict[str, pa.Array]:
    who, at = _visits(chance, joined, events, zeal=1.1)
    what = chance.choice(len(EVENTS), events, p=EVENT_SHARES)
    return {
        "user_id": pa.DictionaryArray.from_arrays(who, names),
        "event": pa.DictionaryArray.from_arrays(pa.array(what, pa.int32()), EVENTS),
        "occurred_at": _times(at),
    }


def _payments(chance: np.random.Generator, names: pa.Array, joined: np.ndarray, payments: int) -> dict[str, pa.Array]:
    who, at = _visits(chance, joined, payments, zeal=2.0)
    cents = chance.choice([600, 1200, 3000, 6800, -1200], payments, p=[0.5, 0.25, 0.15, 0.08, 0.02])
    return {
        "user_id": pa.DictionaryArray.from_arrays(who, names),
        "paid_at": _times(at),
        "amount": pa.array(cents / 100),
    }


def _campaigns(chance: np.random.Generator, campaigns: int) -> dict[str, pa.Array]:
    """Over the year, one to four weeks long; some windows are not over at its end."""
    starts = np.sort(chance.integers(20, DAYS - 1, campaigns))
    lengths = chance.integers(7, 29, campaigns)
    first = np.datetime64(FIRST_DAY, "D")
    numbers = range(1, campaigns + 1)
    return {
        "campaign_id": pa.array([f"campaign-{number:04}" for number in numbers]),
        "name": pa.array([f"Campaign {number}" for number in numbers]),
        "kind": pa.array(chance.choice(["content", "community", "product"], campaigns)),
        "starts_on": pa.array(first + starts),
        "ends_on": pa.array(first + starts + lengths - 1),
        "cost": pa.array(np.round(chance.lognormal(9, 1, campaigns), 2)),
        "goal": pa.array(chance.choice(["open_book", "finish_chapter", "comment", "payment"], campaigns)),
        "window_days": pa.array(chance.choice([7, 14, 28], campaigns)),
        "control_share": pa.array(np.full(campaigns, 0.2)),
    }


def _exposures(
    chance: np.random.Generator, names: pa.Array, joined: np.ndarray, plans: dict[str, pa.Array], exposures: int
) -> dict[str, pa.Array]:
    """People who had joined, one in five of them held out, shown it in the first days; the large ones are a tenth."""
    starts = (plans["starts_on"].to_numpy(zero_copy_only=False) - np.datetime64(FIRST_DAY, "D")).astype(np.int64)
    weights = chance.lognormal(0, 1, len(starts))
    sizes = np.round(exposures * weights / weights.sum()).astype(np.int64)
    people = [np.searchsorted(joined, start * DAY_US) for start in starts]
    who = [chance.choice(most, min(size, most), replace=False) for size, most in zip(sizes, people, strict=True)]
    campaign = np.repeat(np.arange(len(starts)), [len(some) for some in who])
    at = starts[campaign] * DAY_US + chance.integers(0, 5 * DAY_US, len(campaign))
    at = np.minimum(at, DAYS * DAY_US - 1)
    arm = (chance.random(len(campaign)) > 0.2).astype(np.int32)
    return {
        "campaign_id": pa.DictionaryArray.from_arrays(pa.array(campaign, pa.int32()), plans["campaign_id"]),
        "user_id": pa.DictionaryArray.from_arrays(pa.array(np.concatenate(who), pa.int32()), names),
        "arm": pa.DictionaryArray.from_arrays(pa.array(arm), ["control", "treated"]),
        "exposed_at": _times(at),
    }


def _visits(chance: np.random.Generator, joined: np.ndarray, visits: int, zeal: float) -> tuple[pa.Array, np.ndarray]:
    """Who and when, in order of time: a few zealous people, visits thinning out after the first days."""
    people = len(joined)
    weights = chance.lognormal(0, zeal, people) * (1 - joined / (DAYS * DAY_US) * 0.9)
    who = chance.choice(people, visits, p=weights / weights.sum())
    left = DAYS * DAY_US - 1 - joined[who]
    since = np.minimum(
        chance.gamma(0.45, 60 * DAY_US, visits).astype(np.int64),
        (left * chance.random(visits)).astype(np.int64),
    )
    at = joined[who] + since
    order = np.argsort(at, kind="stable")
    return pa.array(who[order], pa.int32()), at[order]


def _times(since_start: np.ndarray) -> pa.Array:
    """Microseconds since the first day's midnight, as local times without a zone."""
    start = np.datetime64(FIRST_DAY, "us").astype(np.int64)
    return pa.array(start + since_start, pa.int64()).cast(pa.timestamp("us"))


def _write(folder: Path, table: str, columns: dict[str, pa.Array]) -> None:
    pq.write_table(pa.table(columns), folder / "data" / f"{table}.parquet", compression="zstd")
    listed = ",\n    ".join(columns)
    (folder / "sources" / f"{table}.sql").write_text(f"select\n    {listed},\nfrom '{table}.parquet'\n", "utf-8")
