"""Every page: with data, without, in both languages, from a link with filters, and when something is wrong."""

import html
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from config import product as products
from config import words
from config.text import Language
from tests.pages import demo
from tests.pages.conftest import texts
from tests.products import write_product
from warehouse import build as builder

PAGES = ("overview", "retention")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
FILTERS = {"platform": "iOS", "period": "last_28_days", "by": "channel", "everyone": "true", "real": "true"}


def drawn(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    return "\n".join(texts(app))


def words_of(language: Language, key: str) -> str:
    return words.load(language)[key]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_its_question(visit, page, language):
    app = visit(page, language=language)
    text = drawn(app)
    assert html.escape(words_of(language, f"{page}.question")) in text
    assert 'class="answer"' in text
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_by_every_grain(visit, page, grain):
    assert words_of("en", f"scope.grain.{grain}") in drawn(visit(page, grain=grain))


@pytest.mark.parametrize(
    "period",
    ["yesterday", "last_7_days", "last_12_months", "month_to_date", "last_month", "year_to_date", "all"],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_for_every_period(visit, page, period):
    drawn(visit(page, period=period))


@pytest.mark.parametrize("compare", ["last_week", "last_year", "none"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_with_every_comparison(visit, page, compare):
    drawn(visit(page, compare=compare))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_link_with_filters_shows_what_it_says(visit, page, language):
    app = visit(page, language=language, **FILTERS)
    text = drawn(app)
    assert "iOS" in text
    assert words_of(language, "scope.real") in text
    assert html.escape(words_of(language, "caveat.real")[:12]) in text.replace("\\", "")
    assert app.selectbox(key="period").value == "last_28_days"
    assert app.selectbox(key="shown_period").value == "last_28_days"
    assert app.multiselect(key="shown_platform").value == ["iOS"]
    assert app.query_params["platform"] in ("iOS", ["iOS"])


def test_a_part_of_the_users_is_not_held_against_everyones_sum(visit):
    assert re.search(r"% of target, [0-9.]+\u00a0% of the month gone", drawn(visit()))
    part = drawn(visit(platform="iOS"))
    assert "of target" not in part
    assert "target 45.0" in part


def test_a_share_of_few_people_says_of_how_many_and_what_chance_leaves_open(visit):
    text = drawn(visit(platform="iOS"))
    reached, people = re.findall(r"%: (\d+) of (\d+)\. Chance alone leaves [0-9.]+", text)[0]
    assert int(reached) <= int(people) < 100
    assert f"of {people} people</span>" in text


def test_the_changes_named_under_the_answer_are_those_that_cards_colour(visit):
    for filters in ({}, {"grain": "week"}, {"grain": "month", "period": "last_12_months"}, {"platform": "iOS"}):
        app = visit(**filters)
        text = drawn(app)
        [named] = re.findall(r'<p class="also">(.*?)</p>', text)
        coloured = re.findall(r'class="change (?:good|bad)"', text)
        assert len(re.findall("[▲▼]", named)) == len(coloured)


def test_the_answer_says_when_it_counts_who_came_back_then_or_later(visit):
    assert "then or later" not in drawn(visit("retention"))
    assert "Came back then or later: " in drawn(visit("retention", mode="on_or_after"))


def test_a_week_that_is_not_over_is_told_as_it_stands_and_drawn_apart(visit):
    text = drawn(visit(grain="week", period="last_7_days", by="channel"))
    assert "which is not over." in text
    assert '<table class="bars">' in text
    assert 'class="value open"' in text
    assert "so far" in text


@pytest.mark.parametrize("page", PAGES)
def test_filters_stay_when_the_page_changes(visit, page):
    app = visit(page, **FILTERS)
    other = PAGES[1 - PAGES.index(page)]
    app.switch_page(f"../pages/{other}.py").run()
    assert "iOS" in drawn(app)
    assert app.selectbox(key="period").value == "last_28_days"


def test_a_filter_chosen_on_the_screen_is_obeyed_and_kept(visit):
    app = visit()
    everyone = drawn(app)
    app.multiselect(key="shown_platform").set_value(["iOS"]).run()
    assert app.multiselect(key="platform").value == ["iOS"]
    assert drawn(app) != everyone
    app.selectbox(key="shown_period").set_value("last_7_days").run()
    assert app.selectbox(key="period").value == "last_7_days"
    assert app.multiselect(key="shown_platform").value == ["iOS"]


def test_the_language_is_switched_in_place_and_the_filters_stay(visit):
    app = visit(**FILTERS)
    app.session_state["language"] = "zh"
    app.run()
    text = drawn(app)
    assert words_of("zh", "overview.question") in text
    assert app.selectbox(key="period").value == "last_28_days"
    assert app.multiselect(key="platform").value == ["iOS"]


def test_an_unknown_value_in_the_link_falls_back(visit):
    app = visit(period="no_such", platform="no such", grain="year", by="nothing", language="fr")
    drawn(app)
    assert app.selectbox(key="period").value == "last_13_weeks"
    assert app.multiselect(key="platform").value == []


@pytest.mark.parametrize(
    ("from_", "until", "key"),
    [
        ("2026-05-01", "2026-05-31", None),
        ("2026-05-01", "2030-01-01", None),
        ("2026-05-31", "2026-05-01", "filters.days_reversed"),
        ("2026-02-30", "2026-05-01", "filters.not_a_day"),
        ("**b**", "2026-05-01", "filters.not_a_day"),
        ("2030-01-01", "2030-02-01", "filters.days_ahead"),
    ],
)
def test_typed_days_are_obeyed_or_told_what_is_wrong(visit, from_, until, key):
    app = visit(period="custom", **{"from": from_, "until": until})
    text = drawn(app)
    assert len(app.error) == (key is not None)
    if key is None:
        assert "1 May" in text
    else:
        assert words_of("en", key)[-30:] in app.error[0].value.replace("\\", "")
        assert demo.days("last_13_weeks") in text


# Nothing untranslated -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_no_english_is_left_on_a_chinese_page(visit, page):
    app = visit(page, language="zh", by="channel", everyone="true", platform="iOS")
    values = {"iOS", "Android", "English", "SQL", "CSV", "Web", "Language"}
    known = {value for box in app.multiselect for value in box.options} | values
    for text in texts(app):
        if text.lstrip().startswith(("<style", "/*")) or text.startswith("python -m"):
            continue
        seen = re.sub(r"<[^>]*>", " ", re.sub(r'\btitle="([^"]*)"', r"> \1 <", text))
        seen = re.sub(r"\\(.)", r"\1", seen)
        for known_value in sorted(known, key=len, reverse=True):
            seen = seen.replace(known_value, " ")
        left = [word for word in re.findall(r"[A-Za-z]{2,}", seen) if word not in OUR_IDS]
        assert not left, f"{left} in {text[:300]}"


# Names of queries and files, and units of time zones: written the same in every language.
OUR_IDS = {"product", "yml", "sources", "sql"}


# When something is missing or wrong -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_without_a_warehouse_the_page_says_how_to_build_one(visit, tmp_path, page, language):
    app = visit(page, warehouse=tmp_path / "none", language=language)
    text = drawn(app)
    assert words_of(language, "trouble.no_warehouse") in app.info[0].value.replace("\\", "")
    assert "python -m warehouse build" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_query_that_fails_is_told_in_plain_words(visit, tmp_path, demo_warehouse, page, language):
    broken = tmp_path / "broken"
    shutil.copytree(demo_warehouse, broken)
    file = broken / Path((broken / "current").read_text().strip()).name
    with duckdb.connect(str(file)) as connection:
        for table in ("metric_counts", "retention"):
            kind = "view" if _is_view(connection, table) else "table"
            connection.execute(f"drop {kind} {table}")
    app = visit(page, warehouse=broken, language=language)
    drawn(app)
    assert words_of(language, "trouble.query_failed") in app.error[0].value.replace("\\", "")
    assert any("build again" in code.value for code in app.code)


def _is_view(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = connection.execute("select count(*) from duckdb_views() where view_name = ?", [name]).fetchone()
    return bool(found and found[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_configuration_with_faults_is_told_with_file_and_place(visit, tmp_path, language):
    (tmp_path / "product.yml").write_text("product: A\ntimezone: Mars/Olympus\nsurprise: 1\n")
    app = visit(config=tmp_path, language=language)
    drawn(app)
    assert words_of(language, "trouble.configuration") in app.error[0].value.replace("\\", "")
    assert "product.yml: timezone" in app.code[0].value
    assert "surprise" in app.code[0].value


# Small products -------------------------------------------------------------------------------------------


def small(
    tmp_path: Path, product: dict[str, Any], tables: dict[str, Any], today: date = date(2026, 3, 20)
) -> dict[str, Any]:
    folder = write_product(tmp_path / "product", product, tables)
    builder.build(products.load(folder), tmp_path / "warehouse", today=today)
    return {"config": folder, "warehouse": tmp_path / "warehouse"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "key"), [("overview", "overview.empty"), ("retention", "retention.empty")])
def test_a_product_without_data_says_what_to_add(visit, tmp_path, page, key, language):
    app = visit(page, language=language, **small(tmp_path, {}, {}))
    drawn(app)
    assert words_of(language, key)[:20] in app.info[0].value.replace("\\", "")


HOSTILE = [
    "<script>alert(1)</script>",
    "**b**",
    "$x$",
    ":red[x]",
    ":smile:",
    "😀",
    'a"b',
    "100 %",
    "o'k",
    "{x}",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_names_that_are_markup_are_drawn_as_they_are(visit, tmp_path, page, language):
    users = [
        {"user_id": f"u{at}", "signed_up_at": "2026-02-02 10:00:00", "channel": name} for at, name in enumerate(HOSTILE)
    ]
    events = [
        {"user_id": f"u{at}", "event": "open", "occurred_at": f"2026-{month:02}-{day:02} 11:00:00"}
        for at in range(len(HOSTILE))
        for month, day in ((2, 2), (2, 11), (3, 1), (3, 19))
    ]
    product = {"product": "<b>**P**</b>", "dimensions": {"channel": ":red[Ch] $x$"}}
    made = small(tmp_path, product, {"users": users, "events": events})
    app = visit(page, language=language, by="channel", period="all", **made)
    drawn(app)
    pieces = "\n".join(each.body for each in app.html)
    assert "<script" not in pieces
    assert "&lt;b&gt;**P**&lt;/b&gt;" in pieces
    # On Retention the smallest values are pooled, and which six stand alone is by size and name.
    assert sum(html.escape(name) in pieces for name in HOSTILE) >= (6 if page == "retention" else len(HOSTILE))
    label = app.multiselect(key="shown_channel").label
    assert "$x$" not in label
    assert label.replace("\\", "").replace("\u2060", "") == ":red[Ch] $x$"
    app.multiselect(key="shown_channel").set_value(HOSTILE[:3]).run()
    drawn(app)
    assert html.escape(HOSTILE[0]) in "\n".join(each.body for each in app.html)


def test_a_combination_nobody_is_in_says_so(visit, tmp_path):
    users = [
        {"user_id": "a", "signed_up_at": "2026-02-02 10:00:00", "channel": "x", "platform": "ios"},
        {"user_id": "b", "signed_up_at": "2026-02-03 10:00:00", "channel": "y", "platform": "web"},
    ]
    events = [{"user_id": user, "event": "e", "occurred_at": "2026-03-19 10:00:00"} for user in "ab"]
    product = {"dimensions": {"channel": "Channel", "platform": "Platform"}}
    made = small(tmp_path, product, {"users": users, "events": events})
    for page in PAGES:
        app = visit(page, channel="x", platform="web", **made)
        drawn(app)
        assert words_of("en", "empty.nobody") in app.info[0].value.replace("\\", "")


def test_figures_without_data_name_the_source_to_add(visit, tmp_path):
    events = [{"user_id": "a", "event": "e", "occurred_at": f"2026-03-{day:02} 10:00:00"} for day in range(1, 20)]
    text = drawn(visit(**small(tmp_path, {}, {"events": events})))
    assert html.escape(words_of("en", "missing.payments")) in text
    assert "Payers" in text


def test_old_data_have_a_banner_and_fixed_ones_do_not(visit, tmp_path):
    events = [{"user_id": "a", "event": "e", "occurred_at": f"2020-03-{day:02} 10:00:00"} for day in range(1, 20)]
    old = small(tmp_path / "old", {}, {"events": events}, today=date(2020, 3, 21))
    app = visit(**old)
    drawn(app)
    assert "Mar 2020" in app.warning[0].value
    fixed = small(tmp_path / "fixed", {"data_until": date(2020, 3, 20)}, {"events": events}, date(2020, 3, 21))
    assert not visit(**fixed).warning


def test_a_new_build_is_seen_on_the_next_rerun(visit, tmp_path):
    events = [{"user_id": "a", "event": "e", "occurred_at": f"2026-03-{day:02} 10:00:00"} for day in range(1, 20)]
    app = visit(**small(tmp_path, {}, {"events": events}))
    assert "Thu 19 Mar 2026" in drawn(app)
    events.append({"user_id": "b", "event": "e", "occurred_at": "2026-03-20 10:30:00"})
    folder = write_product(tmp_path / "product", {}, {"events": events})
    builder.build(products.load(folder), tmp_path / "warehouse", today=date(2026, 3, 21))
    app.run()
    assert "Fri 20 Mar 2026" in drawn(app)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The table of payments ends 8 days before the others: figures of those days lack it."),
        ("zh", "付款表比其他表早结束 8 天：这几日的指标缺少这部分数据。"),
    ],
)
def test_a_table_that_lags_is_named_where_figures_read_it(visit, tmp_path, language, said):
    tables = {
        "events": [{"user_id": "ann", "event": "read", "occurred_at": f"2024-03-{day:02}"} for day in range(1, 11)],
        "payments": [{"user_id": "ann", "paid_at": "2024-03-02", "amount": "5"}],
    }
    folder = write_product(tmp_path / "product", {}, tables)
    builder.build(products.load(folder), tmp_path / "out", today=date(2024, 3, 12))
    app = visit("overview", warehouse=tmp_path / "out", config=folder, language=language)
    assert said in [caption.value.replace("\\", "") for caption in app.caption]
