"""How much depends on one channel, whose people stay, what a user costs: by hand, and from named sources."""

from math import comb
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import channels as analysis

COLUMNS = (
    *("new_users", "activation_entrants", "activated", "entrants_7", "returned_7", "entrants_30", "returned_30"),
    *("paid_entrants", "paid", "standing_entrants", "hollow", "real", "cost", "cost_standing", "cost_7", "cost_30"),
    *("costed_new", "costed_real", "costed_7", "costed_30", "reach", "visits"),
)


def channels(**rows: dict[str, Any]) -> pd.DataFrame:
    """As acquisition/channels: what is not given is missing; nothing is known of costs unless is_paid is."""
    table = pd.DataFrame({"value": list(rows)}).astype({"value": "str"})
    for name in COLUMNS:
        given = [row.get(name, 0 if name == "new_users" else None) for row in rows.values()]
        # As DuckDB's answers have them: counts that may be missing are not floats.
        table[name] = pd.array(given, dtype="float64" if name.startswith("cost_") or name == "cost" else "Int64")
    table["is_paid"] = pd.array([row.get("is_paid", pd.NA) for row in rows.values()], dtype="boolean")
    table["is_whole"] = [row.get("is_whole", True) for row in rows.values()]
    return table


def brought(**users: int) -> pd.DataFrame:
    return channels(**{name: {"new_users": count} for name, count in users.items()})


def back(**counts: tuple[int, int]) -> pd.DataFrame:
    """Came back on day 7, of whom."""
    return channels(**{name: {"new_users": n, "returned_7": k, "entrants_7": n} for name, (k, n) in counts.items()})


# Concentration --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("users", "channel", "share", "hhi", "effective"),
    [
        ({"ads": 50, "search": 30, "friends": 20}, "ads", 0.5, 0.38, 1 / 0.38),
        # The example of the U.S. Department of Justice's page on the index: 30, 30, 20 and 20 make 2,600 of 10,000.
        ({"a": 30, "b": 30, "c": 20, "d": 20}, "a", 0.3, 0.26, 1 / 0.26),
        ({"d": 5, "c": 5, "b": 5, "a": 5}, "a", 0.25, 0.25, 4),
        ({"only": 7, "nobody came by it": 0}, "only", 1, 1, 1),
        # Unknown is a channel like any other.
        ({"unknown": 6, "ads": 4}, "unknown", 0.6, 0.52, 1 / 0.52),
    ],
)
def test_concentration_is_the_sum_of_squared_shares(users, channel, share, hhi, effective):
    found = analysis.concentration(brought(**users))
    assert (found.channel, found.users) == (channel, sum(users.values()))
    assert (found.share, found.hhi, found.effective) == pytest.approx((share, hhi, effective))


def test_the_largest_share_has_the_interval_of_wilson():
    # Newcombe (1998), Statistics in Medicine 17, 857: 81 of 263 is .2553 to .3662.
    found = analysis.concentration(brought(ads=81, a=61, b=61, c=60))
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_without_anybody_there_is_no_concentration():
    for table in (brought(), brought(ads=0)):
        found = analysis.concentration(table)
        assert (found.users, found.channel) == (0, "")
        assert np.isnan([found.share, found.hhi, found.effective, found.unknown]).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_concentration_lies_between_even_and_one_channel(counts):
    found = analysis.concentration(brought(**{f"c{at:02}": count for at, count in enumerate(counts)}))
    some = [count for count in counts if count]
    if some:
        assert found.hhi == pytest.approx(sum((count / sum(some)) ** 2 for count in some))
        assert 1 / len(some) - 1e-12 <= found.hhi <= found.share + 1e-12 <= 1 + 2e-12
        assert 1 - 1e-9 <= found.effective <= len(some) + 1e-9


def weeks(*rows: tuple[str, str | None, int, bool]) -> pd.DataFrame:
    """As acquisition/channels_by_period."""
    period, value, users, complete = zip(*rows, strict=True)
    return pd.DataFrame(
        {"period": pd.to_datetime(list(period)), "value": value, "new_users": users, "is_complete": complete}
    )


BY_WEEK = weeks(
    ("2024-01-01", "ads", 6, True),
    ("2024-01-01", "search", 4, True),
    ("2024-01-08", None, 0, True),
    ("2024-01-15", "search", 3, True),
    ("2024-01-15", "unknown", 1, True),
    ("2024-01-22", "ads", 9, False),
)


def test_the_trend_is_of_complete_periods_and_missing_where_nobody_joined():
    found = analysis.trend(BY_WEEK)
    assert [str(day)[:10] for day in found["period"]] == ["2024-01-01", "2024-01-08", "2024-01-15"]
    assert found["channel"].tolist() == ["ads", "", "search"]
    assert found["share"].tolist() == pytest.approx([0.6, np.nan, 0.75], nan_ok=True)
    assert found["hhi"].tolist() == pytest.approx([0.52, np.nan, 0.625], nan_ok=True)
    assert analysis.periods_above(found, 0.6).figures == {"count": 2, "above": 1, "limit": 0.6}


def test_each_period_of_the_trend_is_the_concentration_of_its_rows():
    found = analysis.trend(BY_WEEK).set_index("period")
    for period in found.index:
        alone = analysis.concentration(BY_WEEK[BY_WEEK["period"] == period])
        row = found.loc[period]
        assert tuple(row[name] for name in ("share", "low", "high", "hhi", "effective")) == pytest.approx(
            (alone.share, alone.low, alone.high, alone.hhi, alone.effective), nan_ok=True
        )


def test_over_time_the_largest_channels_have_a_name_and_unknown_always():
    found = analysis.over_time(BY_WEEK, most=1)
    assert found.drop_duplicates("value")[["value", "values"]].fillna("the rest").values.tolist() == [
        ["ads", 1],
        ["unknown", 1],
        ["the rest", 1],
    ]
    assert found["users"].tolist() == [6, 0, 0, 9, 0, 0, 1, 0, 4, 0, 3, 0]
    assert found["is_complete"].tolist() == [True, True, True, False] * 3
    assert analysis.over_time(BY_WEEK)["value"].unique().tolist() == ["ads", "search", "unknown"]
    assert not len(analysis.over_time(BY_WEEK[BY_WEEK["new_users"] == 0]))


def test_the_largest_channel_is_set_against_its_own_share_before():
    now, before = brought(ads=56, search=24), brought(search=100)
    gap = analysis.against(analysis.concentration(now), now, before)
    assert gap.difference == pytest.approx(0.7) and gap.beyond_chance
    assert np.isnan(analysis.against(analysis.concentration(now), now, brought()).difference)


# Paid and free --------------------------------------------------------------------------------------------------------


def test_paid_free_and_unknown_are_three_parts_of_everybody():
    table = channels(
        ads={"new_users": 50, "is_paid": True},
        search={"new_users": 30, "is_paid": False},
        unknown={"new_users": 20, "is_paid": False},
        television={"new_users": 0, "is_paid": True},
    )
    found = analysis.kinds(table)
    assert found == analysis.Kinds(users=100, paid_users=50, paid=0.5, free=0.3, unknown=0.2)
    assert analysis.kinds(brought(ads=1)) is None


# Quality --------------------------------------------------------------------------------------------------------------


def test_a_rate_is_set_against_the_other_channels_with_newcombes_interval():
    # Newcombe (1998), Statistics in Medicine 17, 873, method 10: 56/70 − 48/80 is .0524 to .3339.
    found = analysis.quality(back(a=(56, 70), b=(48, 80)))
    row = found[(found["measure"] == "retention_day_7") & (found["value"] == "a")].iloc[0]
    assert (row["rate"], row["others"], row["difference"]) == pytest.approx((0.8, 0.6, 0.2))
    assert (row["least"], row["most"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize("reached", range(31))
def test_a_verdict_is_the_exact_one(reached):
    """Two channels are each other's mirror: their two chances are one, which Benjamini and Hochberg leave as it is."""
    people, theirs, others = 30, 20, 60
    ways = [comb(people, each) * comb(others, reached + theirs - each) for each in range(reached + theirs + 1)]
    fewer, exactly = sum(ways[:reached]), ways[reached]
    chance = 2 * min(fewer + exactly / 2, sum(ways) - fewer - exactly / 2) / sum(ways)
    found = analysis.quality(back(a=(reached, people), b=(theirs, others)))
    assert found["is_different"].tolist() == [False, False, *[chance <= 0.05] * 2, *[False] * 6]


def test_fewer_than_30_people_are_not_judged():
    assert not analysis.quality(back(a=(29, 29), b=(0, 1000)))["is_different"].any()
    assert analysis.quality(back(a=(30, 30), b=(0, 1000)))["is_different"].sum() == 2
    assert not analysis.quality(back(a=(0, 0), b=(10, 100)))["is_different"].any()


def test_beside_a_channel_far_out_of_line_the_rest_are_compared_without_it():
    found = analysis.quality(back(wall=(5, 5000), a=(150, 1000), b=(150, 1000), c=(90, 1000)))
    own = found[found["measure"] == "retention_day_7"].set_index("value")
    assert own["others"].to_dict() == pytest.approx(
        {"wall": 390 / 3000, "a": 150 / 1000, "b": 150 / 1000, "c": 300 / 2000}
    )
    assert own["is_different"].to_dict() == {"wall": True, "a": False, "b": False, "c": True}


def test_channels_that_are_alike_are_called_so_19_times_in_20():
    chance, verdicts = np.random.default_rng(7), 0
    for _ in range(200):
        people = dict.fromkeys("abcdefgh", 300)
        table = back(**{name: (int(chance.binomial(n, 0.2)), n) for name, n in people.items()})
        verdicts += bool(analysis.quality(table)["is_different"].any())
    assert verdicts <= 20


def test_what_cannot_be_counted_is_missing():
    found = analysis.quality(back(a=(3, 40), b=(5, 60)))
    others = found[found["measure"] != "retention_day_7"]
    assert others[["rate", "low", "high", "others", "difference"]].isna().all(axis=None)
    pooled = analysis.pooled(back(a=(3, 40), b=(5, 60))).set_index("measure")
    assert [pooled[name]["retention_day_7"] for name in ("reached", "entrants", "rate")] == [8, 100, 0.08]
    assert pooled["rate"].isna()["hollow"]


# Costs ----------------------------------------------------------------------------------------------------------------

ADS = {
    **{"new_users": 100, "is_paid": True, "cost": 300, "cost_standing": 200, "cost_7": 180, "cost_30": 90},
    **{"costed_new": 60, "costed_real": 40, "costed_7": 9, "costed_30": 0, "reach": 1000, "visits": 70},
}
WALL = {
    **{"new_users": 50, "is_paid": True, "cost": 500, "cost_standing": 500, "cost_7": 20, "cost_30": 10},
    **{"costed_new": 50, "costed_real": 0, "costed_7": 1, "costed_30": 1},
}


def test_a_cost_is_divided_by_the_people_of_the_same_days():
    free = {"new_users": 5, "is_paid": False, "cost": 0, "costed_new": 5}
    found = analysis.costs(channels(ads=ADS, wall=WALL, organic=free))
    assert found["value"].fillna("all").tolist() == ["all", "wall", "ads"]
    assert found[["cost", *analysis.COSTS]].values.tolist() == [
        [800, pytest.approx(800 / 110), pytest.approx(700 / 40), pytest.approx(200 / 10), pytest.approx(100)],
        [500, 10, pytest.approx(np.nan, nan_ok=True), 20, 10],
        [300, 5, 5, 20, pytest.approx(np.nan, nan_ok=True)],
    ]


def test_costs_that_a_filter_withholds_are_missing_and_so_are_those_of_all():
    withheld = {name: np.nan for name in ("cost", "cost_standing", "cost_7", "cost_30")}
    found = analysis.costs(channels(ads=ADS, wall={**WALL, **withheld, "is_whole": False}))
    assert found["cost"].tolist() == pytest.approx([np.nan, 300, np.nan], nan_ok=True)
    assert found["per_new"].tolist() == pytest.approx([np.nan, 5, np.nan], nan_ok=True)
    assert not len(analysis.costs(brought(ads=3)))


# Order and answer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("new_users", ["big", "small", "tiny", "b", "none"]),
        # Whoever is too few to be judged comes last.
        ("retention_day_7", ["small", "big", "tiny", "b", "none"]),
        ("hollow", ["big", "small", "tiny", "b", "none"]),
        ("per_real", ["small", "big", "tiny", "b", "none"]),
    ],
)
def test_the_worst_come_first_and_who_cannot_be_judged_last(by, order):
    table = channels(
        none={"new_users": 0},
        b={"new_users": 5, "returned_7": 0, "entrants_7": 5},
        tiny={"new_users": 5, "hollow": 5, "standing_entrants": 5},
        small={
            **{"new_users": 40, "returned_7": 1, "entrants_7": 40, "hollow": 0, "standing_entrants": 40},
            **{"cost_standing": 10, "costed_real": 1},
        },
        big={
            **{"new_users": 90, "returned_7": 30, "entrants_7": 90, "hollow": 9, "standing_entrants": 90},
            **{"cost_standing": 90, "costed_real": 90},
        },
    )
    order = [name for name in order if name not in ("tiny", "b")]
    found = [name for name in analysis.ordered(table, analysis.quality(table), by) if name not in ("tiny", "b")]
    assert found == order


def test_an_unknown_order_is_refused():
    with pytest.raises(ValueError, match=r"by must be new_users, .* not 'name'"):
        analysis.ordered(brought(a=1), analysis.quality(brought(a=1)), "name")


@pytest.mark.parametrize(
    ("users", "key"),
    [
        ({"ads": 51, "b": 49}, "channels.answer.above"),
        ({"ads": 50, "b": 50}, "channels.answer.within"),
        ({"unknown": 60, "b": 40}, "channels.answer.unknown"),
        ({"ads": 0}, "channels.answer.nobody"),
    ],
)
def test_the_answer_holds_the_largest_channel_against_the_limit(users, key):
    assert analysis.answer(analysis.concentration(brought(**users)), 0.5).key == key


@pytest.mark.parametrize(
    ("users", "key"), [({"ads": 51, "b": 49}, "channels.answer.chosen"), ({"ads": 0}, "channels.answer.nobody")]
)
def test_the_share_among_chosen_channels_is_held_against_no_limit(users, key):
    assert analysis.answer(analysis.concentration(brought(**users)), None).key == key


def test_the_hollow_channel_is_named_with_how_many_came_back_and_then_the_one_that_loses_most():
    kept = {"returned_7": 150, "entrants_7": 1000, "hollow": 10, "standing_entrants": 1000, "new_users": 1000}
    wall = {"returned_7": 5, "entrants_7": 5000, "hollow": 4700, "standing_entrants": 5000, "new_users": 5000}
    table = channels(wall=wall, a=kept, b=kept, c={**kept, "returned_7": 90}, unknown={**kept, "returned_7": 50})
    hollow, lost = analysis.exceptions(analysis.quality(table))
    assert (hollow.key, lost.key) == ("channels.finding.hollow_gone", "channels.finding.lost")
    assert {name: hollow.figures[name] for name in ("channel", "rate", "back")} == {
        "channel": "wall",
        "rate": 0.94,
        "back": 0.001,
    }
    assert (lost.figures["channel"], lost.figures["rate"]) == ("c", 0.09)


def test_a_channel_whose_people_stay_is_named_where_none_is_worse():
    [found] = analysis.exceptions(analysis.quality(back(a=(300, 1000), b=(150, 1000), c=(150, 1000))))
    assert (found.key, found.figures["channel"]) == ("channels.finding.kept", "a")
    assert analysis.exceptions(analysis.quality(back(a=(150, 1000), b=(150, 1000), c=(150, 1000)))) == []


def test_the_table_given_is_left_alone():
    table, by_week = back(a=(3, 40), b=(5, 60)), BY_WEEK.copy()
    before = table.copy()
    for ask in (analysis.quality, analysis.costs, analysis.kinds, analysis.concentration, analysis.pooled):
        ask(table)
    analysis.over_time(by_week), analysis.trend(by_week)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(by_week, BY_WEEK)
