"""The wholesaler of config/examples/online_retail: published numbers, lines without a customer set aside."""

import contextlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.products import Answers
from tests.warehouse.examples import FOLDER, data_folder, example

pytestmark = pytest.mark.examples

# Those of the customers of December 2010 who had a line in months 1 to 11 after it: published with the data.
CAME_BACK = [362, 317, 367, 341, 376, 360, 336, 336, 374, 354, 474]

# Customers with two countries, by the country of their first invoice, looked up in the file by hand.
FIRST_COUNTRY = {
    "12370": "Cyprus",
    "12394": "Belgium",
    "12417": "Belgium",
    "12422": "Australia",
    "12429": "Denmark",
    "12431": "Australia",
    "12455": "Cyprus",
    "12457": "Switzerland",
}


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product, built once for all questions."""
    with example("online_retail", tmp_path_factory.mktemp("online_retail")) as answers:
        yield answers


def test_lines_without_a_customer_are_rejected_with_that_reason(retail: Answers) -> None:
    tables = {row["source"]: row for row in retail.dicts("data/tables") if row["is_present"]}
    assert tables.keys() == {"users", "events", "payments"}
    assert (tables["users"]["read"], tables["users"]["rejected"]) == (4_372, 0)
    for name in ("events", "payments"):
        row = tables[name]
        assert (row["read"], row["accepted"], row["rejected"]) == (541_909, 406_829, 135_080)
    reasons = {(row["source"], row["reason"]): row["rejected"] for row in retail.dicts("data/rejected_reasons")}
    assert reasons == {("events", "user_id is missing"): 135_080, ("payments", "user_id is missing"): 135_080}


def test_4372_customers_until_the_day_that_ends_at_noon(retail: Answers) -> None:
    [build] = retail.dicts("data/build")
    assert (build["first_day"], build["data_until"]) == (date(2010, 12, 1), date(2011, 12, 9))
    assert (build["users"], build["events"], build["currency"]) == (4_372, 406_829, "GBP")


def test_all_the_money_is_accepted_or_rejected(retail: Answers) -> None:
    source = (FOLDER / "online_retail" / "sources" / "payments.sql").read_text("utf-8")
    with contextlib.chdir(data_folder() / "online_retail"):
        [before] = duckdb.execute(f"select count(*), sum(cast(amount as decimal(18, 4))) from ({source})").fetchall()
    [accepted] = retail.sql("select count(*), sum(amount) from payments")
    [rejected] = retail.sql(
        "select count(*), sum(cast(content ->> 'amount' as decimal(18, 4))) from rejected where source = 'payments'"
    )
    assert (before[0], round(before[1], 2)) == (541_909, Decimal("9747747.93"))
    assert (accepted[0], round(accepted[1], 2)) == (406_829, Decimal("8300065.81"))
    assert (accepted[0] + rejected[0], accepted[1] + rejected[1]) == before


def test_what_is_sent_back_is_a_negative_amount_and_its_line_an_event_too(retail: Answers) -> None:
    path = data_folder() / "online_retail" / "online_retail.parquet"
    [sent_back] = duckdb.execute(
        f"select count(*) from '{path}' where \"InvoiceNo\" like 'C%' and \"CustomerID\" is not null"
    ).fetchall()
    [negative] = retail.sql("select count(*) from payments where amount < 0")
    assert negative == sent_back == (8_905,)
    assert retail.sql("select event, count(*) from events group by event") == [("invoice", 406_829)]


def test_who_bought_in_december_2010_came_back(retail: Answers) -> None:
    cells = retail.dicts(
        "retention/triangle",
        definition="return",
        grain="month",
        from_=date(2010, 12, 1),
        until=date(2011, 1, 1),
    )
    assert {cell["cohort_size"] for cell in cells} == {948}
    users = {cell["age"]: cell["users"] for cell in cells}
    assert [users[age] for age in range(1, 12)] == CAME_BACK
    assert users[12] is None


def test_a_customer_with_two_countries_has_that_of_the_first_invoice(retail: Answers) -> None:
    countries = dict(
        retail.sql(
            "select user_id, country from user_segment"
            " inner join segments on segments.segment_id = user_segment.segment_id"
        )
    )
    assert {customer: countries[customer] for customer in FIRST_COUNTRY} == FIRST_COUNTRY


def test_unspecified_is_unknown(retail: Answers) -> None:
    countries = {row["value"]: row["users"] for row in retail.dicts("data/values") if row["dimension"] == "country"}
    assert (countries["unknown"], countries["United Kingdom"]) == (4, 3_950)
    assert "Unspecified" not in countries
    assert sum(countries.values()) == 4_372
