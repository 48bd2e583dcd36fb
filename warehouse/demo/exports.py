"""The demo's files: tables as a company would export them, a few of their rows spoilt, and written.

Spoilt rows are added to the good ones, never made of them, and each has one fault, so that what a build must
reject is known by table, column and fault.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.demo import story
from warehouse.demo.around import moments
from warehouse.demo.campaigns import Exposures
from warehouse.demo.events import NAMES, Events, Payments
from warehouse.demo.people import CHANNELS, COUNTRIES, PLATFORMS, People
from warehouse.demo.story import Integers, Texts

EPOCH = int(np.datetime64(story.FIRST_DAY, "s").astype(np.int64)) - story.UTC_OFFSET
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Fault:
    """Rows that a build must reject: missing, not readable, repeated, too early, too late, or unknown."""

    table: str
    column: str
    why: str
    rows: int


@dataclass
class Exports:
    """The tables to be written, the rows of each (spoilt ones included), and the faults in them."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, name: str, table: pd.DataFrame) -> None:
        """Take a table as it is."""
        self.tables[name] = table
        self.rows[name] = len(table)

    def spoil(self, rng: np.random.Generator, name: str, column: str, why: str, rows: int, value: str | None) -> None:
        """Copy some rows to the end of a table, with one column spoilt; a repeated key is copied unspoilt."""
        table = self.tables[name]
        clean = len(table) - sum(fault.rows for fault in self.faults if fault.table == name)
        # never above the share that stops a build, however small the demo
        rows = min(rows, clean // 400)
        if rows == 0:
            return
        copies = table.iloc[np.sort(rng.choice(clean, size=rows, replace=False))].copy()
        if why != "repeated":
            copies[column] = value
        self.faults.append(Fault(name, column, why, rows))
        self.add(name, pd.concat([table, copies], ignore_index=True))


def identities(people: People) -> Texts:
    """Each person's user_id, and after them those of the people met only in events."""
    known = [f"u{100_001 + number}" for number in range(len(people))]
    return np.array(known + [f"x{900_001 + number}" for number in range(story.ORPHANS)])


def users(rng: np.random.Generator, people: People, ids: Texts, inviter: Integers) -> pd.DataFrame:
    """The user list, one row a person, in the order of signing up; times with the zone's offset."""
    registered = moments(people.day * story.DAY_SECONDS + people.second).str.replace(" ", "T") + "+08:00"
    with_event = np.flatnonzero(people.has_sign_up)
    registered.iloc[rng.permutation(with_event)[: story.WITHOUT_SIGN_UP_TIME]] = None
    inviter_id = ids[inviter]
    stray = rng.permutation(np.flatnonzero(inviter >= 0))[: story.UNKNOWN_INVITERS]
    inviter_id[stray] = [f"u{990_001 + number}" for number in range(len(stray))]
    return pd.DataFrame(
        {
            "uid": ids[: len(people)],
            "registered_at": registered,
            "channel": np.array(CHANNELS)[people.channel],
            "os": np.array(PLATFORMS)[people.platform],
            "region": np.array(COUNTRIES)[people.country],
            "inviter_uid": pd.Series(inviter_id).where(inviter >= 0),
            "incentive": np.array(["no", "yes", ""])[people.incentive],
        }
    )


def payments(paid: Payments, ids: Texts) -> pd.DataFrame:
    """Payments and refunds, one row each; local times without a zone."""
    return pd.DataFrame(
        {
            "uid": ids[paid.person],
            "paid_at": moments(paid.at),
            "amount": [f"{cents / 100:.2f}" for cents in paid.cents],
        }
    )


def exposures(shown: Exposures, ids: Texts) -> pd.DataFrame:
    """Who was assigned to which campaign and arm; local times without a zone."""
    arms = [campaign.arms for campaign in story.CAMPAIGNS]
    table = pd.DataFrame(
        {
            "campaign_id": np.array([campaign.campaign_id for campaign in story.CAMPAIGNS])[shown.campaign],
            "uid": ids[shown.person],
            "arm": [arms[campaign][arm][0] for campaign, arm in zip(shown.campaign, shown.arm, strict=True)],
            "exposed_at": pd.Timestamp(story.FIRST_DAY) + pd.to_timedelta(shown.at, unit="s").as_unit("us"),
        }
    )
    return table


def spoil(rng: np.random.Generator, exports: Exports) -> None:
    """Plant the faults of every table but events."""
    exports.spoil(rng, "users", "uid", "repeated", 14, None)
    exports.spoil(rng, "users", "uid", "missing", 9, None)
    exports.spoil(rng, "payments", "amount", "not readable", 12, "N/A")
    exports.spoil(rng, "payments", "uid", "missing", 5, None)
    exports.spoil(rng, "payments", "paid_at", "not readable", 4, "0000-00-00 00:00:00")
    exports.spoil(rng, "exposures", "campaign_id", "unknown", 11, "circle_2026O1")
    exports.spoil(rng, "feedback", "ticket", "repeated", 4, None)
    exports.spoil(rng, "feedback", "received_at", "not readable", 3, "yesterday")
    exports.spoil(rng, "content", "item", "repeated", 4, None)
    exports.spoil(rng, "content", "published_at", "missing", 2, None)
    exports.spoil(rng, "costs", "day, channel", "repeated", 5, None)
    exports.spoil(rng, "figures", "amount", "not readable", 4, "-")
    exports.spoil(rng, "groups", "uid, group", "repeated", 1, None)


def write_events(rng: np.random.Generator, folder: Path, done: Events, ids: Texts, exports: Exports) -> None:
    """Write the event log, a Parquet file a month, times in UTC; a spoilt row goes where its copy was."""
    spoilt = np.array_split(rng.choice(len(done), size=min(160, len(done) // 400), replace=False), 4)
    copied = np.concatenate([np.arange(len(done)), *spoilt])
    month = month_of(done.at // story.DAY_SECONDS)[copied]
    person, event, at = done.person[copied], done.event[copied], EPOCH + done.at[copied]
    end = len(done)
    for column, why, values, value in (
        ("uid", "missing", person, -1),
        ("event", "missing", event, -1),
        ("ts", "too early", at, 0),
        ("ts", "too late", at, int(np.datetime64("2099-01-01", "s").astype(np.int64))),
    ):
        rows = len(spoilt.pop(0))
        if rows:
            values[end : end + rows] = value
            exports.faults.append(Fault("events", column, why, rows))
        end += rows
    exports.rows["events"] = len(copied)

    (folder / "events").mkdir(exist_ok=True)
    people, names = pa.array(ids.tolist()), pa.array([*NAMES])
    for number in range(int(month_of(np.array([story.DAYS - 1]))[0]) + 1):
        here = month == number
        table = pa.table(
            {
                "uid": named(person[here], people),
                "event": named(event[here], names),
                "ts": pa.array(at[here] * MICROSECONDS).cast(pa.timestamp("us", tz="UTC")),
            }
        )
        label = np.datetime64(story.FIRST_DAY, "M") + number
        pq.write_table(table, folder / "events" / f"{label}.parquet", compression="zstd")


def named(places: Integers, names: pa.Array) -> pa.Array:
    """The name at each place; missing where the place is below 0."""
    indices = pa.array(places, mask=places < 0).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(indices, names).cast(pa.string())


def month_of(day: Integers) -> Integers:
    """The number of the month that holds a day, counted from FIRST_DAY's."""
    months = (np.datetime64(story.FIRST_DAY) + day).astype("datetime64[M]")
    number: Integers = (months - np.datetime64(story.FIRST_DAY, "M")).astype(np.int64)
    return number


def write(folder: Path, exports: Exports) -> None:
    """Write every table: exposures as Parquet, the rest as CSV (UTF-8, a line feed after each row)."""
    for name, table in exports.tables.items():
        if name == "exposures":
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / f"{name}.parquet")
        else:
            table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
