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


def make(folder: Path, events: int, people: int, seed: int = 7) -> Path:
    """Write product.yml, sources and Parquet files for so many events of so many people; the folder back."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "product.yml").write_text(PRODUCT, "utf-8")
    chance = np.random.default_rng(seed)
    names = pa.array([f"user-{number:07}" for number in range(people)])
    joined = np.sort(chance.integers(0, DAYS * DAY_US, people))
    _write(folder, "users", _users(chance, names, joined))
    _write(folder, "events", _events(chance, names, joined, events))
    _write(folder, "payments", _payments(chance, names, joined, events // 40))
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
