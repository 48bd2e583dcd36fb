"""The demo product: its files, its truths, and that they agree; no warehouse is built here.

Everything is recomputed with pandas from the files, so that truth.yml is checked by another way of counting.
"""

import math
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from config import product
from warehouse import demo

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "config" / "sources").glob("*.sql"))
FIRST, UNTIL = pd.Timestamp("2025-01-01"), pd.Timestamp("2026-06-24")
DAYS = (UNTIL - FIRST).days


@dataclass(frozen=True)
class Demo:
    """The demo's files, read as pandas reads them, with the rows that a build rejects left out."""

    folder: Path
    seconds: float

    @cached_property
    def truth(self) -> dict[str, dict[str, Any]]:
        told = yaml.safe_load((self.folder / "truth.yml").read_text(encoding="utf-8"))
        return {section: {name: entry["value"] for name, entry in entries.items()} for section, entries in told.items()}

    def csv(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[""])

    @cached_property
    def log(self) -> pd.DataFrame:
        """Every row of the event log."""
        files = sorted((self.folder / "events").glob("*.parquet"))
        return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)

    @cached_property
    def events(self) -> pd.DataFrame:
        """uid, event, at (local time), day (number of the local day)."""
        rows = self.log.dropna()
        rows = rows[(rows["ts"] >= "1990-01-01") & (rows["ts"] < "2027-01-01")]
        at = rows["ts"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
        return pd.DataFrame(
            {
                "uid": rows["uid"],
                "event": rows["event"].astype("category"),
                "at": at,
                "day": (at - FIRST).dt.days,
            }
        )

    @cached_property
    def payments(self) -> pd.DataFrame:
        """uid, at, day, amount."""
        rows = self.csv("payments").dropna()
        rows = rows[(rows["amount"] != "N/A") & ~rows["paid_at"].str.startswith("0000")]
        at = pd.to_datetime(rows["paid_at"])
        return pd.DataFrame(
            {
                "uid": rows["uid"],
                "at": at,
                "day": (at - FIRST).dt.days,
                "amount": rows["amount"].astype(float),
            }
        )

    @cached_property
    def active(self) -> pd.DataFrame:
        """uid, day: each pair of a person and a day with an event or a payment above 0."""
        paid = self.payments[self.payments["amount"] > 0]
        return pd.concat([self.events[["uid", "day"]], paid[["uid", "day"]]]).drop_duplicates()

    @cached_property
    def people(self) -> pd.DataFrame:
        """Index uid, people met only in events too; as exported, and acquired (number of a day), hollow."""
        rows = self.csv("users").dropna(subset="uid").drop_duplicates("uid").set_index("uid")
        first = self.active.groupby("uid")["day"].min()
        rows = rows.reindex(rows.index.union(first.index))
        signed_up = pd.to_datetime(rows["registered_at"], format="ISO8601").dt.tz_localize(None)
        rows["acquired"] = (signed_up - FIRST).dt.days.fillna(first).astype(int)
        early = self.events[["uid", "event", "day"]]
        early = early[early["day"] < early["uid"].map(rows["acquired"]) + 7]
        reward = early["event"].isin(["task_done", "red_packet"])
        only_rewards = rows.index.isin(early["uid"][reward]) & ~rows.index.isin(early["uid"][~reward])
        rows["activated"] = rows.index.isin(early["uid"][early["event"] == "finish_chapter"])
        rewarded = (rows["incentive"] == "yes") & ~rows["activated"]
        rows["hollow"] = (only_rewards | rewarded) & (rows["acquired"] + 7 <= DAYS)
        return rows

    def weekly(self, hollow: bool) -> pd.Series:
        """Different people active in each whole week, its Monday as the index; hollow ones counted or not."""
        active = self.active
        if not hollow:
            active = active[~active["uid"].map(self.people["hollow"])]
        monday = FIRST + pd.to_timedelta(((active["day"] + 2) // 7) * 7 - 2, unit="D")
        return active.groupby(monday)["uid"].nunique().iloc[1:-1]

    def outcomes(self, campaign: str) -> pd.DataFrame:
        """People and people who reached the goal within the window, of each arm of a campaign."""
        plans = self.csv("campaigns").set_index("campaign_id")
        goal, window = str(plans.at[campaign, "goal"]), int(str(plans.at[campaign, "window_days"]))
        shown = pd.read_parquet(self.folder / "exposures.parquet")
        shown = shown[shown["campaign_id"] == campaign]
        if goal == "payment":
            done = self.payments[self.payments["amount"] > 0]
        else:
            done = self.events[self.events["event"] == goal]
        both = shown.merge(done[["uid", "at"]], on="uid")
        since = (both["at"].dt.normalize() - both["exposed_at"].dt.normalize()).dt.days
        both = both[(both["at"] >= both["exposed_at"]) & (since < window)]
        shown = shown.assign(converted=shown["uid"].isin(both["uid"]))
        arms = shown.groupby("arm")["converted"]
        return pd.DataFrame({"n": arms.size(), "converted": arms.sum()})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    started = time.process_time()
    demo.make(folder)
    return Demo(folder, time.process_time() - started)


@pytest.fixture(scope="module")
def database(made: Demo) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set timezone = 'Asia/Shanghai'")
    connection.execute(f"set file_search_path = '{made.folder}'")
    return connection


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def by_period(frame: pd.Series) -> dict[str, int]:
    return {str(period): int(count) for period, count in frame.items() if count}


def month(day: pd.Series) -> pd.Series:
    return (FIRST + pd.to_timedelta(day, unit="D")).dt.strftime("%Y-%m")


def slope(actives: pd.Series) -> float:
    """Change of the logarithm a week."""
    return float(np.polyfit(range(len(actives)), np.log(actives.to_numpy()), 1)[0])


# Made alike, and quickly


def test_the_same_seed_makes_the_same_bytes(made: Demo, tmp_path: Path) -> None:
    demo.make(tmp_path, seed=7, users=40_000)
    assert contents(tmp_path) == contents(made.folder)


def test_another_seed_makes_another_demo_of_the_same_files(tmp_path: Path) -> None:
    demo.make(tmp_path / "one", seed=1, users=1_000)
    demo.make(tmp_path / "two", seed=2, users=1_000)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one.keys() == two.keys()
    assert one["users.csv"] != two["users.csv"]


def test_the_demo_is_made_in_seconds(made: Demo) -> None:
    assert made.seconds < 10


def test_a_demo_too_small_for_its_story_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="users is 999"):
        demo.make(tmp_path, users=999)


# Truths


def test_every_truth_has_a_value_a_unit_and_a_meaning(made: Demo) -> None:
    told = yaml.safe_load((made.folder / "truth.yml").read_text(encoding="utf-8"))
    for section in told.values():
        for entry in section.values():
            assert list(entry) == ["value", "unit", "meaning"]
            assert entry["unit"] and entry["meaning"]


def test_the_demo_ends_where_its_product_says(made: Demo) -> None:
    shipped = product.load(ROOT / "config")
    assert str(shipped.data_until) == made.truth["product"]["data_until"]
    assert shipped.timezone == made.truth["product"]["timezone"]
    assert made.events["at"].min() >= FIRST
    assert UNTIL - pd.Timedelta(hours=2) < made.events["at"].max() < UNTIL


# Sources


def test_there_is_a_source_for_every_table_of_the_contract() -> None:
    contract = {file.name for file in (ROOT / "queries" / "contract").glob("*.sql")}
    assert {file.name for file in SOURCES} == contract


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_a_source_gives_exactly_the_columns_of_its_table(source: Path, database: duckdb.DuckDBPyConnection) -> None:
    with duckdb.connect() as empty:
        for name in dict.fromkeys(["campaigns", source.stem]):
            empty.execute((ROOT / "queries" / "contract" / f"{name}.sql").read_text(encoding="utf-8"))
        wanted = {row[0] for row in empty.execute(f"describe {source.stem}").fetchall()}
    if source.stem == "users":
        wanted |= set(product.load(ROOT / "config").dimensions)
    given = [row[0] for row in database.execute(f"describe {source.read_text(encoding='utf-8')}").fetchall()]
    assert sorted(given) == sorted(wanted)


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)
def test_a_source_reads_every_row_and_says_what_a_row_is(
    source: Path, made: Demo, database: duckdb.DuckDBPyConnection
) -> None:
    sql = source.read_text(encoding="utf-8")
    assert sql.startswith("-- ")
    assert "one row a" in sql.split("select")[0]
    assert database.execute(f"select count(*) from ({sql})").fetchone() == (made.truth["tables"]["read"][source.stem],)


def test_a_source_keeps_what_it_cannot_read_as_text(database: duckdb.DuckDBPyConnection) -> None:
    sql = (ROOT / "config" / "sources" / "payments.sql").read_text(encoding="utf-8")
    assert {row[1] for row in database.execute(f"describe {sql}").fetchall()} == {"VARCHAR"}


# Spoilt rows


def test_the_spoilt_rows_are_those_told(made: Demo) -> None:
    users, payments = made.csv("users"), made.csv("payments")
    feedback, content, log = made.csv("feedback"), made.csv("content"), made.log
    costs, figures, groups = made.csv("costs"), made.csv("figures"), made.csv("groups")
    exposures = pd.read_parquet(made.folder / "exposures.parquet")
    spoilt = {
        ("users", "uid", "repeated"): users.dropna(subset="uid").duplicated("uid").sum(),
        ("users", "uid", "missing"): users["uid"].isna().sum(),
        ("payments", "amount", "not readable"): pd.to_numeric(payments["amount"], errors="coerce").isna().sum(),
        ("payments", "uid", "missing"): payments["uid"].isna().sum(),
        ("payments", "paid_at", "not readable"): payments["paid_at"].str.startswith("0000").sum(),
        ("exposures", "campaign_id", "unknown"): (
            ~exposures["campaign_id"].isin(made.csv("campaigns")["campaign_id"])
        ).sum(),
        ("feedback", "ticket", "repeated"): feedback[feedback["received_at"].str.endswith("Z")]
        .duplicated("ticket")
        .sum(),
        ("feedback", "received_at", "not readable"): (~feedback["received_at"].str.endswith("Z")).sum(),
        ("content", "item", "repeated"): content.dropna(subset="published_at").duplicated("item").sum(),
        ("content", "published_at", "missing"): content["published_at"].isna().sum(),
        ("costs", "day, channel", "repeated"): costs.duplicated(["day", "channel"]).sum(),
        ("figures", "amount", "not readable"): (figures["amount"] == "-").sum(),
        ("groups", "uid, group", "repeated"): groups.duplicated().sum(),
        ("events", "uid", "missing"): log["uid"].isna().sum(),
        ("events", "event", "missing"): log["event"].isna().sum(),
        ("events", "ts", "too early"): (log["ts"] < "1990-01-01").sum(),
        ("events", "ts", "too late"): (log["ts"] > "2090-01-01").sum(),
    }
    told = {(fault["table"], fault["column"], fault["why"]): fault["rows"] for fault in made.truth["tables"]["faults"]}
    assert {place: int(rows) for place, rows in spoilt.items()} == told


def test_spoilt_rows_add_up_and_stop_no_build(made: Demo) -> None:
    tables = made.truth["tables"]
    rejected = pd.DataFrame(tables["faults"]).groupby("table")["rows"].sum()
    for table, rows in tables["rejected"].items():
        assert rows == rejected.get(table, 0)
        assert rows < product.load(ROOT / "config").max_rejected * tables["read"][table]


# Counts


def test_people_are_as_many_as_told(made: Demo) -> None:
    told, people = made.truth["users"], made.people
    in_users = people[people.index.str.startswith("u")]
    known = people["inviter_uid"].isin(people.index)
    assert {
        "made": len(in_users),
        "only_in_events": len(people) - len(in_users),
        "total": len(people),
        "without_sign_up_time": int(in_users["registered_at"].isna().sum()),
        "unknown_channel": int(people["channel"].isna().sum()),
        "unknown_country": int(people["region"].isna().sum()),
        "invited": int(known.sum()),
        "unknown_inviters": int((people["inviter_uid"].notna() & ~known).sum()),
        "incentive": int((people["incentive"] == "yes").sum()),
        "standing": {
            "hollow": int(people["hollow"].sum()),
            "new": int((people["acquired"] + 7 > DAYS).sum()),
            "real": int((~people["hollow"] & (people["acquired"] + 7 <= DAYS)).sum()),
        },
        "by_channel": by_period(in_users["channel"].fillna("unknown").value_counts()),
        "new_by_month": by_period(month(people["acquired"]).value_counts()),
    } == told


def test_active_people_are_as_many_as_told(made: Demo) -> None:
    told, active = made.truth["activity"], made.active
    real = active[~active["uid"].map(made.people["hollow"])]
    assert len(active) == told["user_days"]
    assert by_period(active.groupby(month(active["day"]))["uid"].nunique()) == told["by_month"]
    assert by_period(real.groupby(month(real["day"]))["uid"].nunique()) == told["real_by_month"]
    for name, hollow in (("by_week", True), ("real_by_week", False)):
        weeks = made.weekly(hollow)
        assert list(weeks) == list(told[name].values())[1:-1]
        assert [str(week)[:10] for week in weeks.index] == list(told[name])[1:-1]
    assert by_period(made.events["event"].value_counts()) == told["events_by_name"]


def test_money_is_as_much_as_told(made: Demo) -> None:
    told, paid = made.truth["money"], made.payments
    bought = paid[paid["amount"] > 0]
    assert by_period(bought.groupby(month(bought["day"]))["uid"].nunique()) == told["payers_by_month"]
    revenue = paid.groupby(month(paid["day"]))["amount"].sum()
    assert {str(name): round(float(amount), 2) for name, amount in revenue.items()} == told["revenue_by_month"]
    assert int((paid["amount"] < 0).sum()) == told["refunds"] > 0


def test_retention_is_as_told(made: Demo) -> None:
    age = made.active["day"] - made.active["uid"].map(made.people["acquired"])
    for name, told in made.truth["retention"].items():
        number = int(name.removeprefix("day_"))
        closed = made.people["acquired"] + number + 1 <= DAYS
        returned = made.active["uid"].map(closed) & (age == number)
        assert {"entrants": int(closed.sum()), "active": int(returned.sum())} == told


# The story


def test_each_stage_has_its_slope(made: Demo) -> None:
    starts = {stage: pd.Timestamp(day) for stage, day in made.truth["stages"]["real"].items()}
    weeks = made.weekly(hollow=False)
    growth = weeks[(weeks.index >= starts["growth"]) & (weeks.index < starts["maturity"])]
    maturity = weeks[(weeks.index >= starts["maturity"]) & (weeks.index < starts["decline"])]
    decline = weeks[weeks.index >= starts["decline"]]
    assert weeks[weeks.index < starts["growth"]].max() < 100 < growth.min()
    assert len(weeks[weeks.index < starts["growth"]]) >= 8
    assert slope(growth) > 0.05
    assert abs(slope(maturity)) < 0.005
    assert len(maturity) > 13
    assert slope(decline) < -0.02
    assert 12 <= len(decline) <= 16


def test_hollow_users_hide_the_decline(made: Demo) -> None:
    hidden = made.truth["stages"]["hidden_decline"]
    everyone, real = (made.weekly(hollow)[hidden["from"] : hidden["until"]][:-1] for hollow in (True, False))
    assert slope(everyone) > 0.01
    assert slope(real) < -0.015
    by_week = made.truth["task_centre"]["hollow_actives"]
    assert list(everyone - real) == list(by_week.values())


def test_the_release_lifts_activation_by_its_points(made: Demo) -> None:
    told = made.truth["release"]
    released = (pd.Timestamp(told["day"]) - FIRST).days
    signed_up = made.people[made.people.index.str.startswith("u")]
    shares, variance = [], 0.0
    for name, low, high in (("before", released - 28, released), ("after", released, released + 28)):
        came = signed_up[signed_up["acquired"].between(low, high - 1)]
        counts = {"entrants": len(came), "activated": int(came["activated"].sum())}
        assert counts == told["activation"][name]
        share = counts["activated"] / counts["entrants"]
        shares.append(share)
        variance += share * (1 - share) / counts["entrants"]
    lift = 100 * (shares[1] - shares[0])
    assert abs(lift - told["points"]) < 196 * math.sqrt(variance) < 4


def test_the_outage_leaves_a_fifth(made: Demo) -> None:
    told = made.truth["outage"]
    number = (pd.Timestamp(told["day"]) - FIRST).days
    daily = made.active.groupby("day")["uid"].nunique()
    assert told["active_users"] == {
        "that_day": daily[number],
        "week_before": daily[number - 7],
        "week_after": daily[number + 7],
    }
    assert daily[number] / daily[number - 7] == pytest.approx(told["kept"], abs=0.04)


def test_the_task_centre_brings_users_who_are_gone_after_a_day_or_two(made: Demo) -> None:
    told = made.truth["task_centre"]
    exposures = pd.read_parquet(made.folder / "exposures.parquet")
    brought = made.people.loc[exposures["uid"][exposures["campaign_id"] == "task_centre_202603"]]
    assert len(brought) == told["signed_up"]
    assert int(brought["hollow"].sum()) == told["hollow"]
    assert told["hollow"] / told["signed_up"] > told["planted_empty_share"]
    active = made.active[made.active["uid"].isin(brought.index[brought["hollow"]])]
    age = active["day"] - active["uid"].map(brought["acquired"])
    assert (age >= 7).sum() < 0.1 * len(brought)


CAMPAIGNS = [
    "author_live_202508",
    "member_offer_202511",
    "circle_202601",
    "evening_push_202602",
    "reminder_202603",
    "task_centre_202603",
    "summer_202606",
]


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_a_campaign_has_the_outcomes_told(campaign: str, made: Demo) -> None:
    arms = made.truth["campaigns"][campaign]["arms"]
    outcomes = made.outcomes(campaign)
    assert {arm: {"n": row["n"], "converted": row["converted"]} for arm, row in outcomes.iterrows()} == {
        arm: {"n": told["n"], "converted": told["converted"]} for arm, told in arms.items()
    }


def test_every_other_campaign_was_shown_to_nobody(made: Demo) -> None:
    told = made.truth["campaigns"]
    assert {name for name, campaign in told.items() if campaign["arms"]} == set(CAMPAIGNS)
    assert set(made.csv("campaigns")["kind"]) == {"content", "community", "product"}


@pytest.mark.parametrize("campaign", ["author_live_202508", "circle_202601", "reminder_202603"])
def test_a_planted_effect_lies_in_the_interval_of_the_arms(campaign: str, made: Demo) -> None:
    arms = dict(made.truth["campaigns"][campaign]["arms"])
    control = arms.pop("control")
    base = control["converted"] / control["n"]
    for told in arms.values():
        share = told["converted"] / told["n"]
        error = math.sqrt(base * (1 - base) / control["n"] + share * (1 - share) / told["n"])
        assert abs(share - base - told["planted_points"] / 100) < 1.96 * error


def test_the_randomised_campaign_is_seen(made: Demo) -> None:
    arms = made.truth["campaigns"]["circle_202601"]["arms"]
    control, treated = arms["control"], arms["invite_card"]
    base, share = control["converted"] / control["n"], treated["converted"] / treated["n"]
    error = math.sqrt(base * (1 - base) / control["n"] + share * (1 - share) / treated["n"])
    assert share - base > 4 * error


@pytest.mark.parametrize(
    ("campaign", "broken"),
    [
        ("author_live_202508", False),
        ("circle_202601", False),
        ("evening_push_202602", True),
        ("reminder_202603", False),
        ("summer_202606", False),
    ],
)
def test_only_the_broken_split_is_unlike_its_plan(campaign: str, broken: bool, made: Demo) -> None:
    arms = made.truth["campaigns"][campaign]["arms"].values()
    total = sum(arm["n"] for arm in arms)
    squares = [(arm["n"] - total * arm["planned_share"]) ** 2 / (total * arm["planned_share"]) for arm in arms]
    # the 99.9th percentiles of chi-squared with 1 and 2 degrees of freedom
    assert (sum(squares) > {2: 10.83, 3: 13.82}[len(squares)]) == broken


def test_the_targeted_campaign_chose_the_most_active(made: Demo) -> None:
    exposures = pd.read_parquet(made.folder / "exposures.parquet")
    chosen = exposures[exposures["campaign_id"] == "member_offer_202511"]
    start = (pd.Timestamp("2025-11-10") - FIRST).days
    before = made.active[made.active["day"].between(start - 28, start - 1)].groupby("uid").size()
    assert before[chosen["uid"]].mean() > 2 * before.drop(chosen["uid"]).mean()
    assert set(chosen["arm"]) == {"offer"}


def test_who_is_exposed_had_signed_up(made: Demo) -> None:
    exposures = pd.read_parquet(made.folder / "exposures.parquet")
    signed_up = pd.to_datetime(made.people["registered_at"], format="ISO8601").dt.tz_localize(None)
    known = exposures["uid"].map(signed_up)
    assert not (exposures["exposed_at"] < known).any()
    assert not exposures[exposures["campaign_id"].isin(CAMPAIGNS)].duplicated(["campaign_id", "uid"]).any()


# What an ops lead would expect


def test_retention_falls_and_then_flattens(made: Demo) -> None:
    told = {name: value["active"] / value["entrants"] for name, value in made.truth["retention"].items()}
    assert 0.25 < told["day_1"] < 0.45
    assert 0.12 < told["day_7"] < 0.25
    assert 0.06 < told["day_30"] < 0.15
    assert told["day_1"] - told["day_7"] > told["day_7"] - told["day_30"] > told["day_30"] - told["day_90"]


def test_invited_users_stay_more_than_bought_ones(made: Demo) -> None:
    closed = made.people[made.people["acquired"] + 31 <= DAYS]
    age = made.active["day"] - made.active["uid"].map(made.people["acquired"])
    returned = closed.index.isin(made.active["uid"][age == 30])
    share = pd.Series(returned, index=closed.index).groupby(closed["channel"]).mean()
    assert share["referral"] > 1.5 * share["paid_social"]
    assert share["task_wall"] < 0.5 * share["paid_social"]


def test_people_invite_only_while_they_are_active(made: Demo) -> None:
    invited = made.people[made.people["inviter_uid"].isin(made.people.index)]
    pairs = pd.DataFrame({"uid": invited["inviter_uid"].to_numpy(), "day": invited["acquired"].to_numpy() - 1})
    assert len(pairs.merge(made.active, on=["uid", "day"])) == len(pairs)


def test_a_few_in_a_hundred_pay(made: Demo) -> None:
    payers, active = made.truth["money"]["payers_by_month"], made.truth["activity"]["by_month"]
    for period in list(payers)[6:]:
        assert 0.01 < payers[period] / active[period] < 0.08


def test_the_week_has_its_rhythm_and_the_festival_its_dip(made: Demo) -> None:
    daily = made.active.groupby("day")["uid"].nunique().to_numpy()
    monday = (pd.Timestamp("2026-01-12") - FIRST).days
    weeks = daily[monday : monday + 21].reshape(3, 7)
    assert weeks[:, 5:].mean() > 1.08 * weeks[:, :5].mean()
    festival = (pd.Timestamp("2026-02-17") - FIRST).days
    assert daily[festival] < 0.85 * daily[festival - 7]


def test_the_vendors_actives_differ_slightly(made: Demo) -> None:
    figures = made.csv("figures")
    vendor = figures[(figures["figure"] == "active_users") & (figures["amount"] != "-")]
    ours = made.active.groupby("day")["uid"].nunique()
    ours.index = (FIRST + pd.to_timedelta(ours.index, unit="D")).strftime("%Y-%m-%d")
    share = vendor.set_index("day")["amount"].astype(float) / ours
    assert share["2025-10":].median() - 1 == pytest.approx(made.truth["figures"]["vendor_bias"], abs=0.002)


def test_there_is_something_of_everything(made: Demo) -> None:
    assert 1_000_000 < len(made.log) < 1_800_000
    assert set(made.csv("groups")["group"]) == {"seed_users", "interviewed", "testers"}
    assert set(made.csv("costs")["channel"]) < set(made.csv("users")["channel"].dropna())
    notes = made.csv("notes")
    assert {"release", "incident", "holiday", "competitor"} <= set(notes["kind"])
    assert made.truth["release"]["day"] in set(notes["day"])
    assert made.truth["outage"]["day"] in set(notes["day"])
