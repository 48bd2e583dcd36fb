"""Weekly review: what was planted stands on top, promises are held to their figures, closed weeks to theirs."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import logbook
from config import product as products
from tests.pages.conftest import signed
from tests.pages.test_pages import LANGUAGES, words_of
from tests.pages.test_playbook import plain_text
from tests.products import write_product
from warehouse import build as builder

QUIET = "2026-01-19"


def answer(app: AppTest) -> str:
    [head] = [each.body for each in app.html if 'class="answer"' in each.body]
    return html.unescape(re.findall(r'<h1 class="answer">(.*?)</h1>', head)[0])


def headings(app: AppTest) -> list[str]:
    found = [re.findall(r'<h2 class="section">(.*?)</h2>', each.body) for each in app.html]
    return [html.unescape(name) for names in found for name in names]


def lines(app: AppTest) -> list[str]:
    """The sentences of the page, in its order: paragraphs, small print and list items."""
    return [line.strip() for line in re.sub(r"</?(?:p|li|ul|h\d|div)[^>]*>", "\n", plain_text(app)).splitlines()]


def press(app: AppTest, key: str) -> AppTest:
    [button] = [each for each in app.button if each.key == key]
    return button.click().run()


# Exceptions first -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "first", "said"),
    [
        ("2025-12-08", ("Stickiness", "Active users"), "on Wed 10 Dec 2025: far below its usual range for such a day"),
        ("2025-08-11", ("Activation rate",), "far above its usual range"),
        ("2026-03-16", ("Share of hollow users",), "far above its usual range"),
    ],
)
def test_what_was_planted_stands_on_top_of_its_week(visit, week, first, said):
    app = visit("review", week=week)
    assert not app.error and not app.warning
    [top, *_] = [each for each in headings(app) if re.match(r"1\. ", each)]
    assert top.removeprefix("1. ") in first
    assert top.removeprefix("1. ") in answer(app)
    sentences = [line for line in lines(app) if line.startswith(top.removeprefix("1. "))]
    assert said in sentences[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("week", [QUIET, "2026-02-16"])  # the latter is the Spring Festival's
def test_a_quiet_week_says_so_and_shows_no_exception(visit, week, language):
    app = visit("review", week=week, language=language)
    assert answer(app).startswith(words_of(language, "weekly.answer.quiet.other").split("{")[0])
    assert not [each for each in headings(app) if re.match(r"\d", each)]
    assert words_of(language, "weekly.unusual.none") in plain_text(app)


def test_an_incident_that_was_written_down_stands_beside_what_it_did(visit):
    with logbook.open() as book:
        book.append("note", "note:1", {"day": "2025-12-10", "kind": "incident", "title": "Login down"}, "Li Na")
    app = visit("review", week="2025-12-08")
    assert any("Login down" in line for line in lines(app))
    assert any(each.startswith("1. ") for each in headings(app))


def test_the_reason_names_the_channel_of_the_task_centre_and_its_parts_add_up(visit):
    app = visit("review", week="2026-03-30")
    assert headings(app)[headings(app).index("1. Churn rate")]
    [why] = [line for line in lines(app) if line.startswith("By Channel") and "task_wall" in line][:1]
    total, *parts = [float(each.replace("−", "-")) for each in re.findall(r"([+−]?\d+\.\d) points", why)]
    assert re.search(r"\): task_wall \+", why)
    of_what = parts[:-1]  # the last one says how much of it is who came
    assert sum(of_what) == pytest.approx(total, abs=0.05 * (len(of_what) + 1))


def test_quiet_figures_are_made_only_when_they_are_unfolded_and_each_has_its_range(visit):
    app = visit("review", week=QUIET)
    assert "Revenue per order" not in plain_text(app)
    app.session_state["quiet_figures"] = True
    app.run()
    assert "Revenue per order" in plain_text(app)
    assert re.search(r"¥[0-9.,]+ to ¥[0-9.,]+", plain_text(app))


def test_a_sum_of_some_people_is_not_held_against_everybodys_target(visit):
    app = visit("review", week="2026-06-15", real="true")
    app.session_state["quiet_figures"] = True
    text = plain_text(app.run())
    assert "in this selection. The target of 1,700 is for everybody." in text
    assert "% of the month's target" not in text
    assert "Take the filters on people off to close the week." in text


def test_a_campaign_stands_in_the_week_in_which_it_ended_and_in_the_one_in_which_it_was_judged(visit):
    name = "Reading circle: write a review"
    ended = visit("review", week="2026-01-05")
    assert any(line.startswith(f"{name} ended on 11 Jan 2026") for line in lines(ended))
    judged = visit("review", week="2026-01-19")
    [line] = [line for line in lines(judged) if line.startswith(f"{name}, over since 11 Jan 2026")]
    assert "Cause and effect" in line and "6.3 points more" in line.replace("\u00a0", " ")
    assert words_of("en", "weekly.campaigns.none") in plain_text(visit("review", week="2026-01-12"))


# Promises -------------------------------------------------------------------------------------------------


def test_a_decision_becomes_a_commitment_and_an_exception_proposes_its_own_figure(visit):
    app = signed(visit("review", week="2025-08-11"), "Wang Fang")
    app.session_state["open_commit_activation"] = True
    app.run()
    assert app.selectbox("commit_activation_figure_None").value == "activation"
    app.text_input("commit_activation_text_None").set_value("Keep the new first page")
    app.text_input("commit_activation_owner_None").set_value("Li Na")
    [button] = [each for each in app.button if str(each.key).startswith("FormSubmitter:form_commit_activation")]
    button.click().run()
    assert not app.warning
    with logbook.open() as book:
        [entry] = book.latest("commitment").to_dict("records")
    assert (entry["author"], entry["body"]["figure"], entry["body"]["state"]) == ("Wang Fang", "activation", "open")
    assert entry["body"]["due"] > str(date.today())


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_that_are_markup_are_drawn_as_text(visit, language):
    name = "**b** <img src=x onerror=alert(1)> :red[x] {owner}"
    with logbook.open() as book:
        body = {"text": name, "owner": name, "due": "2026-06-20", "figure": "activation", "state": "open"}
        book.append("commitment", "commitment:1", body, name)
        book.append("note", "note:1", {"day": "2025-12-10", "kind": "incident", "title": name}, name)
    for week in ("2026-06-15", "2025-12-08"):
        app = visit("review", week=week, language=language)
        assert not app.exception
        assert name in plain_text(app)
        assert "<img" not in "".join(each.body for each in app.html)


# A closed week --------------------------------------------------------------------------------------------

MONDAY = date(2024, 1, 1)
PRODUCT = {"activation": {"event": ["done"], "times": 1, "within_days": 1}}


def at(day: date) -> str:
    return f"{day} 10:00:00"


def twelve_weeks(weeks: int = 12, first: date = MONDAY) -> dict[str, list[dict[str, str]]]:
    """Two people join on every day: one does it twice at once, the other once."""
    days = [first + timedelta(days=number) for number in range(7 * weeks)]
    users = [{"user_id": f"{who}{day}", "signed_up_at": at(day)} for day in days for who in "ab"]
    events = [
        {"user_id": f"{who}{day}", "event": "done", "occurred_at": f"{day} 11:0{time}:00"}
        for day in days
        for who, times in (("a", 2), ("b", 1))
        for time in range(times)
    ]
    return {"users": users, "events": events}


def make(place: Path, product: dict[str, Any], tables: dict[str, Any], today: date) -> dict[str, Path]:
    folder = write_product(place / "product", product, tables)
    builder.build(products.load(folder), place / "warehouse", today=today)
    return {"config": folder, "warehouse": place / "warehouse"}


def test_a_closed_week_that_late_rows_and_a_definition_changed_is_told_to_the_last_digit(visit, tmp_path):
    twelfth, thirteenth = MONDAY + timedelta(weeks=11), MONDAY + timedelta(weeks=12)
    where = make(tmp_path, PRODUCT, twelve_weeks(), today=thirteenth)
    app = signed(visit("review", **where), "Wang Fang")
    assert words_of("en", "weekly.restated.never") in plain_text(app)
    press(app, "close_week")
    with logbook.open() as book:
        [entry] = book.latest("week_closed").to_dict("records")
    frozen = {row["figure"]: row for row in entry["body"]["figures"] if row["period"] == str(twelfth)}
    assert (frozen["new_users"]["value"], frozen["activation"]["value"]) == (14, 1.0)
    [done] = [re.sub(r"\\(.)", r"\1", each.value) for each in app.success]
    assert entry["body"]["build_id"] in done and "Closed by Wang Fang" in done

    # Nothing has changed: the same data, a week later.
    where = make(tmp_path, PRODUCT, twelve_weeks(13), today=thirteenth + timedelta(weeks=1))
    same = plain_text(visit("review", **where))
    assert f"All {len(entry['body']['figures'])} frozen figures are what they were." in same

    # Two people more, who were there all the time and did nothing; and it must be done twice from now on.
    late = twelve_weeks(13)
    late["users"] += [{"user_id": f"late{number}", "signed_up_at": at(twelfth)} for number in (1, 2)]
    twice = {"activation": {**PRODUCT["activation"], "times": 2}}
    where = make(tmp_path, twice, late, today=thirteenth + timedelta(weeks=1))
    app = visit("review", **where)
    [people] = [line for line in lines(app) if "New users: 14 when" in line]
    assert "New users: 14 when the week was closed, 16 now (+2). Rows came late, went or were corrected." in people
    [rate] = [line for line in lines(app) if "Activation rate:" in line]
    rate = rate.replace("\u00a0", " ")
    assert "100.00 % when the week was closed, 43.75 % now (−56.25 points)" in rate
    assert "Its definition has changed, and rows came late" in rate
    assert "It is 7 of 16 now, and was 14 of 14." in rate
    assert any("“1” when the week was closed and is “2” now" in line for line in lines(app))


def test_a_week_is_closed_again_over_the_first_time_and_not_under_a_filter(visit, tmp_path):
    where = make(tmp_path, PRODUCT, twelve_weeks(), today=MONDAY + timedelta(weeks=12))
    app = signed(visit("review", **where), "Wang Fang")
    press(press(app, "close_week"), "close_week")
    with logbook.open() as book:
        assert len(book.entries("week_closed")) == 2 and len(book.latest("week_closed")) == 1
    filtered = visit("review", **where, real="true")
    assert "close_week" not in [each.key for each in filtered.button]


# Promises kept --------------------------------------------------------------------------------------------


def promise(text: str, due: date, **body: Any) -> None:
    with logbook.open() as book:
        whole = {"text": text, "owner": "Li Na", "due": str(due), "state": "open", **body}
        book.append("commitment", f"commitment:{text}", whole, "Li Na")


@pytest.mark.parametrize(
    ("language", "rose", "same"),
    [
        ("en", "New users rose from 14 to 42, more than it usually moves", "Activation rate is 100.0 %, as it was."),
        ("zh", "从 14 升至 42", "100.0%"),
    ],
)
def test_a_promise_made_last_week_stands_first_with_whether_its_figure_moved(visit, tmp_path, language, rose, same):
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    weeks = twelve_weeks(13, first=monday - timedelta(weeks=12))
    more = [{"user_id": f"new{number}", "signed_up_at": at(monday)} for number in range(28)]
    did = [{"user_id": f"new{number}", "event": "done", "occurred_at": at(monday)} for number in range(28)]
    tables = {"users": weeks["users"] + more, "events": weeks["events"] + did}
    where = make(tmp_path, PRODUCT, tables, today=monday + timedelta(weeks=1))
    promise("Ship the invite reminder", monday + timedelta(days=6), figure="new_users")
    promise("Keep the first page", monday + timedelta(days=6), figure="activation")
    promise("Call ten users", today - timedelta(days=30))
    promise("Next month's plan", monday + timedelta(days=40))
    app = visit("review", language=language, **where)
    page = plain_text(app).replace("\u00a0", " ")
    assert headings(app)[0] == words_of(language, "weekly.said.title")
    assert rose in page and same in page
    assert words_of(language, "weekly.said.no_figure") in page
    assert page.index("Call ten users") < page.index("Ship the invite reminder")
    table = page[: page.index(words_of(language, "weekly.restated.title"))]
    assert "Next month's plan" not in table
    assert words_of(language, "registers.overdue") in table


def test_what_is_promised_today_stands_under_the_decisions_of_the_last_week_even_where_the_data_are_old(visit):
    promise("Ship the invite reminder", date.today() + timedelta(days=5), figure="activation")
    text = plain_text(visit("review"))
    assert text.count("Ship the invite reminder") == 2  # in what we said, as it is due within a week; and in decisions
    assert "Ship the invite reminder" not in plain_text(visit("review", week=QUIET))


# What can be missing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_without_a_complete_week_says_when_the_first_review_can_be_held(visit, tmp_path, language):
    few = {name: rows[:6] for name, rows in twelve_weeks(1).items()}
    app = visit("review", language=language, **make(tmp_path, PRODUCT, few, today=MONDAY + timedelta(days=3)))
    assert not app.exception
    assert words_of(language, "weekly.empty") in app.info[0].value.replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_without_data_still_has_its_list_and_its_decisions(visit, tmp_path, language):
    app = visit("review", language=language, **make(tmp_path, {}, {}, today=MONDAY))
    assert not app.exception and not app.error
    assert answer(app) == words_of(language, "weekly.answer.nothing")
    assert words_of(language, "weekly.decisions.title") in headings(app)


def test_filters_that_keep_nobody_are_said(visit):
    app = visit("review", platform="Web", country="JP", channel="task_wall", seed_users="in")
    assert app.info and words_of("en", "empty.nobody") in app.info[0].value.replace("\\", "")


# Meeting --------------------------------------------------------------------------------------------------


def test_a_meeting_goes_through_every_part_one_at_a_time(visit):
    whole = headings(visit("review", week="2025-08-11"))
    app = visit("review", week="2025-08-11", view="meeting")
    seen = headings(app)
    assert seen == whole[:1]
    steps = int(re.findall(r"1 of (\d+)", plain_text(app))[0])
    for _ in range(steps - 1):
        press(app, "meeting_next")
        seen += headings(app)
    assert [each for each in whole if each not in seen] == []
    assert next(each for each in app.button if each.key == "meeting_next").disabled
    press(app, "meeting_leave")
    assert "view" not in app.query_params
    assert headings(app) == whole
