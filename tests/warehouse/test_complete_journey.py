"""The grocery chain of config/examples/complete_journey: the numbers known of the data, campaign by campaign."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.products import Answers
from tests.warehouse.examples import data_folder, example

pytestmark = pytest.mark.examples

# Households that redeemed a coupon of the campaign, and households mailed: computed apart from this project.
REDEEMING = {"Type A": (604, 3_647), "Type B": (154, 2_368), "Type C": (34, 574)}
REDEEMING_OF_TYPE_A = [(36, 361), (158, 1_076), (196, 1_077), (214, 1_133)]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product, built once for all questions."""
    with example("complete_journey", tmp_path_factory.mktemp("complete_journey")) as answers:
        yield answers


REDEEMING_CLOSED = {"Type A": (604, 3_647), "Type B": (134, 1_844), "Type C": (21, 313)}


def redeeming(journey: Answers, by: str) -> list[tuple[object, ...]]:
    """Redeeming households and exposures: of those mailed, who reached the campaign's goal in its window."""
    return journey.sql(
        f"""
        select {by}, count(*) filter (where reached), count(*)
        from (
            select
                campaigns.campaign_id,
                split_part(campaigns.name, ',', 1) as type,
                exists (
                    from events
                    where
                        events.user_key = user_segment.user_key
                        and events.event = campaigns.goal
                        and events.day >= cast(exposures.exposed_at as date)
                        and events.day < cast(exposures.exposed_at as date) + campaigns.window_days
                ) as reached,
            from exposures
            inner join campaigns on campaigns.campaign_id = exposures.campaign_id
            inner join user_segment on user_segment.user_id = exposures.user_id
        )
        group by {by}
        order by {by}
        """
    )


def test_all_rows_are_read_and_none_is_rejected(journey: Answers) -> None:
    tables = {row["source"]: (row["read"], row["rejected"]) for row in journey.dicts("data/tables") if row["read"]}
    assert tables == {
        "users": (2_379, 0),
        "events": (2_102, 0),
        "payments": (75_000, 0),
        "campaigns": (27, 0),
        "exposures": (6_589, 0),
    }


def test_the_year_is_covered_from_its_first_day_to_its_last(journey: Answers) -> None:
    [build] = journey.dicts("data/build")
    assert (build["first_day"], build["data_until"]) == (date(2017, 1, 1), date(2018, 1, 1))
    assert (build["users"], build["currency"], build["timezone"]) == (2_379, "USD", "America/New_York")


def test_2377_households_bought_for_233935_24(journey: Answers) -> None:
    [found] = journey.sql("select count(*), count(distinct user_key), sum(amount) from payments")
    assert found == (75_000, 2_377, Decimal("233935.2400"))
    months = [row for row in journey.dicts("overview/metrics", grain="month") if row["metric"] == "revenue"]
    assert [row["is_complete"] for row in months] == [True] * 12
    assert sum(row["numerator"] for row in months) == pytest.approx(233_935.24, abs=1e-6)


def test_the_weeks_are_those_of_the_stores(journey: Answers) -> None:
    """The chain numbers its weeks itself, from the one of 26 December 2016: with a wrong zone the sums would differ."""
    path = data_folder() / "complete_journey" / "transactions_sample.parquet"
    own = duckdb.execute(
        f"select week, count(*), cast(sum(cast(sales_value as decimal(18, 4))) as decimal(18, 4))"
        f" from '{path}' group by week order by week"
    ).fetchall()
    ours = journey.sql(
        "select (day - date '2016-12-26') // 7 + 1 as week, count(*), cast(sum(amount) as decimal(18, 4))"
        " from payments group by week order by week"
    )
    assert len(own) == 53
    assert ours == own


def test_what_is_known_of_801_households_filters_and_the_others_are_unknown(journey: Answers) -> None:
    values = journey.dicts("data/values")
    for dimension, most in (("age", ("45-54", 288)), ("income", ("50-74K", 192)), ("household_size", ("2", 318))):
        users = {row["value"]: row["users"] for row in values if row["dimension"] == dimension}
        assert users.pop("unknown") == 1_578
        assert sum(users.values()) == 801
        assert max(users.items(), key=lambda value: value[1]) == most


def test_a_household_starts_when_it_first_pays_or_redeems(journey: Answers) -> None:
    """Of 2,379 two are in no basket, and four only in lines that cost nothing."""
    [sizes] = journey.sql("select sum(users) from cohorts where definition = 'return' and grain = 'month'")
    assert sizes == (2_373,)
    assert [(row["check_id"], row["figure"]) for row in journey.dicts("data/checks")] == [("joined_on_unknown_day", 2)]


def test_27_campaigns_each_have_their_own_goal_and_their_length_as_window(journey: Answers) -> None:
    campaigns = journey.sql("select campaign_id, name, kind, starts_on, ends_on, goal, window_days from campaigns")
    types = [name.partition(",")[0] for _, name, *_ in campaigns]
    assert {name: types.count(name) for name in types} == {"Type A": 4, "Type B": 17, "Type C": 6}
    for campaign, name, kind, starts_on, ends_on, goal, window in campaigns:
        assert name.endswith(f", campaign {campaign}")
        assert (kind, goal, window) == ("product", f"redeem_{campaign}", (ends_on - starts_on).days + 1)
    [first] = [row for row in campaigns if row[0] == "18"]
    assert first[3:] == (date(2017, 10, 30), date(2017, 12, 24), "redeem_18", 56)


def test_1559_households_were_mailed_6589_times_on_the_first_day(journey: Answers) -> None:
    [found] = journey.sql(
        "select count(*), count(distinct exposures.user_id), count(distinct exposures.campaign_id),"
        " min(arm), max(arm), bool_and(exposed_at = starts_on)"
        " from exposures inner join campaigns on campaigns.campaign_id = exposures.campaign_id"
    )
    assert found == (6_589, 1_559, 27, "mailed", "mailed", True)


def test_2102_redemptions_are_all_inside_the_window_of_who_was_mailed(journey: Answers) -> None:
    [found] = journey.sql(
        "select count(*) from events"
        " inner join user_segment on user_segment.user_key = events.user_key"
        " inner join campaigns on campaigns.goal = events.event"
        " inner join exposures on exposures.campaign_id = campaigns.campaign_id"
        " and exposures.user_id = user_segment.user_id"
        " where date_diff('day', exposed_at, occurred_at) between 0 and window_days - 1"
    )
    assert found == (2_102,)


def test_redeeming_households_by_type_of_campaign(journey: Answers) -> None:
    assert {name: (reached, mailed) for name, reached, mailed in redeeming(journey, "type")} == REDEEMING


def test_redeeming_households_of_each_campaign_of_type_a(journey: Answers) -> None:
    of_type_a = {
        campaign for (campaign,) in journey.sql("select campaign_id from campaigns where name like 'Type A,%'")
    }
    found = [counts for campaign, *counts in redeeming(journey, "campaign_id") if campaign in of_type_a]
    assert sorted(map(tuple, found)) == REDEEMING_OF_TYPE_A


def by_type(journey: Answers, reached: str, mailed: str) -> dict[str, tuple[int, int]]:
    """The sums of two counts of the arms of all campaigns, by type."""
    found: dict[str, tuple[int, int]] = {}
    for campaign in journey.dicts("campaigns/list"):
        kind = campaign["name"].partition(",")[0]
        for arm in journey.dicts("campaigns/arms", campaign=campaign["campaign_id"]):
            before = found.get(kind, (0, 0))
            found[kind] = before[0] + arm[reached], before[1] + arm[mailed]
    return found


def test_campaigns_count_the_households_that_redeemed_with_open_windows_and_without(journey: Answers) -> None:
    assert by_type(journey, "reached_so_far", "assigned") == REDEEMING
    assert by_type(journey, "reached", "closed") == REDEEMING_CLOSED
    closed: dict[str, tuple[float, int]] = {}
    names = {row["campaign_id"]: row["name"].partition(",")[0] for row in journey.dicts("campaigns/list")}
    for row in journey.dicts("campaigns/outcomes_of_all"):
        before = closed.get(names[row["campaign_id"]], (0, 0))
        closed[names[row["campaign_id"]]] = before[0] + row["sum_y"], before[1] + row["n"]
    assert closed == REDEEMING_CLOSED


def test_every_campaign_has_only_mailed_households_and_five_are_not_over(journey: Answers) -> None:
    listed = journey.dicts("campaigns/list")
    assert [(row["arms"], row["has_control"]) for row in listed] == [(1, False)] * 27
    left_out = ("in_two_arms", "before_joining", "exposed_again", "outside_days")
    assert {row[name] for row in listed for name in left_out} == {0}
    # No household signs up; some buy for the first time only after they were mailed.
    states = [row["state"] for row in listed]
    assert (states.count("running"), states.count("final")) == (5, 22)


def test_campaigns_reach_for_the_same_households(journey: Answers) -> None:
    """Campaign 18 ran for eight weeks; those that began inside them are told with the households mailed by both."""
    met = journey.sql(
        """
        select other.campaign_id, count(distinct other.user_id)
        from exposures as own
        inner join campaigns on campaigns.campaign_id = own.campaign_id
        inner join exposures as other
            on other.user_id = own.user_id
            and other.campaign_id <> own.campaign_id
            and other.exposed_at >= own.exposed_at
            and other.exposed_at < own.exposed_at + to_days(campaigns.window_days)
        where own.campaign_id = '18'
        group by other.campaign_id
        """
    )
    found = journey.dicts("campaigns/overlaps", campaign="18")
    assert len(found) > 3
    assert {(row["campaign_id"], row["users"]) for row in found} == set(met)
    assert {row["assigned"] for row in found} == {1_133}
    assert [row["users"] for row in found] == sorted((row["users"] for row in found), reverse=True)
    # More than 20 % of nearly every campaign's households were mailed another one in its window.
    listed = journey.dicts("campaigns/list")
    assert sum(row["overlapped"] > 0.2 * row["assigned"] for row in listed) > 20
