"""Text from data, address bar and YAML stays text."""

import pandas as pd
import pytest

from components.markup import Html, html, join, plain
from components.tables import csv

HOSTILE = [
    "<script>alert(1)</script>",
    "**b**",
    "$x$",
    ":red[x]",
    ":smile:",
    "[a](http://b.c)",
    "`c`",
    "a -> b",
    "<!--",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_field_of_html_is_escaped(text):
    piece = html('<b title="{text}">{text}</b>', text=text)
    assert "<script" not in piece
    assert piece.count("<") == 2
    assert piece.count('"') == 2


def test_a_quote_cannot_leave_an_attribute():
    assert html('<b title="{text}">', text='" onmouseover="x') == '<b title="&quot; onmouseover=&quot;x">'


def test_pieces_of_html_are_not_escaped_twice():
    inner = html("<i>{text}</i>", text="a & b")
    assert html("<p>{inner}</p>", inner=join([inner, inner])) == "<p><i>a &amp; b</i><i>a &amp; b</i></p>"
    assert isinstance(inner, Html)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("**b**", r"\*\*b\*\*"),
        ("$x$", r"\$x\$"),
        ("<b>", r"\<b\>"),
        ("1. a", r"1\. a"),
        ("# a", r"\# a"),
        ("a\nb", "a b"),
    ],
)
def test_markdown_is_taken_apart(text, written):
    assert plain(text) == written


@pytest.mark.parametrize("text", [":red[x]", ":smile:", ":material/x:", "a -> b", "<- b", "-- c"])
def test_what_is_replaced_after_escapes_is_kept_apart_by_an_invisible_joiner(text):
    assert "\u2060" in plain(text)
    assert plain(text).replace("\\", "").replace("\u2060", "") == text


def test_a_file_for_spreadsheets_runs_no_formula():
    table = pd.DataFrame({"value": ["=1+1", "@x", "-3", "plain", None], "users": [1.5, 2, -3, 4, None]})
    assert csv(table).decode("utf-8-sig").splitlines() == [
        "value,users",
        "'=1+1,1.5",
        "'@x,2",
        "'-3,-3",
        "plain,4",
        ",",
    ]
