"""The page Data, and on Overview what comes from elsewhere: numbers, and lists of people to filter by."""

import html
import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from analysis import trust
from components import sources
from config import product as products
from config import words
from config.text import Language
from tests.pages.conftest import texts
from tests.products import write_product
from warehouse import build as builder
from warehouse import contract, queries
from warehouse import sources as reading

LANGUAGES: tuple[Language, ...] = get_args(Language)


def drawn(app: AppTest) -> str:
    """Everything to be read, without marks: sentences stand as a visitor sees them."""
    assert not app.exception, app.exception[0].stack_trace
    pieces = [re.sub(r"<style.*?</style>|/\*.*", " ", each, flags=re.S) for each in texts(app)]
    whole = "\n".join(re.sub(r"<[^>]*>", " ", each) for each in pieces)
    return re.sub(r"[ \t]+", " ", html.unescape(re.sub(r"\\(.)", r"\1", whole)).replace("\u2060", ""))


def say(language: Language, key: str, **fields: Any) -> str:
    return words.load(language)[key].format(**fields)


def days(count: int, last: date = date(2026, 3, 20)) -> list[date]:
    return [last - timedelta(days=count - 1 - at) for at in range(count)]


def tables(**more: Any) -> dict[str, Any]:
    """Forty people of two platforms, each reading every day of thirty; another joined on the last day."""
    users = [
        {"user_id": f"u{at}", "signed_up_at": "2026-02-19 08:00:00", "platform": "iOS" if at % 4 == 0 else "Android"}
        for at in range(40)
    ]
    users.append({"user_id": "fresh", "signed_up_at": "2026-03-20 08:00:00", "platform": "Android"})
    events = [
        {"user_id": f"u{at}", "event": "read", "occurred_at": f"{day} {hour}:00:00"}
        for day in days(30)
        for at, hour in zip(range(40), [10, 23] * 20, strict=True)
    ]
    return {"users": users, "events": events, **more}


def minutes(**more: Any) -> list[dict[str, Any]]:
    return [{"day": day, "figure": "minutes", "amount": 100 + at, **more} for at, day in enumerate(days(10))]


def vendor(amount: float, count: int = 10) -> list[dict[str, Any]]:
    return [{"day": day, "figure": "active_users", "amount": amount} for day in days(count)]


PRODUCT = {"dimensions": {"platform": "Platform"}, "activation": {"event": ["read"]}}
MINUTES = {
    "label": {"en": "Minutes read", "zh": "阅读分钟数"},
    "definition": "As the reader counts.",
    "better": "higher",
    "family": "activation",
    "target": 4000,
}
SEEDS = [{"user_id": f"u{at}", "group_name": "seeds"} for at in range(5)]
LISTS = [*SEEDS, {"user_id": "nobody", "group_name": "seeds"}, {"user_id": "u9", "group_name": "testers"}]
ASKED = [{"feedback_id": f"f{at}", "received_at": "2026-03-20 09:00:00", "user_id": f"u{at % 2}"} for at in range(3)]

# A product that brings much from elsewhere: numbers, declared or not, in all and by platform; lists, one of them named.
RICH = {"figures": {"minutes": MINUTES}, "groups": {"seeds": {"en": "Seed users", "zh": "种子用户"}}}
RICH_TABLES = tables(
    figures=[
        *minutes(),
        *minutes(dimension="platform", value="iOS"),
        *minutes(dimension="platform", value="Fridge"),
        *({**row, "figure": "undeclared"} for row in minutes()),
        *vendor(41),
    ],
    groups=LISTS,
    feedback=ASKED,
)


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """make(product, tables, …): a product built once from each of the tables in turn; where a visit finds it."""

    @cache
    def made(written):
        product, versions = json.loads(written)
        place = tmp_path_factory.mktemp("product")
        for rows in versions:
            changed, rows = rows if isinstance(rows, list) else ({}, rows)
            folder = write_product(place / "product", {**PRODUCT, **product, **changed}, rows)
            builder.build(products.load(folder), place / "warehouse", today=date(2026, 3, 21))
        return {"config": folder, "warehouse": place / "warehouse"}

    return lambda product, *versions: made(json.dumps([product, versions], default=str))


# Data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_whether_the_numbers_can_be_trusted(visit, language):
    app = visit("data", language=language)
    text = drawn(app)
    assert say(language, "data.question") in text
    assert say(language, "data.nothing_to_mend") in text
    assert say(language, "data.level.know") in text
    assert not app.error
    assert not app.warning
    if language == "en":
        assert "The data reach to Tue 23 Jun 2026; no table ends earlier, and 0.02\u00a0% of" in text
        assert "25 people did something and are in no row of users" in text
        assert "Active users: theirs are 1.2\u00a0% above ours, steadily;" in text


def test_a_healthy_product_has_nothing_to_mend_and_names_what_could_be_added(visit, make):
    text = drawn(visit("data", **make({}, tables())))
    assert "The data reach to Fri 20 Mar 2026; no table ends earlier, and none of 1,241 rows was set aside." in text
    assert "Nothing has to be mended." in text
    assert "No row was set aside." in text
    assert "No value was put under “other”." in text
    assert "This is the first build" in text
    assert "Nobody else counts a figure of ours." in text
    assert "There are no lists." in text
    for name in contract.NAMES:
        is_absent = name not in ("users", "events")
        assert (f"{say('en', f'data.gives.{name}')} sources/{name}.sql" in text) == is_absent


COSTS = [
    {"day": "2026-03-11", "channel": "search", "amount": "9"},
    {"day": "2026-03-11", "channel": "kol", "amount": "n/a"},
]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "1 of 3 tables ends earlier, and 0.08\u00a0% of 1,243 rows were set aside.",
                "There are 3 things to mend",
                "One row of costs was set aside, 50.00\u00a0% of them; a build stops above 50.00\u00a0%.",
                "The table of costs ends 9 days before the data as a whole.",
                "product.yml names an event that nobody ever did, active: raed. The nearest name that there is: read.",
                "Whoever keeps the product folder: correct the name",
                "amount is not a number",
            ],
        ),
        (
            "zh",
            [
                "3 张表中有 1 张未到齐，1,243 行中剔除了 0.08%。",
                "有 3 处需要修正",
                "成本表剔除了 1 行，占 50.00%；超过 50.00% 时构建会停止。",
                "成本表比整体数据早结束 9 天。",
                "product.yml 写到的事件从未有人做过：active: raed。最接近的已有名称：read。",
                "产品目录维护者： 请更正",
                "amount 不是数字",
            ],
        ),
    ],
)
def test_what_is_amiss_is_told_with_who_can_mend_it(visit, make, language, said):
    made = make({"active": ["read", "raed"], "max_rejected": 0.5}, tables(costs=COSTS))
    text = drawn(visit("data", language=language, **made))
    for sentence in said:
        assert sentence in text


def test_the_page_is_of_everybody_and_says_so_where_people_are_filtered(visit, make):
    filtered, whole = (drawn(visit("data", **make({}, tables()), **asked)) for asked in ({"platform": "iOS"}, {}))
    assert "everybody, whatever the filters on people say" in filtered
    assert "everybody, whatever" not in whole
    assert "none of 1,241 rows" in filtered


def test_hidden_parts_are_made_only_when_opened(visit, make):
    app = visit("data", **make({"active": ["read", "raed"], "max_rejected": 0.5}, tables(costs=COSTS)))
    drawn(app)
    assert not app.dataframe
    for key in ("data_sample", "data_steps", "data_settings", "foot_data"):
        app.session_state[key] = True
    app.run()
    text = drawn(app)
    assert "sources/users" in text
    assert say("en", "data.means.set_aside") in text
    sample, settings = (each.value for each in app.dataframe)
    assert sample["content"].tolist() == ["day: 2026-03-11, channel: kol, amount: n/a"]
    assert settings.loc[settings["place"] == "active", "value"].tolist() == ["[read, raed]"]


def test_values_that_are_rare_or_not_known_are_counted(visit, make):
    rows = tables()
    rows["users"][0]["platform"] = None
    for at in range(1, 6):
        rows["users"][at]["platform"] = f"rare{at}"
    rows["events"].append({"user_id": "stranger", "event": "read", "occurred_at": "2026-03-20 10:00:00"})
    text = drawn(visit("data", **make({"max_segments": 4}, rows)))
    assert re.search(r"Platform\s+2\s+4\.76\u00a0%\s+1\s+1\s", text)
    assert "One person did something and is in no row of users" in text
    assert "5 rare values of Platform are counted under “other”." in text
    assert re.search(r"rare1\s+Platform\s+1\s", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_since_the_build_before_are_told_cause_first(visit, make, language):
    paid = [{"user_id": "u1", "paid_at": "2026-03-01 09:00:00", "amount": "5"}]
    before, after = tables(payments=paid), tables(payments=[*paid, *paid])
    after["users"] = [row for row in after["users"] if row["user_id"] != "u39"]
    after["events"] = [row for row in after["events"] if row["user_id"] != "u39"]
    changed = {"activation": {"event": ["read"], "times": 2}}
    text = drawn(visit("data", language=language, **make({}, before, [changed, after])))
    told = {
        "en": [
            "The setting activation.times is now 2; it was 1.",
            "30 rows of events of days known before are gone.",
            "One person is no longer there, merged or deleted.",
            "One late row of payments came for days known before.",
        ],
        "zh": [
            "设置 activation.times 由 1 改为 2。",
            "行为表在此前已有的日子里少了 30 行。",
            "有 1 人已不在（合并或删除）。",
            "付款表为此前已有的日子补到 1 行。",
        ],
    }[language]
    places = [text.index(each) for each in told]
    assert places == sorted(places)
    if language == "en":
        assert re.search(r"Revenue\s+1\s+1 Mar 2026\s+5\.00\s+10\.00\s+\+100\.0\u00a0%", text)
        assert re.search(r"New users\s+1\s+19 Feb 2026\s+40\s+39\s+−2\.5\u00a0%", text)


def test_the_same_data_built_again_have_no_changes(visit, make):
    text = drawn(visit("data", **make({}, tables(), tables())))
    assert "Nothing changed on the days that the build before covered too." in text


def test_ours_stand_beside_theirs_for_the_days_of_the_period(visit, make):
    made = make(RICH, RICH_TABLES)
    text = drawn(visit("data", period="last_7_days", **made))
    assert "Active users: on the 7 days that both have, theirs differ from ours by +2.5\u00a0% in the middle." in text
    text = drawn(visit("data", period="last_28_days", **made))
    assert "Active users: theirs are 2.5\u00a0% above ours, steadily;" in text
    assert "Of 18 days they have no figure." in text


def test_every_check_of_a_build_has_its_place_and_its_words():
    sql, code = queries.text("build/checks"), Path(builder.__file__).read_text("utf-8")
    made = {*re.findall(r"'(\w+)' as check_id", sql), *re.findall(r"_find\(\s*[\[(]+\s*\"(\w+)\"", code)}
    assert {"lags_behind", "figure_days_missing", "column_not_used", "values_not_readable", "event_never_seen"} <= made
    for check in made:
        assert check in trust.CHECKS, check
        for language in LANGUAGES:
            known = words.load(language)
            assert f"data.check.{check}.what" in known or f"data.check.{check}.what.other" in known, check
            assert f"data.check.{check}.do" in known, check


def test_every_reason_for_setting_a_row_aside_has_words():
    code = Path(reading.__file__).read_text("utf-8")
    made = set(re.findall(r"(?:then|_reason =) '\{[^}]*\}( [^']*)'", code))
    assert len(made) == 8
    filled = {
        "{column.type.lower()}": "date", "{kind}": "date", "{EARLIEST.year}": "1990", "{AHEAD_UNTIL.year}": "2200",
        "{listed}": "own, user", "{other}": "campaigns",
    }  # fmt: skip
    for reason in made:
        for field, value in filled.items():
            reason = reason.replace(field, value)
        assert any(re.fullmatch(each, f"amount{reason}") for each in sources.REASONS.values()), reason


# Overview -------------------------------------------------------------------------------------------------


def card(app: AppTest, name: str) -> tuple[str, str, list[str]]:
    """The text of one card, its hovers, and its changes that are coloured."""
    [found] = [each.body for each in app.html if 'class="card"' in each.body and f">{name}</div>" in each.body]
    hovers = " ".join(re.findall(r'title="([^"]*)"', found))
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", found)).replace("\u00a0", " "))
    return text, html.unescape(hovers), re.findall(r'class="change (good|bad)"', found)


def test_a_number_made_elsewhere_is_a_card_with_its_mark_its_change_and_its_target(visit, make):
    app = visit(**make(RICH, RICH_TABLES))
    drawn(app)
    text, hovers, _ = card(app, "Minutes read")
    assert "Activation · made elsewhere" in text
    assert " 109 " in text
    assert "up 0.9 % in a day" in text
    assert "up 6.9 % in a week" in text
    assert "Mar 2026 so far 1,045" in text
    assert "26.1 % of target" in text
    assert "As the reader counts." in hovers


def test_a_number_that_nobody_declared_is_a_card_under_its_own_name_and_never_good_or_bad(visit, make):
    sudden = [{"day": day, "figure": "tickets", "amount": 900 if day.day == 20 else 100} for day in days(20)]
    app = visit(**make({}, tables(figures=sudden)))
    drawn(app)
    text, _, coloured = card(app, "tickets")
    assert "up 800.0 % in a day" in text
    assert coloured == []
    assert "Moved more than usual: ▲\u00a0tickets in a day" in drawn(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_on_people_withholds_what_cannot_be_filtered(visit, make, language):
    app = visit(platform="iOS", everyone="true", by="platform", language=language, **make(RICH, RICH_TABLES))
    drawn(app)
    text, hovers, _ = card(app, {"en": "Minutes read", "zh": "阅读分钟数"}[language])
    assert " — " in text
    assert say(language, "elsewhere.withheld") in text
    assert say(language, "elsewhere.withheld_why") in hovers
    assert "109" in text  # everyone's, which was asked for
    by_period = app.dataframe[0].value
    assert by_period["minutes"].isna().all()
    assert by_period["active_users"].notna().any()
    assert "Fridge" not in drawn(app)


def test_a_number_made_elsewhere_is_broken_down_by_what_it_is_given_by(visit, make):
    made = make(RICH, RICH_TABLES)
    table = drawn(visit(by="platform", **made)).split("By Platform")[1].split("All figures")[0]
    assert re.search(r"iOS\s+0\s+10\s.*\s109\s", table)
    assert re.search(r"Android\s+1\s+30\s.*\s—\s", table)
    assert re.search(r"Fridge\s+—\s+—\s.*\s109\s", table)
    table = drawn(visit(by="standing", **made)).split("By Standing")[1].split("All figures")[0]
    assert "Minutes read" not in table


def test_a_number_that_comes_by_the_month_says_so_by_the_day(visit, make):
    rows = [{"day": f"2026-{month:02}-01", "figure": "minutes", "amount": 900} for month in (1, 2)]
    made = make({"figures": {"minutes": {**MINUTES, "every": "month"}}}, tables(figures=rows))
    assert "No data: Minutes read. It comes by the month: choose months." in drawn(visit(**made))
    app = visit(grain="month", period="last_12_months", **made)
    drawn(app)
    assert " 900 " in card(app, "Minutes read")[0]


def test_what_others_count_under_the_same_name_stands_on_our_card_and_is_no_card_of_its_own(visit, make):
    made = make(RICH, RICH_TABLES)
    app = visit(**made)
    drawn(app)
    assert "elsewhere 41 (+2.5 %)" in card(app, "Active users")[0]
    app.session_state["proof_active_users"] = True
    app.run()
    assert [link.proto.page for link in app.get("page_link")] == ["data"]
    for asked in ({"platform": "iOS"}, {"grain": "week"}):
        assert "elsewhere" not in card(visit(**made, **asked), "Active users")[0]


# Lists of people ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "values"), [("en", ["in", "not in"]), ("zh", ["在名单中", "不在名单中"])])
def test_a_list_named_in_product_yml_is_a_filter_in_words(visit, make, language, values):
    app = visit(language=language, seeds="in", by="seeds", **make(RICH, RICH_TABLES))
    text = drawn(app)
    box = app.multiselect(key="shown_seeds")
    assert box.label == {"en": "Seed users", "zh": "种子用户"}[language]
    assert box.options == values
    assert f"{box.label}{': ' if language == 'en' else '：'}{values[0]}" in text
    assert " 5 " in card(app, {"en": "Active users", "zh": "活跃用户"}[language])[0]


def test_a_list_is_shown_with_what_became_of_its_people_and_one_by_one(visit, make):
    app = visit("data", group="testers", **make(RICH, RICH_TABLES))
    text = drawn(app)
    assert re.search(r"Seed users\s+6\s+5 of 6\s+5 of 5\s+5 of 5\s+3\s", text)
    assert re.search(r"testers\s+1\s+1 of 1\s+1 of 1\s+1 of 1\s+0\s", text)
    app.session_state["data_members"] = True
    app.run()
    drawn(app)
    assert app.dataframe[0].value["user_id"].tolist() == ["u9"]
