"""A document as HTML, Markdown and CSV: nothing of it is markup, and the same document makes the same bytes."""

import re
import xml.etree.ElementTree as ElementTree

import altair as alt
import pandas as pd
import pytest

from components.charts import SOURCE, bare
from components.document import Block, Document, Grid, Items, Picture, Section, Words
from components.report import render
from components.tables import Cell

HOSTILE = '<script>alert("1")</script> | *stars* [link](http://evil.example) =1+1 发布 📈'
CHART = alt.layer(alt.Chart(alt.NamedData(SOURCE)).mark_bar().encode(x="value:N", y="users:Q"))


@pytest.fixture
def document():
    table = pd.DataFrame({"value": ["ios", HOSTILE], "users": [3, 4]})
    rows = [("ios", [Cell("3", "exactly 3")]), (HOSTILE, [Cell("4", HOSTILE, is_few=True)])]
    blocks: list[Block] = [
        Words("Activation fell."),
        Words(HOSTILE, is_quiet=True),
        Items([HOSTILE, "second"]),
        Grid("Platform", ["Users"], rows, exact=table),
        Picture(bare(CHART), table, f"A chart of {HOSTILE}"),
    ]
    return Document(
        question="What moved?",
        answer=f"Two figures {HOSTILE}",
        also="More.",
        scope=["15 to 21 Jun 2026", "by week"],
        sections=[Section("unusual", "Unusual", "Most unusual first", blocks), Section("quiet", "Quiet")],
        terms=[("Activation", "Who did it in time.")],
        facts=["Build 20260624."],
        caveats=["Two days are missing."],
        missing=["Fix search has no owner."],
    )


def test_the_page_needs_no_network_and_runs_nothing(document):
    page = render.html(document)
    assert page.startswith("<!doctype html>\n")
    assert not re.search(r"<(script|link|iframe|img)\b|\bsrc=|@import|url\((?!#)", page)
    assert "&lt;script&gt;" in page
    # Only the names of XML's own vocabularies look like addresses.
    outside = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    assert not re.findall(r'(?:href|action)="(?!#)[^"]*"', outside)


def test_the_page_draws_its_charts(document):
    page = render.html(document)
    [drawn] = re.findall(r"<svg.*?</svg>", page, re.S)
    texts = [each.text or "" for each in ElementTree.fromstring(drawn).iter() if each.tag.endswith("text")]
    assert "ios" in texts
    assert 'aria-label="A chart of &lt;script&gt;' in page


def test_markdown_has_every_text_and_takes_none_for_markup(document):
    text = render.markdown(document)
    assert text.startswith("# Two figures \\<script\\>")
    assert "\\[link\\](http://evil.example)" in text and "\n<" not in text
    lines = text.splitlines()
    assert "| ios | 3 |" in lines and "- second" in lines
    assert [line for line in lines if line.startswith("## ")] == [
        "## What is still owed",
        "## Unusual",
        "## Quiet",
        "## What these figures cannot tell",
        "## What the words mean",
        "## Where the figures come from",
    ]


def test_the_tables_file_has_exact_figures_and_no_formula(document):
    lines = render.csv(document).decode("utf-8-sig").splitlines()
    assert lines[:2] == ["section,value,users", "unusual,ios,3"]
    formula = Document("", "", "", [], [Section("a", "A", "", [Grid("x", [], [], pd.DataFrame({"x": ["=1+1"]}))])])
    assert "a,'=1+1" in render.csv(formula).decode("utf-8-sig")


@pytest.mark.parametrize("written", [render.html, render.markdown, render.csv])
def test_one_document_makes_the_same_bytes(document, written):
    assert written(document) == written(document)


def test_a_document_without_tables_makes_an_empty_file():
    assert render.csv(Document("", "", "", [], [])).decode("utf-8-sig") == "section\n"
