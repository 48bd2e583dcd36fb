"""Channels: whose people stay is seen at once; without channels, costs or people the page says what is missing."""

import html
import re
from collections.abc import Sequence
from datetime import date

import pytest
import yaml

from config import product as products
from config import words
from tests.pages.conftest import texts
from tests.products import write_product
from warehouse import build as builder
from warehouse import read

TODAY = date(2024, 3, 4)
HOSTILE = ("<script>alert(1)</script>", 'O\'Neil "x"', "100%", "🙂", "=1+1", ":red[b] **c** $x$", "{count}")


def drawn(app) -> str:
    assert not app.exception, app.exception[0].stack_trace
    return "\n".join(texts(app))


def row_of(text: str, name: str, table: int = 0) -> list[str]:
    """The cells of a channel's row, as they are read."""
    found = re.findall(r'<table class="bars">.*?</table>', text, re.DOTALL)[table]
    [row] = re.findall(rf'<tr><th scope="row">{re.escape(html.escape(name))}</th>(.*?)</tr>', found, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td.*?</td>", row)]


def test_the_demos_hollow_campaign_is_seen_at_once(visit, demo_warehouse):
    """Figures of truth.yml: who came by the task centre, and how many of them were hollow."""
    truth = yaml.safe_load((demo_warehouse.parent / "data" / "truth.yml").read_text("utf-8"))
    centre, campaign = truth["task_centre"], truth["campaigns"]["task_centre_202603"]["value"]
    days = {"from": date.fromisoformat(campaign["starts_on"]), "until": date(2026, 4, 27)}
    connection = read.connect(read.current(demo_warehouse))
    rows = read.query(connection, "acquisition/channels", days).set_index("value")
    connection.close()
    wall = rows.loc["task_wall"]
    assert wall["hollow"] == centre["hollow"]["value"]
    assert wall["new_users"] >= centre["signed_up"]["value"]
    share = wall["hollow"] / wall["standing_entrants"]
    assert share == pytest.approx(centre["hollow"]["value"] / centre["signed_up"]["value"], abs=0.01)

    text = drawn(visit("channels", **{"period": "custom", "from": "2026-03-16", "until": "2026-04-26"}))
    answer = re.findall(r'<h1 class="answer">(.*?)</h1>', text)[0]
    also = re.findall(r'<p class="also">(.*?)</p>', text)[0]
    assert "task_wall, above the limit of 50.0" in answer
    assert f"task_wall: {share * 100:.1f}\u00a0% of its new users were hollow and" in also
    cells = row_of(text, "task_wall")
    assert cells[0] == f"{wall['new_users']:,}"
    assert cells[6] == f"▲ {share * 100:.1f}\u00a0%"
    assert cells[3] == f"▼ {wall['returned_7'] / wall['entrants_7'] * 100:.1f}\u00a0%"
    per_new, per_real = (float(cell.replace("¥", "")) for cell in row_of(text, "task_wall", table=1)[1:3])
    assert per_real > 10 * per_new
    # It is red in both, and every other channel is not.
    assert text.count('<td class="bad" title=') >= 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_is_there_in_both_languages(visit, language):
    text = drawn(visit("channels", language=language, by="country", everyone="true", platform="iOS"))
    for key in ("question", "quality", "costs", "cut", "over_time", "dependence", "card.hhi", "card.effective"):
        assert html.escape(words.load(language)[f"channels.{key}"]) in text.replace("\\", ""), key
    own = words.load(language)["channels.own_breakdown"].split("{")[0]
    assert own in text.replace("\\", "")
    assert row_of(text, "task_wall")[-1] == "—"


def test_a_filter_on_the_channel_alone_shows_its_costs(visit):
    text = drawn(visit("channels", channel="paid_social"))
    assert words.load("en")["channels.cut"] not in text
    assert row_of(text, "paid_social", table=1)[0].startswith("¥")


def test_channels_that_a_filter_chose_are_not_held_against_the_limit(visit):
    app = visit("channels", channel="kol")
    assert "Of the channels chosen, kol brought most: 100.0" in drawn(app).replace("\\", "")
    assert "for one channel" in drawn(visit("channels", platform="iOS"))


def test_unknown_is_always_among_the_channels(visit):
    assert int(row_of(drawn(visit("channels")), "unknown")[0]) > 0
    assert int(row_of(drawn(visit("channels", language="zh")), "未知")[0]) > 0


def test_the_table_can_be_put_in_order_from_the_address_bar(visit):
    def first(text: str) -> str:
        found: list[str] = re.findall(r'<tr><th scope="row">(.*?)</th>', text)
        return found[1]

    assert first(drawn(visit("channels", period="last_28_days"))) == "paid_social"
    app = visit("channels", period="last_28_days", sort="hollow")
    assert first(drawn(app)) == "referral"
    assert app.selectbox(key="shown_sort").value == "hollow"
    app.selectbox(key="shown_sort").set_value("new_users").run()
    assert first(drawn(app)) == "paid_social"


@pytest.mark.parametrize("filters", [{"grain": "day"}, {"grain": "month", "period": "all"}, {"compare": "none"}])
def test_a_page_answers_by_every_grain_and_comparison(visit, filters):
    text = drawn(visit("channels", **filters))
    assert bool(re.search(r"was [0-9]", text)) is (filters.get("compare") != "none" and filters.get("period") != "all")


# Other products -------------------------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path):
    def make(product, tables):
        folder = write_product(tmp_path / "product", product, tables)
        builder.build(products.load(folder), tmp_path / "warehouse", today=TODAY)
        return {"warehouse": tmp_path / "warehouse", "config": folder, "period": "all"}

    return make


def people(names: Sequence[str], count: int = 1) -> dict[str, list[dict[str, str]]]:
    users = [
        {"user_id": f"{name} {at}", "signed_up_at": "2024-02-05 10:00", "channel": name}
        for name in names
        for at in range(count)
    ]
    events = [
        {"user_id": user["user_id"], "event": "open", "occurred_at": f"2024-{day} 11:00"}
        for user in users
        for day in ("02-05", "02-12", "03-03")
    ]
    return {"users": users, "events": events}


def test_a_product_without_a_channel_is_told_what_to_add(visit, built):
    app = visit("channels", **built({"dimensions": {"platform": "Platform"}}, people(["a"])))
    assert words.load("en")["channels.no_channel"] in drawn(app).replace("\\", "").replace("\u2060", "")
    assert not app.metric and 'class="answer"' not in drawn(app)


def test_without_costs_the_page_says_which_source_to_add(visit, built):
    text = drawn(visit("channels", **built({"dimensions": {"channel": "Channel"}}, people(["ads", "search"], 40))))
    assert words.load("en")["channels.no_costs"] in text
    assert words.load("en")["channels.card.paid"] not in text
    # Nobody is activated, pays or is hollow here: those columns are left out.
    assert row_of(text, "ads") == ["40", "50.0\u00a0%", "100.0\u00a0%", "—"]


def test_days_in_which_nobody_joined_say_so(visit, built):
    product = built({"dimensions": {"channel": "Channel"}}, people(["ads"]))
    days = {"period": "custom", "from": "2024-02-20", "until": "2024-02-25"}
    text = drawn(visit("channels", **{**product, **days})).replace("\\", "")
    assert words.load("en")["channels.empty"] in text


def test_money_spent_on_nobody_is_shown(visit, built):
    tables = {**people(["ads"]), "costs": [{"day": "2024-02-21", "channel": "television", "amount": "70"}]}
    product = built({"dimensions": {"channel": "Channel"}, "currency": "EUR"}, tables)
    days = {"period": "custom", "from": "2024-02-20", "until": "2024-02-25"}
    text = drawn(visit("channels", **{**product, **days}))
    assert words.load("en")["channels.answer.nobody"] in text
    assert row_of(text, "television")[-1] == "€70"
    assert row_of(text, "television", table=1)[:3] == ["€70", "—", "—"]


def test_costs_that_end_early_are_said(visit, built):
    tables = {**people(["ads"]), "costs": [{"day": "2024-02-21", "channel": "ads", "amount": "70"}]}
    text = drawn(visit("channels", **built({"dimensions": {"channel": "Channel"}}, tables)))
    assert "days before the other data" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_that_are_markup_are_only_names(visit, built, language):
    names = [*HOSTILE, "unknown", "未知", "other", *(f"more {at}" for at in range(30))]
    tables, more = people(HOSTILE, 2), people(names[len(HOSTILE) :])
    tables = {table: [*rows, *more[table]] for table, rows in tables.items()}
    tables["costs"] = [{"day": "2024-02-05", "channel": name, "amount": "1"} for name in names]
    product = {"dimensions": {"channel": ":red[Ch] <b>"}, "channel_limit": 0.01}
    app = visit("channels", language=language, **built(product, tables))
    text = drawn(app)
    markup = [each.value if hasattr(each, "value") else each.body for each in app.html]
    assert markup and "<script>" not in "\n".join(markup)
    assert html.escape(":red[Ch] <b>") in text
    for name in HOSTILE:
        assert row_of(text, name)[0] == "2"
    shown = re.findall(r'<table class="bars">.*?</table>', text, re.DOTALL)[0].count('<th scope="row">')
    assert shown == 31
    assert row_of(text, words.load(language)["value.unknown"])[0] == "1"
