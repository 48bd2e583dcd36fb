"""What was read: table by table, what was set aside and why, which values are unknown or folded."""

import json
import re
from typing import Any

import pandas as pd
import streamlit as st

from components import data, figures, notes, tables, trust, words
from components.data import read
from components.markup import draw, html, join, plain
from components.tables import Cell
from components.words import say

# Reasons of rejected rows as the build writes them, and the words for each.
REASONS = {
    "missing": r"(?P<column>\w+) is missing",
    "not_a": r"(?P<column>\w+) is not an? (?P<kind>[\w(), ]+)",
    "before": r"(?P<column>\w+) is before (?P<year>\d{4})",
    "after": r"(?P<column>\w+) is after (?P<year>\d{4})",
    "ahead": r"(?P<column>\w+) is after the day of the build",
    "not_one_of": r"(?P<column>\w+) is not one of (?P<listed>.+)",
    "repeats": r"(?P<column>[\w ]+) repeats an earlier row",
    "names_none": r"(?P<column>\w+) names no row of (?P<table>\w+)",
}
KINDS = {"timestamp": "moment", "date": "day", "boolean": "yes_no", "varchar": "text"}
# Rows of a table beyond which the rest is only in the file.
MOST_REASONS, MOST_FOLDED = 10, 20


def brought(found: pd.DataFrame) -> None:
    """The tables that the product brings: how far they go, what was read, what counts, what was set aside."""
    rows = []
    for row in tables.each_row(found[found["is_present"]]):
        has_end = not pd.isna(row.data_until)
        last = figures.short_day(trust.day(row.last_day), words.language()) if has_end else figures.DASH
        cells = [
            Cell(last, "" if has_end else say("data.no_day")),
            Cell(_lag(row.lag_days) if has_end else figures.DASH),
            *(Cell(_count(each)) for each in (row.read, row.accepted, row.rejected)),
            Cell(trust.share(row.rejected / row.read) if row.read else figures.DASH),
        ]
        rows.append((say(f"data.table.{row.source}"), cells))
    columns = [say(f"data.column.{name}") for name in ("last_day", "behind", "read", "accepted", "rejected", "share")]
    tables.bars(say("data.column.table"), columns, rows)


def absent(found: pd.DataFrame) -> None:
    """The tables that it does not bring: which file to add, and what they would give."""
    lines = [
        html(
            "<div><b>{table}</b> {gives} <code>sources/{source}.sql</code></div>",
            table=say(f"data.table.{source}"),
            gives=say(f"data.gives.{source}"),
            source=source,
        )
        for source in found.loc[~found["is_present"], "source"]
    ]
    if lines:
        draw(html('<div class="absent"><p>{head}</p>{lines}</div>', head=say("data.absent"), lines=join(lines)))


def rejected(reasons: pd.DataFrame, found: pd.DataFrame) -> None:
    """Why rows were set aside, the most first, and the first rows of each reason, made only when opened."""
    if not len(reasons):
        st.caption(plain(say("data.none_rejected")))
        return
    read_of = dict(zip(found["source"], found["read"], strict=True))
    most = reasons.sort_values(["rejected", "source", "reason"], ascending=[False, True, True])
    top = float(most["rejected"].max())
    rows = [
        (
            say(f"data.table.{row.source}"),
            [
                Cell(reason(row.reason), is_words=True),
                Cell(_count(row.rejected), share=row.rejected / top),
                Cell(trust.share(row.rejected / read_of[row.source])),
                Cell(_count(row.first_line)),
            ],
        )
        for row in tables.each_row(most.head(MOST_REASONS))
    ]
    columns = [say(f"data.column.{name}") for name in ("reason", "rows", "of_table", "first_line")]
    tables.bars(say("data.column.table"), columns, rows)
    if len(most) > MOST_REASONS:
        left = most[MOST_REASONS:]
        st.caption(plain(say("data.reasons_left", count=len(left), rows=int(left["rejected"].sum()))))
    tables.download_all(lambda: read("data/rejected"), "rejected")
    folded = st.expander(say("data.sample"), key="data_sample", on_change="rerun", icon=":material/table_rows:")
    if folded.open:
        with folded:
            _sample()


def reason(text: str) -> str:
    """A reason in the language of the visit; one without words as it is."""
    for key, pattern in REASONS.items():
        match = re.fullmatch(pattern, text)
        if match:
            fields: dict[str, object] = dict(match.groupdict())
            if key == "not_a":
                kind = KINDS.get(str(fields["kind"]), "number")
                fields["kind"] = say(f"data.kind.{kind}")
            if "table" in fields:
                fields["table"] = say(f"data.table.{fields['table']}")
            return say(f"data.reason.{key}", **fields)
    return text


def unknown(found: pd.DataFrame, users: int) -> None:
    """People whose value of a dimension is not known: how many, and whether they are on no list or left blank."""
    top = max(float(users), 1.0)
    rows = [
        (
            trust.named(row.dimension),
            [
                Cell(_count(row.users), share=row.users / top),
                Cell(trust.share(row.users / top)),
                Cell(_count(row.not_listed), say("data.not_listed_why")),
                Cell(_count(row.left_blank), say("data.left_blank_why")),
            ],
        )
        for row in tables.each_row(found)
    ]
    columns = [say(f"data.column.{name}") for name in ("people", "of_people", "not_listed", "left_blank")]
    tables.bars(say("data.column.dimension"), columns, rows)


def folded(found: pd.DataFrame) -> None:
    """Values counted under "other", the largest first; the rest is in the file."""
    if not len(found):
        st.caption(plain(say("data.none_folded")))
        return
    notes.heading(say("data.folded"), say("data.folded_about"))
    most = found.sort_values(["users", "dimension", "value"], ascending=[False, True, True])
    rows = [
        (row.value, [Cell(trust.named(row.dimension), is_words=True), Cell(_count(row.users))])
        for row in tables.each_row(most.head(MOST_FOLDED))
    ]
    tables.bars(say("data.column.value"), [say("data.column.dimension"), say("data.column.people")], rows)
    st.caption(plain(say("data.folded_note", count=len(found), shown=len(rows), most=data.product().max_segments)))


def _sample() -> None:
    sample = read("data/rejected_sample")
    shown = pd.DataFrame(
        {
            "source": [say(f"data.table.{each}") for each in sample["source"]],
            "line": sample["line"],
            "reason": sample["reason"].map(reason),
            "content": sample["content"].map(_row),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "source": st.column_config.TextColumn(say("data.column.table"), pinned=True),
            "line": st.column_config.NumberColumn(say("data.column.line"), format="%,.0f"),
            "reason": st.column_config.TextColumn(say("data.column.reason")),
            "content": st.column_config.TextColumn(say("data.column.content"), width="large"),
        },
        alt=say("data.sample_alt"),
    )


def _row(content: str) -> str:
    """A row's JSON as name: value, as far as it has values."""
    try:
        cells = json.loads(content)
    except (TypeError, ValueError):
        return str(content)
    return ", ".join(f"{name}: {value}" for name, value in cells.items() if value not in (None, ""))


def _lag(days: Any) -> str:
    if pd.isna(days):
        return figures.DASH
    return say("data.lag", count=int(days)) if days else say("data.no_lag")


def _count(value: float) -> str:
    return figures.count(value, words.language())
