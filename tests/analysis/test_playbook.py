"""Held against hand-made figures and calendars: what is met, since when, and what is overdue."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis import cards
from analysis import playbook as analysis
from analysis.playbook import Judgement, State, Tick
from config import playbook
from config.playbook import Bound, Gate, Item, Measured, Section
from config.text import Translated

MONDAY = date(2026, 6, 1)
WEEKS = [MONDAY + timedelta(weeks=week) for week in range(6)]


def figures(values: Sequence[int | None], running: bool = False, pending: int = 0) -> cards.Series:
    """A rate by week, in hundredths, None where nobody is in it; the last week is running, or has open windows."""
    last = len(values) - 1
    table = pd.DataFrame(
        {
            "metric": "activation",
            "period": pd.to_datetime(WEEKS[: len(values)]),
            "numerator": [0 if value is None else value for value in values],
            "denominator": [0 if value is None else 100 for value in values],
            "pending": [pending if place == last else 0 for place in range(len(values))],
            "is_complete": [not (running and place == last) for place in range(len(values))],
        }
    )
    return cards.series(table, {"activation": "rate", "revenue": "money"})


def at_least(bound: Bound, periods: int = 1) -> Measured:
    return Measured(figure="activation", at_least=bound, periods=periods)


def at_most(bound: Bound, periods: int = 1) -> Measured:
    return Measured(figure="activation", at_most=bound, periods=periods)


@pytest.mark.parametrize(
    ("asked", "values", "expected"),
    [
        # the last week decides, and "since" is the first of the weeks like it
        (at_least(0.3), [10, 30, 40], Judgement("met", 0.4, 0.3, WEEKS[2], WEEKS[1], 2)),
        (at_least(0.3), [40, 40, 29], Judgement("not_met", 0.29, 0.3, WEEKS[2], WEEKS[2], 0)),
        (at_least(0.3), [29, 20, 10], Judgement("not_met", 0.1, 0.3, WEEKS[2], WEEKS[0], 0)),
        (at_most(0.3), [29, 30, 10], Judgement("met", 0.1, 0.3, WEEKS[2], WEEKS[0], 3)),
        (at_most(0.3), [29, 30, 31], Judgement("not_met", 0.31, 0.3, WEEKS[2], WEEKS[2], 0)),
        # so many in a row
        (at_least(0.3, 3), [40, 20, 40, 40], Judgement("not_met", 0.4, 0.3, WEEKS[3], WEEKS[2], 2)),
        (at_least(0.3, 3), [20, 40, 40, 40], Judgement("met", 0.4, 0.3, WEEKS[3], WEEKS[1], 3)),
        # a week with nobody breaks the row, whichever way the bound is
        (at_least(0.3, 2), [40, None, 40], Judgement("not_met", 0.4, 0.3, WEEKS[2], WEEKS[2], 1)),
        (at_most(0.3, 2), [10, None, 10], Judgement("not_met", 0.1, 0.3, WEEKS[2], WEEKS[2], 1)),
    ],
)
def test_a_figure_is_held_against_its_bound(asked, values, expected):
    assert analysis.judge(asked, figures(values), None) == expected


def test_a_running_week_and_open_windows_do_not_count():
    kept = Judgement("met", 0.4, 0.3, WEEKS[1], WEEKS[0], 2)
    assert analysis.judge(at_least(0.3), figures([40, 40, 1], running=True), None) == kept
    assert analysis.judge(at_least(0.3), figures([40, 40, 1], pending=5), None) == kept


def test_a_bound_can_be_the_products_target():
    assert analysis.judge(at_least("target"), figures([40]), 0.5).proof == "not_met"
    assert analysis.judge(at_least("target"), figures([40]), 0.4).proof == "met"


@pytest.mark.parametrize(
    ("asked", "values", "reason"),
    [
        (at_least("target"), [40], "no_target"),
        (at_least(0.3), [40, None], "undefined"),
        (at_least(0.3), [], "no_period"),
        (Measured(figure="revenue", at_least=1), [40], "no_figure"),
        (Measured(figure="payers", at_least=1), [40], "no_figure"),
    ],
)
def test_what_cannot_be_judged_is_no_data_with_a_reason(asked, values, reason):
    shown = figures(values) if values else figures([40], running=True)
    found = analysis.judge(asked, shown, None)
    assert (found.proof, found.reason, found.kept) == ("no_data", reason, 0)


TODAY = date(2026, 6, 24)  # a Wednesday


@pytest.mark.parametrize(
    ("cadence", "ticked_on", "standing", "due"),
    [
        ("once", date(2020, 1, 1), "done", None),
        ("weekly", date(2026, 6, 22), "done", date(2026, 7, 5)),
        ("weekly", date(2026, 6, 21), "open", date(2026, 6, 28)),
        ("weekly", date(2026, 6, 15), "open", date(2026, 6, 28)),
        ("weekly", date(2026, 6, 14), "overdue", date(2026, 6, 21)),
        ("monthly", date(2026, 6, 1), "done", date(2026, 7, 31)),
        ("monthly", date(2026, 5, 31), "open", date(2026, 6, 30)),
        ("monthly", date(2026, 4, 30), "overdue", date(2026, 5, 31)),
    ],
)
def test_a_tick_holds_for_its_period_and_is_due_by_the_end_of_the_next(cadence, ticked_on, standing, due):
    tick = Tick(True, ticked_on, "Wang")
    assert analysis.ticked_state(cadence, tick, TODAY) == State(standing, due, tick=tick)


def test_weeks_begin_when_the_product_says():
    tick = Tick(True, date(2026, 6, 21), "Wang")  # a Sunday
    assert analysis.ticked_state("weekly", tick, TODAY, "sunday").standing == "done"


def test_what_nobody_ticked_or_somebody_took_back_is_open():
    taken_back = Tick(False, date(2020, 1, 1), "Wang", "not yet")
    assert analysis.ticked_state("weekly", None, TODAY) == State("open")
    assert analysis.ticked_state("weekly", taken_back, TODAY) == State("open", tick=taken_back)


def test_a_figure_speaks_for_its_item_and_a_tick_for_any_other():
    measured = Item(id="a", text="A", why="…", role="any", evidence=at_least("target"))
    by_hand = Item(id="b", text="B", why="…", role="any", cadence="weekly")
    ticks = {"a": Tick(True, TODAY, "Wang"), "b": Tick(True, TODAY, "Wang")}
    by_grain = {"week": figures([40]), "month": figures([])}
    found = analysis.states([measured, by_hand], by_grain, {"activation": 0.5}, ticks, TODAY)
    assert {name: state.standing for name, state in found.items()} == {"a": "open", "b": "done"}
    assert found["a"].tick is None and found["b"].judgement is None


def test_a_gate_of_items_is_met_when_all_are_done():
    gate = Gate(id="gate", text="All", items=("one", "two"))
    done, open_, nothing = State("done"), State("open"), State("no_data")
    assert analysis.gate_state(gate, {"one": done, "two": done}, None).standing == "done"
    assert analysis.gate_state(gate, {"one": done, "two": open_}, None).standing == "open"
    assert analysis.gate_state(gate, {"one": done, "two": nothing}, None).standing == "no_data"
    assert analysis.gate_state(gate, {"one": open_, "two": nothing}, None).standing == "open"


def test_what_needs_somebody_comes_first_and_progress_counts_all():
    items = [Item(id=name, text=name, why="…", role="any") for name in ("a", "b", "c", "d", "e")]
    standings: list[analysis.Standing] = ["done", "open", "overdue", "no_data", "open"]
    states = dict(zip("abcde", map(State, standings), strict=True))
    assert [item.id for item in analysis.ordered(items, states)] == ["c", "b", "e", "d", "a"]
    assert analysis.progress(list(states.values())) == analysis.Progress(done=1, items=5, overdue=1)


DOCUMENT = (
    Section(id="users", heading=Translated("Users", "用户"), asks=Translated("Who?", "是谁？")),
    Section(id="end", heading=Translated("How to go back", "回滚"), asks=Translated("Who decides?", "谁来决定？")),
)


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("", ["users", "end"]),
        ("# Users\nStudents\n# How to go back\nWe decide.", []),
        ("### users ###\n\nStudents\n\n## HOW TO GO BACK\nNobody", []),
        ("## 用户\n学生\n## 回滚\n值班负责人", []),
        ("## Users\n\n## How to go back\nNobody", ["users"]),
        ("## Users\n> Who?\n## How to go back\n> Who decides? The one on duty.", ["users"]),
        ("Users\nStudents", ["users", "end"]),
        ("## User\nStudents", ["users", "end"]),
    ],
)
def test_a_document_lacks_what_has_no_heading_or_nothing_under_it(text, lacking):
    assert [section.id for section in analysis.unwritten(DOCUMENT, text)] == lacking


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_template_lacks_every_section(language):
    empty = analysis.template("Research", DOCUMENT, language)
    assert [section.id for section in analysis.unwritten(DOCUMENT, empty)] == ["users", "end"]


def test_every_template_of_the_shipped_playbook_is_empty_at_first_and_complete_when_filled():
    for phase in playbook.load().phases.values():
        for language in ("en", "zh"):
            empty = analysis.template("Title", phase.document, language)
            assert len(analysis.unwritten(phase.document, empty)) == len(phase.document)
            filled = empty.replace("\n\n> ", "\n\nDone.\n> ")
            assert analysis.unwritten(phase.document, filled) == []


def test_values_are_not_changed_by_judging():
    shown = figures([40, 20])
    before = shown.value.copy()
    analysis.judge(at_least(0.3), shown, None)
    assert np.array_equal(before, shown.value, equal_nan=True)
