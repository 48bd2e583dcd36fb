"""The words files: two languages, the same keys and fields, nothing unused."""

import re
import string
from pathlib import Path

import pytest

from analysis.finding import Finding
from components import figures, words
from components.words import say_in
from config import words as files

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = files.load("en"), files.load("zh")


def fields(template: str) -> set[tuple[str, str | None]]:
    return {(name, form) for _, name, form, _ in string.Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_keys():
    assert set(ENGLISH) == set(CHINESE)


def test_a_sentence_has_the_same_fields_in_both_languages():
    for key, english in ENGLISH.items():
        asked, spoken = fields(english), fields(CHINESE[key])
        assert {name for name, _ in spoken} <= {name for name, _ in asked} | {"count"}, key
        assert {form for _, form in asked | spoken} <= {"", *figures.FORMATS}, key


def test_chinese_words_are_chinese():
    allowed = re.compile(
        r"\{[^}]*\}|[a-z_/]+\.(sql|yml)|SQL|CSV|UTF-8|https?://|python -m warehouse build|invited_by|incentive"
    )
    allowed_ids = re.compile(
        r"(?<![a-z_])(user_id|group_name|signed_up_at|max_segments|dimension|figures|sources)(?![a-z_])"
    )
    # names of people after whom a method is called, and places in product.yml
    names = re.compile(
        r"AARRR|HHI|HTML|Markdown|Wilson|Newcombe|Fisher|mid-P|Shapley|Benjamini-Hochberg|aarrr(\.[a-z.]+)?|channel_limit"
        r"|channel(?=:)|start: signed_up, return: active|dimensions"
    )
    allowed_words = re.compile(r"\((activation|reward_events)\)|（(activation|reward_events|sources/\S+?)）")
    for key, text in CHINESE.items():
        rest = allowed_ids.sub("", allowed.sub("", names.sub("", allowed_words.sub("", text))))
        assert not re.search(r"[A-Za-z]{2,}", rest), f"{key}: {rest}"


def test_every_key_is_used_somewhere():
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("components", "pages", "analysis")
        for path in (ROOT / room).rglob("*.py")
    )
    literals = set(re.findall(r'f?"([a-z_0-9.{}\[\]\' =>]+)"', code))
    patterns = [
        re.compile(re.sub(r"\\\{.*?\\\}", "[a-z_0-9]+", re.escape(each)) + r"(\.one|\.other)?") for each in literals
    ]
    tails = re.compile(r"change\.against\.(day|week|month)\.(before|again)")
    unused = [key for key in ENGLISH if not tails.fullmatch(key) and not any(each.fullmatch(key) for each in patterns)]
    assert unused == []


def test_the_number_chooses_one_or_other():
    assert say_in("en", "card.few", count=1) == "of one person"
    assert say_in("en", "card.few", count=31) == "of 31 people"
    assert say_in("zh", "card.few", count=31) == "共 31 人"


def test_an_unknown_key_is_a_bug():
    with pytest.raises(KeyError, match=r"no\.such"):
        say_in("en", "no.such")


def test_a_finding_is_said_in_words():
    finding = Finding("retention.against.up", {"size": 0.021, "before": 0.3})
    assert words.sentence(finding) == (
        "The first figure was 30.0\u00a0% in the period compared with: it is 2.1 points higher now, "
        "more than chance explains."
    )
