"""Campaigns: the evidence sets the label, and nobody can make more of it; forecasts are locked, lessons asked for."""

import html
import json
import os
import re
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from streamlit.testing.v1 import AppTest

import logbook
from analysis import effect
from analysis.effect import Campaign
from components import campaigns as page
from config import product as products
from config import words
from tests.pages.conftest import signed
from tests.pages.test_lifecycle import charts
from tests.pages.test_pages import LANGUAGES, drawn
from tests.pages.test_playbook import plain_text
from tests.pages.test_writing import keep, opened
from tests.products import write_product
from tests.warehouse.examples import FOLDER, data_folder
from warehouse import build as builder
from warehouse import read

__all__ = ["charts"]

TODAY = date(2024, 3, 20)
DETAILS = ("money", "others", "quality", "values", "pacing", "later", "overlaps")


def row_of(app: AppTest, name: str, table: int = 0) -> list[str]:
    """The cells of a campaign's row, as they are read."""
    found = re.findall(r'<table class="bars">.*?</table>', drawn(app), re.DOTALL)[table]
    [row] = re.findall(rf'<tr><th scope="row">{re.escape(html.escape(name))}</th>(.*?)</tr>', found, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", " ", cell)).strip() for cell in re.findall(r"<td.*?</td>", row)]


def said(app: AppTest) -> str:
    """The verdict for a meeting."""
    found = re.findall(r'<p class="verdict">.*?<p class="said">(.*?)</p>', drawn(app), re.DOTALL)
    return html.unescape(found[0])


def badge(app: AppTest) -> str:
    return html.unescape(re.findall(r'<p class="verdict"><span class="badge.*?">(.*?)</span>', drawn(app))[0])


def of_words(key: str, language: Any = "en") -> str:
    return words.load(language)[key]


# The demo -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def truth(demo_warehouse: Path) -> dict[str, Any]:
    found = yaml.safe_load((demo_warehouse.parent / "data" / "truth.yml").read_text("utf-8"))
    return {name: each["value"] for name, each in found["campaigns"].items()}


def test_the_random_campaign_is_measured_and_its_planted_lift_lies_in_the_interval(visit, truth):
    app = visit("campaigns", campaign="circle_202601")
    assert badge(app) == of_words("effect.label.causal")
    label, shown, state, *_ = row_of(app, "Reading circle: write a review")
    assert (label, state) == (of_words("effect.badge.causal"), "final")
    low, high = (float(each) for each in re.findall(r"\(\+([0-9.]+) to \+([0-9.]+)\)", shown)[0])
    assert low < truth["circle_202601"]["arms"]["invite_card"]["planted_points"] < high
    arms = truth["circle_202601"]["arms"]
    for arm in ("control", "invite_card"):
        assert f"{arms[arm]['converted'] / arms[arm]['n'] * 100:.1f}\u00a0%" in said(app)


def test_the_targeted_campaign_is_not_credited_and_shows_no_effect(visit, truth):
    app = visit("campaigns", campaign="member_offer_202511", detail="money")
    assert badge(app) == of_words("effect.label.descriptive")
    assert row_of(app, "Member offer to the most active")[:2] == [of_words("effect.badge.descriptive"), "—"]
    offer = truth["member_offer_202511"]["arms"]["offer"]
    assert f"{offer['converted']} of {offer['n']} people reached" in said(app)
    text = plain_text(app)
    assert of_words("campaigns.money.not_shown") in text
    assert of_words("campaigns.money.users") not in text
    assert of_words("campaigns.before_after.about") in text


def test_the_task_centre_brought_people_and_kept_none(visit):
    app = visit("campaigns", campaign="task_centre_202603", detail="quality")
    assert badge(app) == of_words("effect.label.descriptive")
    joined, day_7, day_30, hollow = row_of(app, of_words("campaigns.quality.campaign"), table=1)
    assert joined == "5,200"
    assert float(day_7.split("\u00a0")[0]) < 2 > float(day_30.split("\u00a0")[0])
    assert float(hollow.split("\u00a0")[0]) > 90
    others = row_of(app, of_words("campaigns.quality.organic"), table=1)
    assert float(others[1].split("\u00a0")[0]) > 10


def test_a_broken_split_shows_no_effect_anywhere(visit, charts):
    app = visit("campaigns", campaign="evening_push_202602", detail="later")
    assert badge(app) == of_words("effect.label.broken")
    assert row_of(app, "Evening push")[:2] == [of_words("effect.badge.broken"), "—"]
    dots = next(table for table in charts if "difference" in table)
    assert "Evening push" not in set(dots["line"])
    assert not any("is_control" in table or "end" in table for table in charts)
    assert of_words("campaigns.nothing_to_compare") in plain_text(app)


def test_what_a_campaign_made_worse_is_said_with_its_verdict(visit):
    """Planted: .8 points more opt-outs in both versions of the reminder, none in the circle."""
    found = re.findall(r'<p class="about worse">▲ (.*?)</p>', drawn(visit("campaigns", campaign="reminder_202603")))
    assert [each.split(":")[0] for each in found] == ["evening", "morning"]
    assert all("More people opted out" in each for each in found)
    assert "about worse" not in drawn(visit("campaigns", campaign="circle_202601")).split("</style>")[-1]


def test_mere_differences_are_drawn_grey_and_measured_ones_are_not(visit, charts):
    visit("campaigns")
    kinds = next(table for table in charts if "difference" in table).set_index("line")["kind"].to_dict()
    assert kinds["Reading circle: write a review"] == "measured"
    assert kinds["Live evening with an author"] == "plain"
    assert len([name for name in kinds if name.startswith("Reading reminder")]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_campaign_and_part_is_there_in_both_languages(visit, language, truth):
    app = visit("campaigns", language=language)
    for name in truth:
        app.session_state["campaign"] = name
        app.run()
        text = plain_text(app)
        assert not app.exception and not app.error
        # The badge of the list is the verdict's: the same key of both.
        label = next(key for key in _LABELS if words.load(language)[f"effect.label.{key}"] == badge(app))
        assert row_of(app, _named(name))[0] == words.load(language)[f"effect.badge.{label}"], name
    app.session_state["campaign"] = "reminder_202603"
    for part in DETAILS:
        app.session_state["detail"] = part
        text = plain_text(app.run())
        assert not app.exception and not app.error, part
        title = {"others": "guardrails"}.get(part, part)
        assert words.load(language)[f"campaigns.{title}.title"] in text


_LABELS = ("causal", "broken", "descriptive", "too_little", "early", "planned")


_NAMES = {
    "reading_list_202503": "Launch reading list",
    "author_live_202508": "Live evening with an author",
    "marathon_202510": "National Day reading marathon",
    "member_offer_202511": "Member offer to the most active",
    "circle_202601": "Reading circle: write a review",
    "evening_push_202602": "Evening push",
    "reminder_202603": "Reading reminder, morning or evening",
    "task_centre_202603": "Task centre: read and earn red packets",
    "summer_202606": "Summer reading circle",
    "autumn_202609": "Autumn book fair",
}


def _named(campaign_id: str) -> str:
    return _NAMES[campaign_id]


@pytest.mark.parametrize("detail", ["money", "others", "pacing"])
def test_no_english_is_left_on_the_chinese_page(visit, detail):
    """But for names of the data: campaigns, treatments, goals, values."""
    names = [*map(_named, _NAMES), "invite_card", "evening", "morning", "comment", "English", "Language", "SQL", "CSV"]
    app = visit("campaigns", language="zh", campaign="circle_202601", detail=detail, platform="iOS")
    text = re.sub(
        r"<style.*?</style>|/\*.*?\*/|<[^>]+>", " ", re.sub(r'title="([^"]*)"', r"> \1 <", drawn(app)), flags=re.S
    )
    seen = html.unescape(re.sub(r"\\(.)", r"\1", text[text.index("每个活动") :]))
    for known in sorted([*names, *(each for box in app.multiselect for each in box.options)], key=len, reverse=True):
        seen = seen.replace(known, " ")
    assert re.findall(r"[A-Za-z]{2,}", seen) == []


def test_the_filter_on_real_users_is_left_out_where_people_had_just_joined_and_the_page_says_so(visit):
    left_out = of_words("campaigns.real_left_out")
    app = visit("campaigns", campaign="task_centre_202603", real="true")
    assert left_out in plain_text(app)
    assert row_of(app, _named("task_centre_202603"))[5] == "5,200"
    app.session_state["campaign"] = "circle_202601"
    assert left_out not in plain_text(app.run())
    # 2,591 held out and 2,594 reached are not hollow: the others are left out of the verdict.
    assert row_of(app, _named("circle_202601"))[5] == "5,185"
    assert "2,591" in plain_text(app) and "2,594" in plain_text(app)


def test_what_several_versions_cost_and_brought_is_told_of_all_together(visit, truth):
    """Counts of truth.yml: 1,462 of 3,071 against 660 of 1,583, so that 3,071 · (.47606 − .41693) = 181.6 were won."""
    app = visit("campaigns", campaign="reminder_202603", detail="money")
    cards = re.findall(r'<div class="card"><div class="name">(.*?)</div><div class="value">(.*?)</div>', drawn(app))
    assert dict(cards) == {"People won": "182", "Cost": "¥4,500", "Cost of each person won": "¥24.8"}


def test_a_cost_is_not_split_between_people_that_a_filter_keeps_and_others(visit):
    app = visit("campaigns", campaign="circle_202601", detail="money", platform="iOS")
    assert of_words("campaigns.money.cut") in plain_text(app)
    cards = dict(re.findall(r'<div class="name">(.*?)</div><div class="value">(.*?)</div>', drawn(app)))
    assert (cards["Cost"], cards["Cost of each person won"]) == ("¥18,000", "—")
    whole = visit("campaigns", campaign="circle_202601", detail="money")
    assert of_words("campaigns.money.cut") not in plain_text(whole)


def test_the_list_in_the_file_has_every_treatment_and_says_which_are_effects(visit, demo_warehouse):
    visit("campaigns")
    connection = read.connect(read.current(demo_warehouse))
    table = read.query(connection, "campaigns/list")
    outcomes, arms = (read.query(connection, f"campaigns/{name}_of_all") for name in ("outcomes", "arms"))
    connection.close()
    found = page.Listed(table, effect.judge_each(table, outcomes, date(2026, 6, 24), arms), {})
    rows = page.exact(found)
    assert len(rows) == 11
    reminder = rows[rows["campaign_id"] == "reminder_202603"]
    assert reminder["treatment"].tolist() == ["evening", "morning"]
    assert reminder["is_effect"].all()
    offer = rows[rows["campaign_id"] == "member_offer_202511"].iloc[0]
    assert (offer["level"], bool(offer["is_effect"])) == ("D", False)
    assert pd.isna(offer["difference"])


def test_the_next_campaign_is_planned_from_this_products_own_figures(visit):
    app = opened(visit("campaigns", campaign="circle_202601"), "campaigns_next")
    assert app.selectbox("next_goal").value == "comment"
    first = plain_text(app)
    assert "people show an effect of 5.0 points" in first
    app.number_input("next_effect").set_value(2.5).run()
    people = [int(re.findall(r"([0-9,]+) people show", text)[0].replace(",", "")) for text in (first, plain_text(app))]
    assert people[1] == pytest.approx(4 * people[0], rel=0.01)
    assert plain_text(app).count("Holding out") == 3
    app.text_input("next_salt").set_value("spring's").run()
    assert any("""'salt=spring'"'"'s' share=0.1 --csv""" in each.value for each in app.code)


# Forecasts, demands, lessons ------------------------------------------------------------------------------


def written_on(day: date, kind: str, body: dict[str, Any], subject: str) -> None:
    """An entry as it stands in the logbook when it was written on that day: entries are never changed, only added."""
    with logbook.open() as book:
        before = book.history(subject)
    replaces = int(before["id"].iloc[0]) if len(before) else None
    row = (f"{day}T04:00:00.000000+00:00", "Li Na", kind, subject, json.dumps(body), replaces)
    file = sqlite3.connect(os.environ["ALMANAC_LOGBOOK"])
    with file:
        file.execute(
            "insert into entries select coalesce(max(id), 0) + 1, ?, ?, ?, ?, ?, ? from entries",
            row,
        )
    file.close()


def forecast(campaign: str, on: date, low: float, likely: float, high: float) -> None:
    body = {"campaign": campaign, "low": low, "likely": likely, "high": high, "owner": "Li Na"}
    written_on(on, "campaign_forecast", body, f"campaign_forecast:{campaign}")


def test_a_forecast_counts_as_it_stood_before_the_campaign_began(visit):
    forecast("circle_202601", date(2026, 1, 2), 0.02, 0.12, 0.2)
    forecast("circle_202601", date(2026, 1, 4), 0.05, 0.08, 0.1)
    forecast("circle_202601", date(2026, 1, 5), 0.06, 0.0629, 0.07)
    app = opened(visit("campaigns", campaign="circle_202601"), "promise_circle_202601")
    text = plain_text(app)
    assert "Promised: +8.0 points, between +5.0 points and +10.0 points." in text
    assert "within what was promised" in text
    assert "What was written later does not count." in text
    assert not [each for each in app.number_input if str(each.key).startswith("forecast_")]
    assert "how good our forecasts are is shown from 5 on" in text


def test_a_demand_stands_beside_the_verdict_with_its_four_fields(visit):
    body = {
        "kind": "campaign",
        "campaign": "member_offer_202511",
        "title": "Offer",
        "wanted": "A <b>week</b> of offers",
        "due": "2025-11-10",
        "support": "Two places in the app",
        "brings": "30 more payers",
        "owner": "Li Na",
        "state": "raised",
    }
    written_on(date(2025, 11, 1), "demand", body, "demand:1")
    text = plain_text(opened(visit("campaigns", campaign="member_offer_202511"), "promise_member_offer_202511"))
    for each in ("A <b>week</b> of offers", "10 Nov 2025", "Two places in the app", "30 more payers"):
        assert each in text
    assert of_words("campaigns.promise.no_demand") not in text
    assert of_words("campaigns.promise.no_forecast") in text


def test_the_lesson_is_asked_for_once_a_campaign_is_judged_and_then_shown(visit):
    app = visit("campaigns", campaign="summer_202606")
    assert of_words("campaigns.lesson.asked") not in plain_text(app)
    app = visit("campaigns", campaign="circle_202601")
    assert of_words("campaigns.lesson.asked") in plain_text(app)
    app = signed(opened(app, "lesson_circle_202601"), "Wang Fang")
    app.text_input("lesson_circle_202601_title_None").set_value("Invite by <b>card</b>")
    app.text_area("lesson_circle_202601_text_None").set_value("A card in the reader works.")
    app = keep(app, "lesson_circle_202601")
    text = plain_text(app)
    assert "Invite by <b>card</b>" in text and "A card in the reader works." in text
    assert of_words("campaigns.lesson.asked") not in text
    with logbook.open() as book:
        [entry] = book.latest("note").to_dict("records")
    assert (entry["body"]["kind"], entry["body"]["campaign"]) == ("lesson", "circle_202601")


# Other products -------------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path):
    def make(tables, **product):
        folder = write_product(
            tmp_path / "product", {"dimensions": {"platform": "Platform"}, "data_until": TODAY, **product}, tables
        )
        builder.build(products.load(folder), tmp_path / "warehouse", today=TODAY)
        return {"warehouse": tmp_path / "warehouse", "config": folder}

    return make


def campaign(key: str, starts_on: date = date(2024, 2, 5), days: int = 7, **more: Any) -> dict[str, Any]:
    whole = {"campaign_id": key, "name": key, "kind": "product", "starts_on": starts_on, "goal": "read"}
    return {**whole, "ends_on": starts_on + timedelta(days=days - 1), "window_days": 7, **more}


def run(*planned: dict[str, Any], lift: int = 40, each: int = 200) -> dict[str, list[dict[str, Any]]]:
    """Campaigns with people of their own, half held out: of the held out 40 in 200 read, of the others `lift` more."""
    users, events, exposures = [], [], []
    for number, one in enumerate(planned):
        for arm, readers in (("control", 40), ("card", 40 + lift)):
            for at in range(each):
                who = f"{number} {arm} {at}"
                users.append({"user_id": who, "signed_up_at": "2024-01-01 10:00", "platform": "ios"})
                exposures.append(
                    {
                        "campaign_id": one["campaign_id"],
                        "user_id": who,
                        "arm": arm,
                        "exposed_at": f"{one['starts_on']} 10:00",
                    }
                )
                if at < readers:
                    events.append({"user_id": who, "event": "read", "occurred_at": f"{one['starts_on']} 11:00"})
    events.append({"user_id": "somebody", "event": "open", "occurred_at": "2024-03-18 23:30"})
    return {"users": users, "events": events, "exposures": exposures, "campaigns": list(planned)}


def test_a_product_without_campaigns_is_told_what_to_add_and_can_still_plan_one(visit, built):
    tables = run(campaign("a"))
    app = visit("campaigns", **built({"users": tables["users"], "events": tables["events"]}))
    assert of_words("campaigns.empty") in plain_text(app)
    assert of_words("campaigns.answer_nothing") in plain_text(app)
    app = opened(app, "campaigns_next")
    assert not app.exception
    assert app.selectbox("next_goal").value == "read"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_are_markup_are_only_names(visit, built, language):
    hostile = ("<script>alert(1)</script>", "=1+1", "100%", "🙂", ":red[b] **c** $x$", "{count}", 'O\'Neil "x"')
    tables = run(
        campaign(hostile[0], goal="read"), *(campaign(name, cost=-5) for name in hostile[1:3]), each=60, lift=15
    )
    tables["campaigns"] += [campaign(name, date(2024, 3, 25)) for name in hostile[3:]]
    for row in tables["exposures"]:
        row["arm"] = row["arm"] if row["arm"] == "control" else "<b>=card</b>"
    asked = built(tables)
    for name, part in ((hostile[0], "others"), (hostile[1], "later"), (hostile[5], "money")):
        app = visit("campaigns", language=language, campaign=name, detail=part, **asked)
        assert not app.exception
        markup = "\n".join(str(each.value if hasattr(each, "value") else each.body) for each in app.html)
        assert "<script>alert" not in markup and "<b>=card" not in markup
        assert app.selectbox(key="shown_campaign").value == name
    for name in hostile:
        assert len(row_of(app, name)) == 7


def test_two_campaigns_of_one_name_are_told_apart(visit, built, charts):
    tables = run(campaign("first", name="Sale"), campaign("second", name="Sale"))
    app = visit("campaigns", campaign="second", **built(tables))
    dots = next(table for table in charts if "difference" in table)
    assert set(dots["line"]) == {"Sale: first", "Sale: second"}
    assert app.selectbox(key="shown_campaign").options == ["Sale: first", "Sale: second"]


@pytest.mark.parametrize(
    ("cost", "told"),
    [("0", "effect.cost.nothing"), (None, "effect.cost.unknown"), ("-5", "effect.cost.unknown")],
)
def test_without_a_cost_the_people_won_are_shown_and_the_rest_is_said(visit, built, cost, told):
    app = visit("campaigns", detail="money", **built(run(campaign("a", cost=cost))))
    # 80 of 200 against 40 of 200: 0.2 · 200.
    assert '<div class="value">40</div>' in drawn(app)
    assert of_words(told) in plain_text(app)


def test_a_campaign_that_ends_before_it_starts_says_that_a_day_is_wrong(visit, built):
    app = visit("campaigns", **built(run(campaign("a", ends_on=date(2024, 2, 1)))))
    assert "5 Feb 2024 to 1 Feb 2024: its days are reversed" in row_of(app, "a")[3]
    assert "lies before its first" in plain_text(app)


def test_people_that_cannot_be_told_to_be_won_cost_an_unbounded_sum(visit, built):
    app = visit("campaigns", detail="money", **built(run(campaign("a", cost=90), lift=9)))
    assert badge(app) == of_words("effect.label.causal")
    assert of_words("campaigns.money.unbounded") in plain_text(app)


def test_with_every_campaign_measured_forecasts_are_scored_from_five_on(visit, built):
    """Five effects of 20 points (40 more of 200); 40 promised each time, the range holding it twice."""
    names = ["a", "b", "c", "d", "e"]
    asked = built(run(*(campaign(name) for name in names)))
    for number, name in enumerate(names):
        forecast(name, date(2024, 2, 4), 0.1 if number < 2 else 0.3, 0.4, 0.5)
    text = plain_text(opened(visit("campaigns", **asked), "promise_a"))
    assert "We promise 2 times what we get. 2 of 5 effects lay in the range promised." in text
    assert "40.0\u00a0%" in text
    assert text.count("+20.0 points") >= 5


def test_a_forecast_can_be_written_until_the_day_before_the_campaign(visit, built):
    soon = date.today() + timedelta(days=3)
    tables = run(campaign("a"))
    tables["campaigns"].append(campaign("soon", soon))
    app = opened(visit("campaigns", campaign="soon", **built(tables)), "promise_soon")
    assert badge(app) == of_words("effect.label.planned")
    app = signed(app, "Wang Fang")
    for name, value in (("low", 0.05), ("likely", 0.1), ("high", 0.2)):
        app.number_input(f"forecast_soon_{name}_None").set_value(value)
    app.text_input("forecast_soon_owner_None").set_value("Li Na")
    app = keep(app, "forecast_soon")
    assert not app.warning
    assert "Promised: +10.0 points, between +5.0 points and +20.0 points." in plain_text(app)
    assert of_words("campaigns.promise.not_begun") in plain_text(app)


# A grocery chain ------------------------------------------------------------------------------------------


@pytest.mark.examples
def test_no_campaign_of_the_grocery_chain_is_credited(visit, tmp_path):
    data_folder()
    builder.build(products.load(FOLDER / "complete_journey"), tmp_path / "warehouse")
    connection = read.connect(read.current(tmp_path / "warehouse"))
    rows = read.query(connection, "campaigns/list").to_dict("records")
    outcomes, arms = (read.query(connection, f"campaigns/{name}_of_all") for name in ("outcomes", "arms"))
    table = pd.DataFrame(rows)
    until = read.query(connection, "data/build")["data_until"].iloc[0].date()
    of_list = effect.judge_each(table, outcomes, until, arms)
    assert len(of_list) == 27
    for row in rows:
        asked = {"campaign": row["campaign_id"]}
        of_one = (read.query(connection, f"campaigns/{name}", asked) for name in ("outcomes", "arms", "overlaps"))
        outcome, arm, overlaps = of_one
        verdict = effect.judge(Campaign.of(row), outcome, until, arm, overlaps)
        assert verdict.level in ("D", "E")
        assert of_list[row["campaign_id"]].badge == verdict.badge
    connection.close()
    app = visit("campaigns", tmp_path / "warehouse", FOLDER / "complete_journey", detail="overlaps", campaign="18")
    assert not app.exception
    assert badge(app) in (of_words("effect.label.descriptive"), of_words("effect.label.too_little"))
    assert of_words("effect.badge.causal") not in re.findall(r'<span class="badge.*?">(.*?)</span>', drawn(app))
    assert drawn(app).count('<table class="bars">') == 2
