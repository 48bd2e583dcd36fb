"""Presets are lists of candidates: what a product has of them is kept, the rest is named."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import presets
from config.importing import load, plain
from config.product import Activation
from warehouse.new.fit import fit, likely

KNOWN = {"signs_up": True, "has_payments": True, "paid_as_events": False}


@pytest.mark.parametrize("type_", presets.TYPES)
def test_every_preset_has_a_way_to_be_activated_and_to_come_back_and_names_no_event_in_two_spellings(type_):
    preset = presets.load(type_)
    assert preset.activation and preset.retention["return"]
    for each in preset.activation:
        words = [plain(event) for event in each.event]
        assert len(words) == len(set(words))


def test_there_are_four_presets():
    assert presets.TYPES == ("tool", "social", "content", "shop") == get_args(presets.Type)


def test_no_name_of_a_column_means_two_things_in_one_table():
    names = load()
    for table, known in names.tables.items():
        if table in (
            "feedback",
            "content",
            "campaigns",
            "figures",
            "costs",
        ):  # their columns are chosen one after the other
            continue
        words = [name for listed in known.columns.values() for name in listed]
        assert len(words) == len(set(words)), table


@given(
    type_=st.sampled_from(presets.TYPES),
    events=st.dictionaries(
        st.sampled_from(["log_in", "Sign Up", "search", "save", "finish-chapter", "点赞", "登录", "something else"]),
        st.integers(1, 99),
    ),
    signs_up=st.booleans(),
    has_payments=st.booleans(),
    paid_as_events=st.booleans(),
)
def test_a_fitted_preset_names_only_events_that_occur(type_, events, signs_up, has_payments, paid_as_events):
    fitted = fit(
        presets.load(type_), events, signs_up=signs_up, has_payments=has_payments, paid_as_events=paid_as_events
    )
    named = [*(fitted.activation.event if fitted.activation else ()), *fitted.reward_events]
    named += [event for funnel in fitted.funnels.values() for step in funnel.steps for event in step.event]
    for definition in fitted.retention.values():
        for words in (definition.start, definition.return_):
            named += words if isinstance(words, tuple) else ()
        assert signs_up or definition.start != "signed_up"
        assert has_payments or "payment" not in (definition.return_, definition.start)
    assert set(named) <= {*events, *(["payment"] if has_payments else [])}
    assert all(len(funnel.steps) >= 2 for funnel in fitted.funnels.values())


def test_names_are_the_products_own_and_the_most_frequent_is_first():
    fitted = fit(presets.load("tool"), {"Log In": 3, "LOGIN": 5, "view": 9}, **KNOWN)
    assert fitted.activation == Activation(event=("LOGIN", "Log In"), times=3, within_days=7)


def test_work_done_counts_before_log_ins():
    fitted = fit(presets.load("tool"), {"login": 50, "save": 2}, **KNOWN)
    assert fitted.activation == Activation(event=("save",), times=1, within_days=7)


def test_what_does_not_occur_is_named():
    fitted = fit(presets.load("content"), {"sign_up": 9, "finish_chapter": 2}, **KNOWN)
    assert [step.event for step in fitted.funnels["first_piece"].steps] == [("sign_up",), ("finish_chapter",)]
    assert fitted.left_out == ("Funnel first_piece, steps that do not occur: search, open_book.",)
    fitted = fit(presets.load("content"), {"dance": 9}, **KNOWN)
    assert fitted.activation is None and fitted.funnels == {}
    assert fitted.left_out == (
        "Activation: none of its events occurs. Name an event in product.yml, under activation.",
        "Funnel first_piece: fewer than two of its steps occur.",
    )


def test_where_nobody_signs_up_people_start_with_what_they_first_do_and_day_0_says_nothing():
    fitted = fit(presets.load("shop"), {"purchase": 9}, signs_up=False, has_payments=True, paid_as_events=True)
    assert fitted.activation is None
    back = fitted.retention["return"]
    assert (back.start, back.return_, back.brackets) == ("first_active", "active", ((1, 7), (28, 34)))
    assert fitted.retention["rebuy"].start == "first_payment"


@pytest.mark.parametrize(
    ("events", "tables", "type_"),
    [
        (["login", "save"], {}, "tool"),
        (["dance"], {}, "tool"),
        (["follow", "comment", "login"], {}, "social"),
        (["search", "open_book", "finish_chapter"], {}, "content"),
        (["dance"], {"has_content": True}, "content"),
        (["add_to_cart", "checkout", "login"], {"has_payments": True}, "shop"),
        (["purchase"], {"has_payments": True, "paid_as_events": True}, "shop"),
        (["redeem_1"], {"has_payments": True}, "shop"),
    ],
)
def test_the_kind_of_product_is_what_its_tables_and_events_are_most_like(events, tables, type_):
    given_ = {"has_payments": False, "has_content": False, "paid_as_events": False} | tables
    assert likely(events, **given_) == type_
