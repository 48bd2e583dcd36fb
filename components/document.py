"""What a review or a report says, before it is known where: pages draw it, reports write it, so that both say the same.

Texts are plain words in the language of the visit, never markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import streamlit as st

from components import charts, notes, tables
from components.charts import Spec
from components.markup import draw as draw_html
from components.markup import html, join, plain
from components.tables import Cell


@dataclass(frozen=True)
class Words:
    """A paragraph; `is_quiet` for what explains and is not itself news."""

    text: str
    is_quiet: bool = False


@dataclass(frozen=True)
class Items:
    """Lines of a list."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table: the name of the first column and of the others, and the rows.

    exact  the same with nothing rounded, for the file; None: it has none
    """

    first: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    exact: pd.DataFrame | None = None


@dataclass(frozen=True)
class Picture:
    """A chart of components.charts, what it is fed with, and its text alternative."""

    spec: Spec
    table: pd.DataFrame | pa.Table
    alt: str


Block = Words | Items | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A part with a heading; `name` is its id (of its file, too)."""

    name: str
    title: str
    about: str = ""
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class Document:
    """A whole report: the answer first, then sections.

    scope    days, grain, filters and data until, as under the answer of a page
    terms    what the words mean: term and definition
    facts    where the figures come from: build, rows, data until when
    caveats  what the data cannot tell
    missing  what people still owe: owners, targets, lessons
    """

    question: str
    answer: str
    also: str
    scope: Sequence[str]
    sections: Sequence[Section]
    terms: Sequence[tuple[str, str]] = ()
    facts: Sequence[str] = ()
    caveats: Sequence[str] = ()
    missing: Sequence[str] = field(default=())


def draw(section: Section) -> None:
    """A section on the page."""
    notes.heading(section.title, section.about)
    for block in section.blocks:
        draw_block(block)


def draw_block(block: Block) -> None:
    """One block of it."""
    match block:
        case Words(text, is_quiet):
            if is_quiet:
                st.caption(plain(text))
            else:
                draw_html(html('<p class="also">{text}</p>', text=text))
        case Items(lines):
            items = join([html("<li>{text}</li>", text=each) for each in lines])
            draw_html(html('<ul class="changes">{items}</ul>', items=items))
        case Grid(first, columns, rows):
            tables.bars(first, columns, rows)
        case Picture(spec, table, alt):
            charts.draw(spec, table, alt)
