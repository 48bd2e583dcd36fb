"""The words of the screen, in two languages."""

import re

import pytest

from config import words
from config.text import Translated, in_language


def test_nested_keys_are_joined_by_a_dot(tmp_path):
    (tmp_path / "en.yml").write_text("save: Save\nfilters:\n  period: Period\n  by: {day: Day, week: Week}\n")
    assert words.read(tmp_path / "en.yml") == {
        "save": "Save",
        "filters.period": "Period",
        "filters.by.day": "Day",
        "filters.by.week": "Week",
    }


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(words.load("en")) == list(words.load("zh"))


def test_a_sentence_has_the_same_gaps_in_both_languages():
    english, chinese = words.load("en"), words.load("zh")
    for key in english:
        assert gaps(english[key]) == gaps(chinese[key]), key


def gaps(words: str) -> set[str]:
    """The names in braces: {users:,} and {users} are the same gap."""
    return set(re.findall(r"\{(\w*)", words))


def test_the_words_cannot_be_changed():
    with pytest.raises(TypeError):
        words.load("en")["new"] = "New"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [("Channel", "Channel", "Channel"), (Translated("Channel", "渠道"), "Channel", "渠道")],
)
def test_a_text_is_the_same_in_every_language_or_has_its_own_for_each(text, english, chinese):
    assert in_language(text, "en") == english
    assert in_language(text, "zh") == chinese
