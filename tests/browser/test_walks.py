"""A few walks through the app in Chromium."""

import os
import re
import subprocess
import sys
from datetime import date
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from config import playbook, words
from config import product as products
from config.text import in_language
from tests.browser.conftest import ROOT, serving, settle
from tests.pages import demo
from tests.products import write_product
from tests.warehouse.new.exports import chinese
from warehouse import build as builder

FILTERS = "platform=iOS&period=last_28_days&by=channel"


def question(page: Page) -> Locator:
    return page.locator("p.question")


def asked(page: Page) -> dict[str, str]:
    """What the address bar says, a value a name."""
    return {name: values[-1] for name, values in parse_qs(urlparse(page.url).query).items()}


def words_of_item(name: str) -> str:
    """What the shipped playbook says of an item, in English."""
    [item] = [each for each in playbook.load().items() if each.id == name]
    return in_language(item.text, "en")


def has_filters(page: Page) -> bool:
    return {"platform": "iOS", "period": "last_28_days", "by": "channel"}.items() <= asked(page).items()


def test_the_first_visit_to_a_fresh_server_may_be_a_link_with_filters(fresh_server, open_page):
    page = open_page(f"{fresh_server}/retention?{FILTERS}")
    expect(question(page)).to_have_text(words.load("en")["retention.question"])
    expect(page.locator("p.scope")).to_contain_text("Platform: iOS")
    expect(page.locator("p.scope")).to_contain_text(demo.days("last_28_days"))
    assert has_filters(page)
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text("Overview")


def test_the_menu_and_back_and_forward_keep_the_filters(fresh_server, open_page):
    page = open_page(f"{fresh_server}/overview?{FILTERS}")
    expect(question(page)).to_have_text(words.load("en")["overview.question"])
    page.get_by_test_id("stSidebarNav").get_by_text("Retention").click()
    expect(question(page)).to_have_text(words.load("en")["retention.question"])
    expect(page.locator("p.scope")).to_contain_text("Platform: iOS")
    assert urlparse(page.url).path == "/retention"
    assert has_filters(page)
    page.go_back()
    settle(page)
    expect(question(page)).to_have_text(words.load("en")["overview.question"])
    expect(page.locator("p.scope")).to_contain_text("Platform: iOS")
    assert has_filters(page)
    page.go_forward()
    settle(page)
    expect(question(page)).to_have_text(words.load("en")["retention.question"])
    expect(page.locator("p.scope")).to_contain_text("Platform: iOS")
    assert has_filters(page)


def test_back_undoes_a_filter(fresh_server, open_page):
    page = open_page(f"{fresh_server}/overview?period=last_7_days")
    expect(page.locator("p.scope")).to_contain_text(demo.days("last_7_days"))
    page.locator(".st-key-shown_period [role=combobox], .st-key-shown_period input").first.click()
    page.get_by_role("option", name="Last 28 days").click()
    expect(page.locator("p.scope")).to_contain_text(demo.days("last_28_days"))
    assert asked(page)["period"] == "last_28_days"
    page.go_back()
    settle(page)
    expect(page.locator("p.scope")).to_contain_text(demo.days("last_7_days"))
    assert asked(page)["period"] == "last_7_days"


def test_the_language_is_switched_in_place_and_the_address_keeps_the_filters(fresh_server, open_page):
    page = open_page(f"{fresh_server}/overview?{FILTERS}")
    page.get_by_role("radio", name="简体中文").click()
    expect(question(page)).to_have_text(words.load("zh")["overview.question"])
    expect(page.locator("p.scope")).to_contain_text("平台：iOS")
    assert has_filters(page)
    assert asked(page)["language"] == "zh"
    page.get_by_test_id("stSidebarNav").get_by_text("留存").click()
    expect(question(page)).to_have_text(words.load("zh")["retention.question"])
    assert has_filters(page)
    page.get_by_role("radio", name="English").click()
    expect(question(page)).to_have_text(words.load("en")["retention.question"])
    assert has_filters(page)
    assert "language" not in asked(page)


# English has the longer words: every page in it; in Chinese the densest.
PHONE = [
    ("light", "en", ("", "overview", "lifecycle", "aarrr", "channels", "retention", "campaigns", "playbook", "data")),
    ("dark", "zh", ("", "aarrr", "campaigns")),
]


@pytest.mark.parametrize(("theme", "language", "paths"), PHONE, ids=["light-en", "dark-zh"])
def test_nothing_overflows_on_a_phone_and_every_chart_says_what_it_shows(
    fresh_server, open_page, theme, language, paths
):
    for path in paths:
        page = open_page(f"{fresh_server}/{path}?{FILTERS}&everyone=true&language={language}", 390, theme)
        expect(page.locator("h1.answer")).to_be_visible()
        charts = page.get_by_test_id("stVegaLiteChart")
        # Of the last week nothing is unusual, and a review of that draws no chart.
        if path not in ("", "playbook"):
            expect(charts.first).to_be_visible()
        main = page.get_by_test_id("stMain")
        assert main.evaluate("each => each.scrollWidth <= each.clientWidth"), path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        for at in range(charts.count()):
            expect(charts.nth(at)).to_have_attribute("aria-label", re.compile(r"\d"))
        if path == "overview":
            cards = page.locator(".card")
            first, second = cards.nth(0).bounding_box(), cards.nth(1).bounding_box()
            assert first and second and first["y"] == pytest.approx(second["y"], abs=2)


def test_a_teams_own_files_reach_the_chinese_overview_in_three_commands(tmp_path, open_page):
    exports, folder, out = chinese(tmp_path / "导出"), tmp_path / "our-app", tmp_path / "warehouse"
    for command in (["new", str(folder), "--from", str(exports), "--yes"], ["build", "--out", str(out)]):
        environment = os.environ | {"ALMANAC_CONFIG": str(folder)}
        subprocess.run([sys.executable, "-m", "warehouse", *command], cwd=ROOT, env=environment, check=True)
    with serving(out, ALMANAC_CONFIG=str(folder)) as address:
        page = open_page(f"{address}/overview?language=zh&period=all&grain=month&by=channel")
        expect(question(page)).to_have_text(words.load("zh")["overview.question"])
        expect(page.locator("table.bars")).to_contain_text("抖音")
        expect(page.locator('.card:has(.name:text-is("收入"))')).to_contain_text("¥1,624")


def test_of_two_browsers_that_tick_at_once_one_wins_and_the_other_is_told(fresh_server, open_page):
    first, second = (open_page(f"{fresh_server}/playbook?stage=growth") for _ in range(2))
    for page, name in ((first, "Wang Fang"), (second, "Li Na")):
        page.get_by_role("textbox", name="Your name").fill(name)
        page.get_by_role("textbox", name="Your name").press("Enter")
        expect(page.get_by_text(f"You write as {name}.")).to_be_visible()
        settle(page)
    item = words_of_item("channel_quality")
    for page in (first, second):
        page.get_by_test_id("stCheckbox").filter(has_text=item).locator("label").click()
        settle(page)
    expect(first.get_by_text("Wang Fang ticked it on")).to_be_visible()
    expect(second.get_by_text("Wang Fang changed this at")).to_be_visible()
    expect(second.get_by_text("Wang Fang ticked it on")).to_be_visible()


def test_names_that_are_markup_do_nothing(tmp_path, open_page):
    names = ["<img src=x onerror=document.title='hit'>", "**b**", ":red[x]", ":smile:", "$x$", "a -> b"]
    users = [
        {"user_id": f"u{at}", "signed_up_at": "2026-02-02 10:00:00", "channel": name} for at, name in enumerate(names)
    ]
    events = [
        {"user_id": f"u{at}", "event": "open", "occurred_at": f"2026-{month:02}-{day:02} 11:00:00"}
        for at in range(len(names))
        for month, day in ((2, 2), (2, 11), (3, 1), (3, 19))
    ]
    product = {"product": ":red[P] **Q**", "dimensions": {"channel": ":red[Ch] :smile: $x$ a -> b"}}
    folder = write_product(tmp_path / "product", product, {"users": users, "events": events})
    builder.build(products.load(folder), tmp_path / "warehouse", today=date(2026, 3, 20))
    with serving(tmp_path / "warehouse", ALMANAC_CONFIG=str(folder)) as address:
        page = open_page(f"{address}/overview?by=channel&period=all")
        expect(page.locator("table.bars")).to_be_visible()
        for name in names:
            expect(page.locator("table.bars").get_by_text(name, exact=True)).to_be_visible()
        expect(page.locator(".product")).to_have_text(":red[P] **Q**")
        label = page.get_by_test_id("stSidebar").get_by_test_id("stWidgetLabel").filter(has_text="smile").first
        assert label.inner_text().replace("\u2060", "").strip() == ":red[Ch] :smile: $x$ a -> b"
        page.locator(".st-key-shown_channel input").first.click()
        expect(page.get_by_role("option").first).to_be_visible()
        shown = page.get_by_role("option").all_inner_texts()
        assert set(names) <= {each.strip() for each in shown}
        assert page.title() != "hit"
