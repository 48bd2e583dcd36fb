"""A whole weekly review in Chromium, this week and the next; what a review asks, in two clicks at most."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import logbook
from config import product as products
from config import words
from tests.browser.conftest import serving, settle
from tests.products import write_product
from warehouse import build as builder

PRODUCT = {
    "product": "Reading app",
    "dimensions": {"channel": "Channel"},
    "activation": {"event": ["done"], "times": 1, "within_days": 1},
    "targets": {"new_users": 2000},
}
WEEKS = 16
CHANNELS = ("search", "friends", "posters")


def says(language: str, key: str) -> str:
    return words.load(language)[f"weekly.{key}"]


# This week and the next -----------------------------------------------------------------------------------


def joined(monday: date, until: date) -> dict[str, list[dict[str, str]]]:
    """About 60 a day, half of them active at once: 9 on the Wednesday before `monday`, and 120 from it on."""
    users, events = [], []
    first = monday - timedelta(weeks=WEEKS)
    for number in range((until - first).days):
        day = first + timedelta(days=number)
        count = 120 if day >= monday else 9 if day == monday - timedelta(days=5) else 57 + (number * 5) % 7
        for at in range(count):
            name, minute = f"{day}-{at}", f"{at % 60:02}"
            users.append({"user_id": name, "signed_up_at": f"{day} 10:{minute}:00", "channel": CHANNELS[at % 3]})
            if at % 2:
                events.append({"user_id": name, "event": "done", "occurred_at": f"{day} 11:{minute}:00"})
    return {"users": users, "events": events}


def build(place: Path, monday: date, until: date) -> dict[str, Path]:
    folder = write_product(place / "product", PRODUCT, joined(monday, until))
    builder.build(products.load(folder), place / "warehouse", today=until)
    return {"config": folder, "warehouse": place / "warehouse"}


def field(place: Page | Locator, label: str) -> Locator:
    return place.get_by_role("textbox", name=label, exact=True)


def keep(page: Page, form: Locator) -> None:
    form.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    settle(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_review_is_held_and_a_week_later_its_promises_stand_first(tmp_path, open_page, language):
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    where = build(tmp_path, monday, until=monday)
    label = {"en": "New users", "zh": "新增用户"}[language]
    labels = {
        "en": ("What we will do", "Owner", "Your name", "Figure it should move"),
        "zh": ("要做什么", "负责人", "你的姓名", "预期影响的指标"),
    }
    what, owner, name, moves = labels[language]
    own = {"ALMANAC_CONFIG": str(where["config"]), "ALMANAC_LOGBOOK": str(tmp_path / "logbook.db")}
    with serving(where["warehouse"], **own) as address:
        page = open_page(f"{address}/?language={language}")
        expect(page.locator("p.question")).to_have_text(says(language, "question"))
        expect(page.locator("h1.answer")).to_contain_text(re.compile(r"^\d"))
        exception = page.locator(".st-key-review_unusual_new_users")
        expect(exception.locator("h2.section")).to_have_text(re.compile(rf"^\d\. {label}$"))
        expect(exception.get_by_test_id("stVegaLiteChart")).to_be_visible()

        # From the figure: it is named already.
        exception.get_by_role("button", name=says(language, "commit")).click()
        settle(page)
        form = page.get_by_test_id("stPopoverBody")
        field(form, name).fill("Wang Fang")
        field(form, name).press("Enter")
        settle(page)
        field(form, what).fill("Mend the sign-up page")
        field(form, owner).fill("Li Na")
        keep(page, form)
        page.keyboard.press("Escape")
        settle(page)
        decisions = page.locator(".st-key-review_decisions")
        expect(decisions).to_contain_text("Mend the sign-up page")

        # From the decisions: the figure is chosen.
        field(decisions, what).fill("Ask ten newcomers")
        field(decisions, owner).fill("Zhang Wei")
        # Typed: a list opened by a click may close again while the page still moves.
        activation = {"en": "Activation rate", "zh": "激活率"}[language]
        decisions.get_by_label(moves).press_sequentially(activation)
        page.get_by_role("option", name=activation).click()
        keep(page, decisions)
        expect(decisions).to_contain_text("Ask ten newcomers")

        page.get_by_role("button", name=says(language, "close.button")).click()
        settle(page)
        expect(page.locator(".st-key-review_close")).to_contain_text("Wang Fang")

        build(tmp_path, monday, until=monday + timedelta(weeks=1))
        later = open_page(f"{address}/?language={language}")
        expect(later.locator("h2.section").first).to_have_text(says(language, "said.title"))
        said = later.locator(".st-key-review_said table")
        [one] = said.locator("tr").filter(has_text="Mend the sign-up page").all()
        [other] = said.locator("tr").filter(has_text="Ask ten newcomers").all()
        rose = {how: words.load(language)[f"review.commitment.up.{how}"] for how in ("beyond", "within")}
        beyond, within = (each.split("{after}")[1] for each in (rose["beyond"], rose["within"]))
        expect(one).to_contain_text(re.compile("36[0-9].* 840" if language == "en" else "36[0-9].*840"))
        expect(one).to_contain_text(beyond)
        expect(other).to_contain_text(within)
        same = says(language, "restated.same.other")
        expect(later.locator(".st-key-review_restated")).to_contain_text(same.split("{count}")[1].strip())


def test_the_keys_lead_through_a_meeting_on_a_screen_without_menu(fresh_server, open_page):
    page = open_page(f"{fresh_server}/?week=2025-08-11&view=meeting")
    part = page.locator(".st-key-meeting_part")
    expect(part.locator("h2.section")).to_have_text(says("en", "said.title"))
    expect(page.get_by_test_id("stSidebar")).not_to_be_visible()
    size = "each => parseFloat(getComputedStyle(each).fontSize)"
    assert part.locator("h2.section").evaluate(size) >= 28
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        settle(page)
    expect(part.locator("h2.section")).to_have_text("1. Activation rate")
    assert part.locator("p.also").first.evaluate(size) >= 20
    page.keyboard.press("ArrowLeft")
    settle(page)
    expect(part.locator("h2.section")).to_have_text(says("en", "restated.title"))
    page.get_by_role("button", name=says("en", "leave")).click()
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(page.locator("h2.section").filter(has_text="1. Activation rate")).to_be_visible()


def test_a_review_is_taken_home_as_a_file_or_on_paper_with_its_charts_and_no_forms(fresh_server, open_page):
    page = open_page(f"{fresh_server}/?week=2025-08-11")
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    for form, begins in (("Page", b"<!doctype html>"), ("Text (Markdown)", b"# One figure is far")):
        with page.expect_download() as started:
            page.locator(".st-key-report_files_review").get_by_role("button", name=form).click()
        content = Path(started.value.path()).read_bytes()
        assert content.startswith(begins)
        assert b"Activation rate was 53.9" in content
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    for hidden in ("stSidebar", "stForm", "stPopover", "stPageLink", "stButton", "stDownloadButton"):
        for at in range(page.get_by_test_id(hidden).count()):
            expect(page.get_by_test_id(hidden).nth(at)).not_to_be_visible()
    expect(page.locator("h1.answer")).to_be_visible()
    expect(page.locator("p.scope")).to_contain_text("data until Tue 23 Jun 2026")


# What a review asks ---------------------------------------------------------------------------------------

Click = tuple[str, str]
QUESTIONS: dict[str, tuple[list[Click], str]] = {
    "What did we promise, and who?": ([], "Ship the invite reminder Li Na"),
    "Is what we promised on its way?": ([], "No week has passed since that could show whether the figure moved"),
    "What is unusual?": ([], "A quiet week, none of the 18 figures is far outside its usual range"),
    "Which stage are we in, and how sure is that?": ([], "Decline since 15 Jun 2026, fairly sure"),
    "What is still to be done in this stage?": ([], "Rule out season, outage and feed faults"),
    "Will revenue reach its target?": ([("fold", "As usual")], "of the month's target, with 76.7 % of the month gone"),
    "How many new real users, against target?": (
        [("toggle", "Real users only"), ("fold", "As usual")],
        "The target of 1,700 is for everybody",
    ),
    "Why were so few active in the week of the outage?": (
        [("choose", "Week"), ("option", "8 Dec to 14 Dec 2025")],
        "Active users was 301 on Wed 10 Dec 2025: far below its usual range",
    ),
    "Which channel is worst by day 7?": ([("menu", "Channels")], "0.7 % came back on day 7; by the other channels"),
    "Where are newcomers lost, and why is activation down?": (
        [("menu", "AARRR")],
        "Of the 20.8 points in “Activated”, 14.5 points are from task_wall",
    ),
    "Do people come back?": ([("menu", "Retention")], "Came back: 27.3 %"),
    "What did the reminder do?": ([("menu", "Campaigns")], "10.2 points more"),
    "Can these numbers be trusted?": ([("menu", "Data")], "Nothing has to be mended"),
}


def _chosen(page: Page, name: str) -> None:
    """Typed, since a long list has only what is in sight."""
    page.keyboard.type(name)
    page.get_by_role("option", name=name).click()


CLICKS: dict[str, Callable[[Page, str], Any]] = {
    "fold": lambda page, name: page.get_by_test_id("stExpander").filter(has_text=name).locator("summary").click(),
    "toggle": lambda page, name: page.get_by_test_id("stCheckbox").filter(has_text=name).locator("label").click(),
    "menu": lambda page, name: page.get_by_test_id("stSidebarNav").get_by_text(name, exact=True).click(),
    "choose": lambda page, name: page.locator(".st-key-shown_week input").click(),
    "option": _chosen,
}


def test_twelve_questions_of_a_review_are_answered_in_two_clicks_at_most(
    demo_warehouse, open_page, monkeypatch, tmp_path
):
    book_at = str(tmp_path / "logbook.db")
    monkeypatch.setenv("ALMANAC_LOGBOOK", book_at)
    due = str(date.today() + timedelta(days=4))
    with logbook.open() as book:
        body = {
            "text": "Ship the invite reminder",
            "owner": "Li Na",
            "due": due,
            "figure": "activation",
            "state": "open",
        }
        book.append("commitment", "commitment:1", body, "Li Na")
    with serving(demo_warehouse, ALMANAC_LOGBOOK=book_at) as address:
        page = open_page(address)
        assert len(QUESTIONS) >= 12
        for question, (clicks, answer) in QUESTIONS.items():
            assert len(clicks) <= 2, question
            if page.url.rstrip("/") != address or clicks:
                page.goto(address)
                settle(page)
            for kind, name in clicks:
                CLICKS[kind](page, name)
                settle(page)
            main = page.get_by_test_id("stMain")
            expect(main, question).to_contain_text(re.compile(r"\s*".join(map(re.escape, answer.split()))))
