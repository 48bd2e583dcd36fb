"""Playbook: the list of the stage, what proves an item done, ticks by several people, a stage set by hand."""

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Checkbox

import logbook
from components import figures, playbook
from config import playbook as playbooks
from config.playbook import Measured
from config.text import in_language
from tests.pages.conftest import SHELL, signed, texts
from tests.pages.test_pages import LANGUAGES, drawn, words_of
from tests.products import write_product
from warehouse import build as builder
from warehouse import read


def plain_text(app: AppTest) -> str:
    return html.unescape(re.sub(r"\\(.)", r"\1", drawn(app))).replace("\u2060", "")


def another_visit(page: str = "playbook", **filters: str) -> AppTest:
    """A second person's session, on the same server."""
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    for name, value in filters.items():
        app.query_params[name] = value
    return app.switch_page(f"../pages/{page}.py").run()


def box(app: AppTest, item: str) -> Checkbox:
    [found] = [each for each in app.checkbox if str(each.key).startswith(f"tick_{item}_")]
    return found


def ticks() -> list[tuple[str, bool]]:
    with logbook.open() as book:
        return [(entry["author"], entry["body"]["done"]) for entry in book.entries("check").to_dict("records")]


ITEM = "decline_where"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_present_stages_list_comes_first_with_how_far_it_is(visit, language):
    app = visit("playbook", language=language)
    assert not app.error and not app.warning
    stage = {"en": "Decline", "zh": "衰退期"}[language]
    play = playbooks.load().stages["decline"]
    assert words_of(language, "playbook.answer").format(stage=stage, done=1, items=len(play.items)) in plain_text(app)
    for item in play.items:
        shown = in_language(item.text, language)
        assert shown in plain_text(app) + " ".join(re.sub(r"\\(.)", r"\1", each.label) for each in app.checkbox)


def test_every_item_of_the_shipped_playbook_can_be_reached(visit):
    seen = set()
    for stage in playbooks.load().stages:
        app = visit("playbook", stage=stage)
        for phase in playbooks.load().phases:
            app.session_state[f"phase_{phase}"] = True
        app.run()
        seen |= {re.sub(r"\\(.)", r"\1", each.label).replace("\u2060", "") for each in app.checkbox}
        seen |= set(re.findall(r"<b>(.*?)</b>", html.unescape(" ".join(each.body for each in app.html))))
    assert {in_language(item.text, "en") for item in playbooks.load().items()} <= seen


def test_a_measured_item_agrees_with_the_figure_of_overview_to_the_last_digit(visit, demo_warehouse):
    app = visit("playbook", stage="growth")
    counts = read.query(read.connect(read.current(demo_warehouse)), "overview/metrics", {"grain": "week"})
    shown = plain_text(app)
    for item in playbooks.load().stages["growth"].items:
        if isinstance(item.evidence, Measured) and item.evidence.grain == "week":
            rows = counts[(counts["metric"] == item.evidence.figure) & counts["is_complete"]]
            last = rows[rows["pending"].fillna(0) == 0].iloc[-1]
            value = last["numerator"] / last["denominator"]
            unit = "ratio" if item.evidence.figure == "quick_ratio" else "rate"
            assert f"<b>{figures.short(value, unit, 'en')}</b>" in shown, item.id


def test_the_file_of_the_list_has_the_figures_unrounded(visit, demo_warehouse, monkeypatch):
    kept: list[pd.DataFrame] = []
    real = playbook.table

    def noted(board: playbook.Board) -> pd.DataFrame:
        kept.append(real(board))
        return kept[-1]

    monkeypatch.setattr(playbook, "table", noted)
    visit("playbook")
    churn = next(row for row in kept[-1].to_dict("records") if row["item"] == "churn_stopped")
    counts = read.query(read.connect(read.current(demo_warehouse)), "overview/metrics", {"grain": "week"})
    week = counts[(counts["metric"] == "churn") & (counts["period"] == pd.Timestamp(churn["period"]))].iloc[0]
    assert churn["value"] == week["numerator"] / week["denominator"]
    assert (churn["standing"], churn["bound"]) == ("done", 0.33)
    lists = {row["list"] for row in kept[-1].to_dict("records")}
    assert {"stages.design", "phases.design"} < lists and len(lists) == 11


def test_with_a_filter_the_filtered_figure_stands_beside_the_whole(visit):
    whole, filtered = visit("playbook"), visit("playbook", platform="iOS")
    said = words_of("en", "playbook.filtered").split("{value}")[1]
    assert said not in plain_text(whole)
    assert said in plain_text(filtered)
    assert re.findall("at most <b>|Churn rate <b>.*?</b>", plain_text(whole)) == re.findall(
        "at most <b>|Churn rate <b>.*?</b>", plain_text(filtered)
    )


def test_a_tick_is_kept_with_who_and_when_and_can_be_taken_back(visit):
    app = signed(visit("playbook"), "Wang Fang")
    box(app, ITEM).check().run()
    assert box(app, ITEM).value
    assert "Wang Fang ticked it on" in plain_text(app)
    box(app, ITEM).uncheck().run()
    assert not box(app, ITEM).value
    assert "Wang Fang took it back on" in plain_text(app)
    assert ticks() == [("Wang Fang", True), ("Wang Fang", False)]


def test_nothing_is_written_without_a_name(visit):
    app = visit("playbook")
    box(app, ITEM).check().run()
    assert not box(app, ITEM).value
    assert [each.value for each in app.warning] == [words_of("en", "writing.no_name").replace(".", "\\.")]
    assert ticks() == []


def test_of_two_who_tick_at_once_one_wins_and_the_other_is_told_who(visit):
    first = signed(visit("playbook"), "Wang Fang")
    second = signed(another_visit(), "Li Na")
    box(first, ITEM).check().run()
    box(second, ITEM).check().run()
    [warning] = [each.value for each in second.warning]
    assert warning.startswith("Wang Fang changed this at")
    assert box(second, ITEM).value
    assert ticks() == [("Wang Fang", True)]


def test_a_note_is_kept_with_the_tick_and_shown_as_it_was_written(visit):
    app = signed(visit("playbook"), "<b>Wang</b>")
    app.session_state[f"more_{ITEM}"] = True
    app.run()
    app.text_area(f"note_{ITEM}_None").set_value("**iOS** <script>").run()
    app.button(f"keep_{ITEM}_None").click().run()
    assert "<script>" not in drawn(app) and "<b>Wang</b>" not in drawn(app)
    assert "iOS" in plain_text(app)
    assert ticks() == [("<b>Wang</b>", True)]


def test_a_stage_set_by_hand_changes_the_list_and_says_who_and_why(visit):
    app = visit("lifecycle")
    app.session_state["overrule"] = True
    app.run()
    signed(app, "Wang Fang")
    app.selectbox("override_stage_None").set_value("maturity")
    app.text_area("override_reason_None").set_value("Season, see the memo")
    next(each for each in app.button if each.label == "Save").click().run()
    assert not app.warning
    assert "Maturity, set by Wang Fang until" in plain_text(app)
    assert "Season, see the memo" in plain_text(app)
    assert "The rule says: Decline since" in plain_text(app)
    other = another_visit()
    assert "Maturity: " in plain_text(other)
    assert "Maturity was set by Wang Fang until" in plain_text(other)
    assert "The rule says Decline." in plain_text(other)


def test_a_stage_set_by_hand_needs_a_reason_and_ends(visit):
    app = visit("lifecycle")
    app.session_state["overrule"] = True
    app.run()
    signed(app, "Wang Fang")
    next(each for each in app.button if each.label == "Save").click().run()
    assert [each.value for each in app.warning] == ["Reason\\: must be filled in"]
    yesterday = str(date.today() - timedelta(days=1))
    with logbook.open() as book:
        body = {"stage": "growth", "since": "2026-01-01", "until": yesterday, "reason": "over"}
        book.append("stage_override", "stage_override", body, "Wang Fang")
    assert "Decline: " in plain_text(another_visit())


def test_a_faulty_playbook_is_told_above_the_last_good_one(visit, tmp_path, demo_warehouse):
    folder = tmp_path / "product"
    folder.mkdir()
    shipped = Path(playbooks.__file__).parent
    (folder / "product.yml").write_text((shipped / "product.yml").read_text())
    (folder / "playbook.yml").write_text((shipped / "playbook.yml").read_text())
    app = visit("playbook", config=folder)
    assert not app.error
    (folder / "playbook.yml").write_text("stages: {growht: {}}\n")
    app.run()
    assert [each.value for each in app.error] == [
        words_of("en", "playbook.faulty").replace(".", "\\.").replace(":", "\\:")
    ]
    assert "playbook.yml: stages.growht: must be one of" in " ".join(each.value for each in app.code)
    assert box(app, ITEM)


def test_a_faulty_register_is_told_above_the_last_good_one(visit, tmp_path):
    folder = tmp_path / "product"
    folder.mkdir()
    shipped = Path(playbooks.__file__).parent
    (folder / "product.yml").write_text((shipped / "product.yml").read_text())
    (folder / "register.yml").write_text((shipped / "register.yml").read_text())
    app = signed(visit("playbook", config=folder), "Wang Fang")
    assert not app.error
    (folder / "register.yml").write_text("check: {}\n")
    box(app, ITEM).check().run()
    assert box(app, ITEM).value
    assert [each.value for each in app.error] == [
        words_of("en", "forms.faulty").replace(".", "\\.").replace(":", "\\:")
    ]
    assert "register.yml: check.label: is missing: add it" in " ".join(each.value for each in app.code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_with_nothing_but_a_name_is_in_design_and_says_what_comes_next(visit, tmp_path, language):
    folder = write_product(tmp_path / "product", {}, {})
    from config import product

    builder.build(product.load(folder), tmp_path / "out", today=date(2026, 6, 1))
    for page in ("overview", "lifecycle", "retention", "playbook", "data"):
        app = visit(page, warehouse=tmp_path / "out", config=folder, language=language)
        assert not app.error and not app.exception, page
    app = visit("playbook", warehouse=tmp_path / "out", config=folder, language=language)
    play = playbooks.load().stages["design"]
    stage, first = ("Design" if language == "en" else "设计期"), in_language(play.items[0].text, language)
    assert words_of(language, "playbook.answer").format(stage=stage, done=0, items=len(play.items)) in plain_text(app)
    assert words_of(language, "playbook.next").format(item=first) in plain_text(app)


def test_a_role_sees_its_own_items(visit):
    app = visit("playbook", role="data_analysis", stage="decline")
    mine = {item.id for item in playbooks.load().stages["decline"].items if item.role == "data_analysis"}
    assert {each.key.split("_None")[0].removeprefix("tick_") for each in app.checkbox} == mine
    assert words_of("en", "playbook.nothing_for_role") in " ".join(
        texts(visit("playbook", role="quality", stage="decline"))
    ).replace("\\", "")


def test_a_logbook_that_cannot_be_opened_is_said_in_plain_words(visit, tmp_path, monkeypatch):
    visit("overview")
    (tmp_path / "other.db").write_text("not a logbook")
    monkeypatch.setenv("ALMANAC_LOGBOOK", str(tmp_path / "other.db"))
    st.cache_resource.clear()
    app = another_visit()
    assert [each.value for each in app.error] == [words_of("en", "trouble.logbook").replace(".", "\\.")]
    assert "is not a logbook" in " ".join(each.value for each in app.code)


def test_the_list_can_be_had_as_a_file(visit):
    app = visit("playbook")
    assert any(each.label.endswith("CSV") for each in app.get("download_button"))
