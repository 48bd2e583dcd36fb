"""Lifecycle: the stage, its proof and its reasons; by value; and products with little, nothing or odd data."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
import streamlit as st

from components import lifecycle_charts
from config.text import Language
from tests.pages.conftest import texts
from tests.pages.test_pages import HOSTILE, LANGUAGES, OUR_IDS, drawn, small, words_of

DEMO_FILTERS = {"platform": "iOS", "period": "last_12_months", "grain": "month", "by": "channel", "everyone": "true"}


@pytest.fixture
def charts(monkeypatch):
    """The tables that charts are fed with, in the order of the visit, which begins on Overview."""
    fed: list[Any] = []
    draw = st.vega_lite_chart

    def noted(table, *arguments, **named):
        fed.append(table if isinstance(table, pd.DataFrame) else table.to_pandas())
        return draw(table, *arguments, **named)

    monkeypatch.setattr(st, "vega_lite_chart", noted)
    return fed


def picture(charts: list[pd.DataFrame]) -> pd.DataFrame:
    """The one over the band of stages."""
    return next(table for table in charts if "detail" in table)


def headline(app) -> str:
    answer: str
    [answer] = re.findall(r'<h1 class="answer">(.*?)</h1>', drawn(app))
    return answer


def plain_text(app) -> str:
    return re.sub(r"\\(.)", r"\1", html.unescape(drawn(app)))


# The demo -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stage_is_told_with_since_when_and_how_sure(visit, language):
    app = visit("lifecycle", language=language)
    assert not app.error
    assert not app.warning
    text = plain_text(app)
    assert words_of(language, "lifecycle.question") in text
    assert words_of(language, "lifecycle.caution") in text
    assert ("Decline since" if language == "en" else "起处于衰退期") in headline(app)
    assert words_of(language, "stage.sure.fairly") in headline(app)


def test_without_hollow_users_the_decline_began_earlier_and_the_page_says_so_where_it_differs(visit):
    app = visit("lifecycle")
    [earlier] = re.findall(r"Without hollow users: (Decline since \d+ \w+ 2026, \w+ sure)", plain_text(app))
    own = visit("lifecycle", real="true")
    assert headline(own) == earlier
    assert headline(own) != headline(app)
    assert "Without hollow users" not in plain_text(own)


def test_the_period_chooses_what_is_drawn_and_not_the_stage(visit):
    assert headline(visit("lifecycle", period="last_12_months", grain="month")) == headline(visit("lifecycle"))


def test_the_picture_has_every_week_with_its_stage_campaigns_and_the_running_week_apart(visit, charts):
    visit("lifecycle")
    found = picture(charts)
    kinds = found["kind"].value_counts()
    assert kinds["this"] == 77
    assert kinds["open"] == 1
    assert found.loc[found["kind"] == "open", "x"].tolist() == ["2026-06-22"]
    runs = found[found["kind"] == "run"]
    assert runs["name"].tolist() == ["cold_start", "growth", "maturity", "decline"]
    assert runs["x"].iloc[0] == "2024-12-30"
    assert runs["last"].iloc[-1] == "2026-06-15"
    # Nine of the ten campaigns have begun; the autumn one lies ahead.
    assert kinds["campaign"] == 9
    assert "Autumn book fair" not in found["name"].tolist()
    assert kinds["real"] == 77


def test_states_stand_above_and_below_the_line_and_the_running_period_apart(visit, charts):
    visit("lifecycle")
    bars = next(table for table in charts if "height" in table)
    week = bars[bars["x"] == "2026-06-15"].set_index("state")
    assert (week.loc["dormant", "height"], week.loc["dormant", "users"]) == (-541, 541)
    above = week.drop("dormant")
    assert above["height"].sum() == week["total"].iloc[0] == 2473
    running = bars[bars["x"] == "2026-06-22"]
    assert set(running["state"]) == {"new", "retained", "resurrected"}
    assert not running["is_complete"].any()
    [gap] = bars.loc[bars["x"].str.endswith("~"), ["x", "height"]].itertuples(index=False)
    assert tuple(gap) == ("2026-06-15~", 0)


def test_no_probability_is_in_sight_until_the_table_is_opened(visit):
    app = visit("lifecycle")
    assert not app.dataframe or "p_decline" not in app.dataframe[0].value.columns
    before = len(app.dataframe)
    app.session_state["foot_history"] = True
    app.run()
    assert len(app.dataframe) == before + 1
    table = app.dataframe[0].value
    assert len(table) == 77
    assert {"p_growth", "p_maturity", "p_decline", "candidate", "stage"} <= set(table.columns)
    assert table["week"].iloc[0] == "2026-06-15"


def test_each_value_has_its_own_stage_the_largest_drawn_and_all_in_the_table(visit):
    app = visit("lifecycle", by="channel")
    text = drawn(app)
    cards = re.findall(r'<i class="dot" style="background:#\w+"></i>(.*?)</div><div class="when">(.*?)</div>', text)
    assert len(cards) == 8
    [table] = [piece for piece in texts(app) if '<table class="bars">' in piece]
    rows = re.findall(r'<th scope="row">(.*?)</th>', table)
    assert len(rows) == 9
    assert [name for name, _ in cards] == rows[:8]
    assert "The 8 largest are drawn; one more is in the table." in plain_text(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_with_filters_shows_what_it_says(visit, charts, language):
    text = plain_text(visit("lifecycle", language=language, **DEMO_FILTERS))
    assert "iOS" in text
    assert "everyone" in picture(charts)["kind"].tolist()
    assert words_of(language, "lifecycle.average.month") in text


@pytest.mark.parametrize(
    "filters",
    [
        {"grain": "day", "period": "last_28_days"},
        {"grain": "day", "period": "yesterday"},
        {"grain": "month", "period": "all", "compare": "none"},
        {"compare": "last_year", "by": "standing"},
        {"compare": "last_week", "country": "unknown"},
    ],
)
def test_the_page_answers_for_every_kind_of_period(visit, filters):
    assert "Decline" in plain_text(visit("lifecycle", **filters)) or "country" in filters


def test_figures_without_a_whole_period_are_a_dash_with_the_reason(visit):
    text = plain_text(visit("lifecycle", grain="week", period="yesterday"))
    assert words_of("en", "lifecycle.balance.nothing") in text
    assert words_of("en", "lifecycle.habit.nothing") in text
    assert f'<div class="value" title="{words_of("en", "lifecycle.undefined")}">—</div>' in text


def test_no_english_is_left_on_the_chinese_page(visit):
    app = visit("lifecycle", language="zh", by="channel", everyone="true")
    known = {value for box in app.multiselect for value in box.options} | {"English", "SQL", "CSV", "Language"}
    for text in texts(app):
        if text.lstrip().startswith(("<style", "/*")):
            continue
        seen = re.sub(r"<[^>]*>", " ", re.sub(r'\btitle="([^"]*)"', r"> \1 <", text))
        seen = re.sub(r"\\(.)", r"\1", seen)
        for value in sorted(known, key=len, reverse=True):
            seen = seen.replace(value, " ")
        left = [word for word in re.findall(r"[A-Za-z]{2,}", seen) if word not in {*OUR_IDS, "stages"}]
        assert not left, f"{left} in {text[:300]}"


# Small products -------------------------------------------------------------------------------------------

FIRST = date(2025, 1, 6)


def log(counts: list[int], since: date = FIRST) -> dict[str, list[dict[str, Any]]]:
    """So many people, always the same first ones, active in each week."""
    events = [
        {"user_id": f"u{who}", "event": "open", "occurred_at": f"{since + timedelta(days=7 * week + 2)} 10:00"}
        for week, count in enumerate(counts)
        for who in range(count)
    ]
    return {"events": events}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_nobody_has_used_is_in_design_and_is_told_what_comes_next(visit, tmp_path, language: Language):
    app = visit("lifecycle", language=language, **small(tmp_path, {}, {}))
    assert words_of(language, "lifecycle.empty")[:20] in app.info[0].value.replace("\\", "")
    assert {"en": "Design", "zh": "设计期"}[language] in headline(app)


@pytest.mark.parametrize(
    "counts",
    [[1], [3, 0, 0, 2], [40] * 5, [30] * 40, [5, 0] * 15, [150] * 30 + [0] * 20],
    ids=["one week", "gaps", "short", "flat and small", "every other week", "gone silent"],
)
def test_little_flat_or_broken_data_have_a_sentence_and_no_error(visit, tmp_path, counts):
    until = FIRST + timedelta(days=7 * len(counts) + 2)
    made = small(tmp_path, {"data_until": until}, log(counts), today=until)
    app = visit("lifecycle", period="all", by="standing", **made)
    assert len(headline(app)) > 5
    assert not app.error


def test_a_week_of_outage_is_marked_and_no_stage_of_its_own(visit, tmp_path, charts):
    counts = [160 + (week % 3) for week in range(40)]
    counts[30] = 40
    until = FIRST + timedelta(days=7 * len(counts))
    made = small(tmp_path, {"data_until": until}, log(counts), today=until)
    text = plain_text(visit("lifecycle", period="all", **made))
    found = picture(charts)
    marks = found[found["kind"] == "outage"]
    assert marks["x"].tolist() == [str(FIRST + timedelta(days=7 * 30))]
    assert "decline" not in found.loc[found["kind"] == "run", "name"].tolist()
    assert words_of("en", "lifecycle.outage_mark") in marks["name"].tolist()
    assert "Maturity since" in text


def test_names_that_are_markup_are_drawn_as_they_are(visit, tmp_path, charts):
    users = [
        {"user_id": f"u{at}", "signed_up_at": "2025-01-06 09:00", "channel": HOSTILE[at % len(HOSTILE)]}
        for at in range(40)
    ]
    campaigns = [
        {
            "campaign_id": "c",
            "name": "<b>**C**</b>",
            "kind": "content",
            "starts_on": "2025-02-04",
            "ends_on": "2025-02-09",
        }
    ]
    until = FIRST + timedelta(days=7 * 12)
    tables = {**log([40] * 12), "users": users, "campaigns": campaigns}
    product = {"product": "<b>**P**</b>", "dimensions": {"channel": ":red[Ch] $x$"}, "data_until": until}
    app = visit("lifecycle", period="all", by="channel", **small(tmp_path, product, tables, today=until))
    drawn(app)
    pieces = "\n".join(each.body for each in app.html)
    assert "<script" not in pieces
    assert "&lt;script&gt;" in pieces
    found = picture(charts)
    assert found.loc[found["kind"] == "campaign", "name"].tolist() == ["<b>**C**</b>"]


# The charts -----------------------------------------------------------------------------------------------


def test_every_stage_and_state_has_a_colour_of_its_own():
    assert set(lifecycle_charts.STAGES) == {"design", "cold_start", "growth", "maturity", "decline", "unknown"}
    for colours in (lifecycle_charts.STAGES, lifecycle_charts.STATES):
        assert len(set(colours.values())) == len(colours)
