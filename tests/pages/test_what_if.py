"""What if, on its page: sliders and their link, what follows, the assumptions, and forecasts kept and scored."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

import logbook
from analysis import what_if as analysis
from components import charts
from tests.analysis.test_what_if import TRUTH
from tests.pages.conftest import signed
from tests.pages.test_lifecycle import log
from tests.pages.test_pages import LANGUAGES, small, words_of
from tests.pages.test_playbook import plain_text
from tests.pages.test_writing import keep, opened

LINK = "/aarrr?part=what_if&wi_activated=5"
LAST_WEEK, FORETOLD = date(2026, 6, 15), date(2026, 9, 7)


@pytest.fixture
def drawn(monkeypatch):
    """The tables that What if's charts were fed with."""
    fed = []

    def draw(spec, table, alt_text, height=None):
        shown = table.to_pandas() if hasattr(table, "to_pandas") else table
        if {"low", "high", "kind"} <= set(shown) and "scenario" in set(shown["kind"]):
            fed.append(shown)

    monkeypatch.setattr(charts, "draw", draw)
    return fed


def answer(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    found: list[str] = re.findall(r'<p class="also what-if">(.*?)</p>', plain_text(app))
    assert len(found) == 1
    return found[0]


def ends(text: str) -> list[float]:
    """The first number of each "1,992 (1,737 to 2,248)"."""
    return [
        float(each.replace(",", "").replace("−", "-"))
        for each in re.findall(r"([+−]?[¥]?[\d.,]+) [(]", text.replace("¥", ""))
    ]


def test_without_a_scenario_it_is_told_where_things_go_as_they_are(visit, drawn):
    app = visit("aarrr")
    assert answer(app).startswith("As in the last 8 weeks: about ")
    assert "week of 7 Sep 2026" in answer(app)
    assert [set(each["kind"]) for each in drawn] == [{"past", "scenario"}] * 3
    past = drawn[0][drawn[0]["kind"] == "past"]
    assert past["x"].iloc[-1] == str(LAST_WEEK) and len(past) == 12
    ahead = drawn[0][drawn[0]["kind"] == "scenario"]
    assert ahead["x"].tolist() == [str(LAST_WEEK + timedelta(days=7 * week)) for week in range(13)]
    assert ahead["value"].iloc[0] == past["value"].iloc[-1]


def test_a_link_brings_its_scenario_and_says_what_it_adds(visit, drawn):
    app = visit("aarrr", wi_activated="5", wi_new="10")
    told = answer(app)
    assert "+10\u00a0% new users, +5.0 points of activation would mean about" in told
    assert all(each > 0 for each in ends(told))
    assert app.slider(key="shown_wi_activated").value == 5
    assert app.slider(key="shown_wi_paid").value == 0
    assert [set(each["kind"]) for each in drawn] == [{"past", "baseline", "scenario"}] * 3
    assert "→" in " ".join(each.value for each in app.caption)


def test_a_slider_changes_the_link_and_all_are_set_back_at_once(visit):
    app = visit("aarrr", wi_activated="5")
    app.slider(key="shown_wi_paid").set_value(-0.5).run()
    assert (app.query_params["wi_activated"], app.query_params["wi_paid"]) == ("5", "-0.5")
    assert "−0.5 points of paying" in answer(app)
    app.button(key="what_if_reset").click().run()
    assert not [name for name in app.query_params if name.startswith("wi_")]
    assert answer(app).startswith("As in the last 8 weeks")


@pytest.mark.parametrize("value", ["999", "<b>"])
def test_a_scenario_that_no_slider_can_say_is_none(visit, value):
    app = visit("aarrr", wi_activated=value)
    assert answer(app).startswith("As in the last 8 weeks")
    assert "wi_activated" not in app.query_params


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_assumption_is_printed_and_the_table_follows(visit, language):
    app = opened(visit("aarrr", language=language, wi_retained="5"), "what_if_table")
    text = plain_text(app)
    assert words_of(language, "what_if.assumes.newcomers") in text
    assert words_of(language, "what_if.assumes.unknown") in text
    assert words_of(language, "what_if.column.week") in text
    assert len(re.findall(r'<th scope="row">', text)) >= 12
    assert [each for each in app.get("download_button") if each.proto.id.endswith("csv_what_if")]


def test_a_few_newcomers_are_moved_by_parts_of_one(visit):
    # 60 came by partner in 8 weeks, 7.5 a week.
    said = [each.value for each in visit("aarrr", channel="partner", wi_new="10").caption]
    assert "7.50 → 8.25 a week" in [text.replace("\\", "") for text in said]


def test_filters_choose_whose_weeks_these_are(visit):
    everybody, part, real = (
        ends(answer(visit("aarrr", **asked))) for asked in ({}, {"platform": "iOS"}, {"real": "true"})
    )
    assert part[0] < everybody[0] and part[1] < everybody[1]
    assert real != everybody


def test_the_simulated_rates_are_the_demos_own(visit, monkeypatch):
    bases: list[analysis.Basis] = []
    measure = analysis.measure

    def seen(*asked):
        found = measure(*asked)
        assert isinstance(found, analysis.Basis) and found.money
        bases.append(found)
        return found

    monkeypatch.setattr(analysis, "measure", seen)
    visit("aarrr", real="true")
    [basis] = bases
    assert basis.money and basis.gap
    assert basis.new.value == pytest.approx(TRUTH.new, rel=0.05)
    assert basis.new_spread == pytest.approx(TRUTH.wild, rel=0.1)
    assert basis.rates["activated"].value == pytest.approx(TRUTH.activated, abs=0.03)
    assert basis.gap.value == pytest.approx(TRUTH.stay[0] - TRUTH.stay[1], abs=0.08)
    assert basis.flow.ratio[1:9] == pytest.approx([*TRUTH.ratio[:7], TRUTH.ratio[7]], abs=0.03)
    assert basis.money.paying.value == pytest.approx(TRUTH.paying, rel=0.05)
    assert basis.money.each.value == pytest.approx(TRUTH.each, rel=0.05)


# Nothing to look ahead from -------------------------------------------------------------------------------


def people(weeks: int, since: date = date(2025, 1, 6)) -> dict[str, list[dict[str, object]]]:
    """Forty join every week, and half of them come once more a week later."""
    users: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    for week in range(weeks):
        for number in range(40):
            user, day = f"u{week}_{number}", since + timedelta(days=7 * week + 1)
            users.append({"user_id": user, "signed_up_at": f"{day} 08:00"})
            events.append({"user_id": user, "event": "open", "occurred_at": f"{day} 09:00"})
            if number % 2 and week + 1 < weeks:
                events.append({"user_id": user, "event": "open", "occurred_at": f"{day + timedelta(days=8)} 09:00"})
    return {"users": users, "events": events}


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_weeks_are_said_with_how_many_it_takes(visit, tmp_path, language):
    until = date(2025, 1, 6) + timedelta(days=7 * 3)
    app = visit("aarrr", language=language, **small(tmp_path, {"data_until": until}, people(3), today=until))
    assert not app.exception
    [said] = [each.value for each in app.info]
    assert "3" in said and "5" in said


def test_a_product_without_payments_leaves_payers_and_revenue_out_with_the_reason(visit, tmp_path, drawn):
    until = date(2025, 1, 6) + timedelta(days=7 * 9)
    app = visit("aarrr", wi_new="10", **small(tmp_path, {"data_until": until}, people(9), today=until))
    # 4 newcomers more, and 2 a week later; the mean of 8 weeks of 40 by chance: 0.15 × 2.36 × √(40 / 8) = 0.8.
    assert "would mean about +6.0 (+5.2 to +6.8) weekly actives" in answer(app)
    assert len(drawn) == 1
    assert words_of("en", "what_if.assumes.no_money") in plain_text(app).replace("\\", "")
    assert app.slider(key="shown_wi_paid").disabled
    assert words_of("en", "what_if.fixed.not_counted") in [each.value.replace("\\", "") for each in app.caption]


def test_a_product_whose_people_all_joined_long_ago_has_nothing_to_move(visit, tmp_path):
    until = date(2025, 1, 6) + timedelta(days=7 * 12)
    app = visit(
        "aarrr", period="all", wi_new="10", **small(tmp_path, {"data_until": until}, log([30] * 12), today=until)
    )
    assert answer(app).startswith("As in the last 8 weeks: about 30 (")
    assert words_of("en", "what_if.fixed.nobody_new") in [each.value.replace("\\", "") for each in app.caption]


# Forecasts ------------------------------------------------------------------------------------------------


def forecast(week: date, value: float, low: float, high: float, link: str = LINK, **more: object) -> dict[str, object]:
    return {
        "figure": "active_users",
        "grain": "week",
        "period": str(week),
        "value": value,
        "low": low,
        "high": high,
        "locked": True,
        "owner": "Li Na",
        "scenario": link,
        **more,
    }


def kept(*bodies: dict[str, object]) -> None:
    with logbook.open() as book:
        for number, body in enumerate(bodies):
            book.append("forecast", f"forecast:{number}", body, "Li Na")


def test_a_scenario_is_kept_as_a_locked_forecast_with_its_link(visit):
    app = signed(opened(visit("aarrr", wi_activated="5", platform="iOS"), "what_if_keep"), "Li Na")
    [owner] = [
        each for each in app.text_input if each.key and each.key.startswith("forecast_active_users_2026-09-07_owner")
    ]
    owner.set_value("Wang Fang")
    keep(app, "forecast_active_users_2026-09-07")
    assert not app.warning
    with logbook.open() as book:
        [entry] = book.latest("forecast").to_dict("records")
    body = entry["body"]
    assert (body["figure"], body["grain"], body["period"], body["locked"]) == (
        "active_users",
        "week",
        str(FORETOLD),
        True,
    )
    assert (entry["author"], body["owner"]) == ("Li Na", "Wang Fang")
    assert body["low"] < body["value"] < body["high"]
    asked = parse_qs(urlsplit(body["scenario"]).query)
    assert asked == {"part": ["what_if"], "platform": ["iOS"], "wi_activated": ["5"]}
    text = plain_text(app)
    assert "Its week is not over." in text and "Wang Fang" in text
    assert f'href="{body["scenario"]}"' in text


def test_a_forecast_whose_week_is_over_stands_beside_what_came(visit):
    # 2,473 people were active in the week of 15 June.
    kept(
        forecast(LAST_WEEK, 2400, 2300, 2500),
        forecast(LAST_WEEK, 3000, 2900, 3100),
        forecast(LAST_WEEK, 1979, 1900, 2100),
        forecast(LAST_WEEK, 700, 600, 800, f"{LINK}&platform=iOS"),
        forecast(LAST_WEEK + timedelta(days=7), 2400, 2300, 2500),
    )
    text = plain_text(visit("aarrr"))
    assert "Inside the band (+3.0\u00a0%)" in text
    assert "Below the band (−17.6\u00a0%)" in text
    assert "Above the band (+25.0\u00a0%)" in text
    assert "Made of other people" in text
    assert "Its week is not over." in text


def test_what_was_not_kept_here_is_not_shown_as_if_it_were(visit):
    kept(
        forecast(LAST_WEEK, 1, 0, 2, "javascript:alert(1)//?part=what_if"),
        forecast(LAST_WEEK, 1, 0, 2, "https://elsewhere.example/aarrr?part=what_if"),
        forecast(LAST_WEEK, 1, 0, 2, "/overview"),
        forecast(LAST_WEEK, 1, 0, 2, figure="new_users"),
        forecast(LAST_WEEK, 1, 2, 0),
        forecast(LAST_WEEK, 1, 0, 2, withdrawn=True),
        {"figure": "active_users"},
    )
    assert words_of("en", "what_if.kept") not in plain_text(visit("aarrr"))


def test_names_in_a_forecast_are_drawn_as_they_are(visit):
    kept(forecast(LAST_WEEK, 2400, 2300, 2500, f'{LINK}&x="><i id=planted>', owner="<b>**Li**</b>"))
    app = visit("aarrr")
    drawn_as = "".join(each.value if hasattr(each, "value") else each.body for each in app.html)
    assert "&lt;b&gt;**Li**&lt;/b&gt;" in drawn_as and "<b>**Li**" not in drawn_as
    assert "&quot;&gt;&lt;i id=planted&gt;" in drawn_as and "<i id=planted" not in drawn_as
