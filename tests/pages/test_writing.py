"""What people write beside the figures: targets on Overview, notes under every time chart, and what refuses them."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

import logbook
from tests.pages.conftest import signed
from tests.pages.test_lifecycle import charts, picture
from tests.pages.test_pages import LANGUAGES
from tests.pages.test_playbook import another_visit, plain_text

__all__ = ["charts"]


def opened(app: AppTest, *folded: str) -> AppTest:
    for name in folded:
        app.session_state[name] = True
    return app.run()


def keep(app: AppTest, form: str) -> AppTest:
    [button] = [each for each in app.button if str(each.key).startswith(f"FormSubmitter:form_{form}")]
    return button.click().run()


def set_target(app: AppTest, value: float | None, reason: str = "agreed with sales") -> AppTest:
    app.selectbox("target_figure").set_value("activation").run()
    app.number_input("target_activation_value_None").set_value(value)
    app.text_area("target_activation_reason_None").set_value(reason)
    return keep(app, "target_activation")


def test_a_target_set_with_a_reason_counts_for_the_playbook_at_once(visit):
    app = signed(opened(visit("overview"), "targets"), "Wang Fang")
    set_target(app, 0.05)
    assert not app.warning
    assert "Wang Fang" in plain_text(app) and "agreed with sales" in plain_text(app)
    other = another_visit("playbook", stage="growth")
    assert "at least 5.0" in plain_text(other)
    with logbook.open() as book:
        [entry] = book.latest("target").to_dict("records")
    assert (entry["subject"], entry["author"], entry["body"]["value"]) == ("target:activation", "Wang Fang", 0.05)


@pytest.mark.parametrize(
    ("page", "folded"),
    [("overview", ("targets", "notes_overview")), ("lifecycle", ("overrule", "notes_lifecycle"))],
)
def test_two_forms_stand_open_at_once_and_one_name_signs_both(visit, page, folded):
    app = opened(visit(page), *folded)
    assert not app.exception
    assert len([each for each in app.text_input if str(each.key).startswith("author_given_")]) == 2
    signed(app, "Wang Fang")
    assert not app.exception
    assert not [each for each in app.text_input if str(each.key).startswith("author_given_")]


def test_a_target_for_a_later_month_leaves_this_months_in_force(visit):
    today = date.today()
    with logbook.open() as book:
        now = {"figure": "activation", "period": str(today.replace(day=1)), "value": 0.05, "reason": "now"}
        first = book.append("target", "target:activation", now, "Wang Fang")
        later = {**now, "period": str(today + timedelta(days=60)), "value": 0.99, "reason": "later"}
        second = book.append("target", "target:activation", later, "Wang Fang", first)
    app = visit("playbook", stage="growth")
    assert "at least 5.0" in plain_text(app)
    with logbook.open() as book:
        book.append("target", "target:activation", {**now, "withdrawn": True}, "Wang Fang", second)
    assert "at least 45.0" in plain_text(another_visit("playbook", stage="growth"))


def test_a_target_taken_back_gives_the_product_files_again(visit):
    app = signed(opened(visit("overview"), "targets"), "Wang Fang")
    set_target(app, 0.05)
    [button] = [each for each in app.button if (each.key or "").startswith("withdraw_target_activation")]
    button.click().run()
    assert "at least 45.0" in plain_text(another_visit("playbook", stage="growth"))


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        (31.0, "in percent", "Value\\: must be 1 or less, not 31"),
        (0.3, "", "Reason\\: must be filled in"),
        (None, "no value", "Value\\: must be filled in"),
    ],
)
def test_a_target_that_cannot_be_is_refused_with_the_reason(visit, value, reason, said):
    app = signed(opened(visit("overview"), "targets"), "Wang Fang")
    set_target(app, value, reason)
    assert [each.value for each in app.warning] == [said]
    with logbook.open() as book:
        assert book.latest("target").empty


@pytest.mark.parametrize("page", ["overview", "lifecycle", "retention"])
def test_a_note_can_be_typed_under_every_time_chart(visit, page):
    app = signed(opened(visit(page), f"notes_{page}"), "Li Na")
    app.text_input(f"note_{page}_title_None").set_value("New search")
    app.text_input(f"note_{page}_day_None").set_value("2026-05-12")
    keep(app, f"note_{page}")
    assert not app.warning
    assert "New search" in plain_text(app) and "Li Na" in plain_text(app)


def test_a_note_stands_on_the_curve_of_the_stages(visit, charts):
    with logbook.open() as book:
        for number, day in enumerate(("2025-09-01", "2026-05-12")):
            body = {"day": day, "kind": "release", "title": f"Release {number}"}
            book.append("note", f"note:{number}", body, "Li Na")
    visit("lifecycle")
    shown = " ".join(str(value) for value in picture(charts).to_numpy().ravel())
    assert "Release 0" in shown and "Release 1" in shown


@pytest.mark.parametrize("page", ["overview", "retention", "lifecycle"])
def test_a_note_is_marked_on_the_period_it_belongs_to(visit, charts, page):
    with logbook.open() as book:
        book.append("note", "note:1", {"day": "2026-05-13", "kind": "release", "title": "New search"}, "Li Na")
    visit(page, grain="week")
    marked = [table for table in charts if "note" in table]
    assert marked
    for table in marked:
        rows = table[table["note"].notna()]
        assert list(zip(rows["x"], rows["note"], strict=True)) == [("2026-05-11", "New search")]


def test_only_notes_of_the_days_shown_are_told_also_those_that_reach_into_them(visit, charts):
    days = {"Before": ("2025-02-03", None), "Reaching in": ("2026-03-20", "2026-03-23"), "Within": ("2026-05-13", None)}
    with logbook.open() as book:
        for title, (day, until) in days.items():
            body = {"day": day, "kind": "other", "title": title, **({"until": until} if until else {})}
            book.append("note", f"note:{title}", body, "Li Na")
    app = visit("retention")
    [told] = [each.value for each in app.caption if each.value.startswith("2 notes")]
    assert "Reaching in" in told and "Within" in told and "Before" not in told
    [marked] = [table for table in charts if "note" in table and "cohort_size" in table]
    assert marked["note"].dropna().tolist() == ["Within"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_on_a_day_that_is_none_is_refused_in_the_language_of_the_visit(visit, language):
    app = signed(opened(visit("overview", language=language), "notes_overview"), "Li Na")
    app.text_input("note_overview_title_None").set_value("New search")
    app.text_input("note_overview_day_None").set_value("12.5.2026")
    keep(app, "note_overview")
    [warning] = [each.value for each in app.warning]
    assert ("must be a day such as" if language == "en" else "应为日期") in warning


def test_a_note_taken_back_is_shown_no_more_but_stays_in_the_book(visit):
    with logbook.open() as book:
        book.append("note", "note:1", {"day": "2026-05-12", "kind": "other", "title": "Mistaken"}, "Li Na")
    app = signed(opened(visit("overview"), "notes_overview"), "Wang Fang")
    [button] = [each for each in app.button if (each.key or "").startswith("withdraw_note:1")]
    button.click().run()
    assert "Mistaken" not in plain_text(app)
    with logbook.open() as book:
        assert book.entries("note")["author"].tolist() == ["Li Na", "Wang Fang"]
