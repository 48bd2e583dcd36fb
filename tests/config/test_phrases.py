"""Sentences filled in, and numbers as each language spells them."""

from datetime import date

import pytest

from analysis.finding import Finding
from config import phrases


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0.021, "+2.1\u00a0%", "+2.1%"),
        (-0.407, "−40.7\u00a0%", "−40.7%"),
        (0.0004, "0.0\u00a0%", "0.0%"),
        (-0.0004, "0.0\u00a0%", "0.0%"),
        (0.0, "0.0\u00a0%", "0.0%"),
        (12.5, "+1,250.0\u00a0%", "+1,250.0%"),
        (float("nan"), "—", "—"),
    ],
)
def test_a_change_has_its_sign_whichever_way_it_is(value, english, chinese):
    assert phrases.change(value, "en") == english
    assert phrases.change(value, "zh") == chinese


def test_a_sentence_is_filled_in_by_name_and_the_number_chooses_its_form():
    assert phrases.fill("en", "card.few", count=1) == "of one person"
    assert phrases.fill("zh", "card.few", count=31) == "共 31 人"
    assert phrases.fill("en", "stage.acquisition.never").startswith("Nobody new")


def test_a_finding_speaks_english_by_itself():
    assert str(Finding("stage.change.older", {"count": 1})) == "Cold start ends in 1 week at the earliest."
    assert str(Finding("stage.change.older", {"count": 3})) == "Cold start ends in 3 weeks at the earliest."


def test_a_finding_that_needs_a_name_of_the_screen_says_which():
    with pytest.raises(KeyError, match="name"):
        str(Finding("overview.answer.week.alone", {"value": 31, "period": date(2026, 6, 15)}))
