"""Named lists of people: what became of each list, and of each person on one."""

from typing import Any

import pandas as pd
import streamlit as st

from components import data, figures, filters, tables, words
from components.data import read
from components.markup import plain
from components.tables import Cell
from components.words import say


def section(found: pd.DataFrame) -> None:
    """The lists with how many of their people were found, activated, came back and asked for something.

    found  as data/groups
    """
    if not len(found):
        st.caption(plain(say("data.groups.none")))
        return
    rows = [(_label(row.group_name), _cells(row)) for row in tables.each_row(found)]
    columns = [say(f"data.groups.{name}") for name in ("people", "found", "activated", "returned", "requests")]
    tables.bars(say("data.groups.list"), columns, rows)
    names = {str(name): _label(name) for name in found["group_name"]}
    picked = filters.choice("group", say("data.groups.pick"), names, next(iter(names)))
    folded = st.expander(say("data.groups.members"), key="data_members", on_change="rerun", icon=":material/group:")
    if folded.open:
        with folded:
            _members(picked)


def _cells(row: Any) -> list[Cell]:
    people, found = float(row.people), float(row.found)
    return [
        Cell(_count(people)),
        _of(found, people),
        *(_of(getattr(row, name), found) for name in ("activated", "returned")),
        Cell(_count(row.requests)),
    ]


def _of(value: Any, whole: float) -> Cell:
    """12 of 60, with its bar; a dash where it cannot be known."""
    if pd.isna(value):
        return Cell(figures.DASH, say("data.groups.no_activation"))
    own = float(value)
    text = say("data.groups.of", count=int(own), whole=_count(whole))
    if not whole:
        return Cell(text)
    return Cell(text, figures.percent(own / whole, words.language()), own / whole)


def _members(group: str) -> None:
    members = read("data/group_members", group=group)
    st.dataframe(
        members,
        hide_index=True,
        height="auto",
        placeholder=figures.DASH,
        column_config={
            "user_id": st.column_config.TextColumn(say("data.member.user_id"), pinned=True),
            "is_found": st.column_config.CheckboxColumn(say("data.member.is_found")),
            "acquired_on": st.column_config.DateColumn(say("data.member.acquired_on"), format="YYYY-MM-DD"),
            "is_activated": st.column_config.CheckboxColumn(say("data.member.is_activated")),
            "first_active": st.column_config.DateColumn(say("data.member.first_active"), format="YYYY-MM-DD"),
            "last_active": st.column_config.DateColumn(say("data.member.last_active"), format="YYYY-MM-DD"),
            "active_days": st.column_config.NumberColumn(say("data.member.active_days"), format="%,.0f"),
            "requests": st.column_config.NumberColumn(say("data.member.requests"), format="%,.0f"),
        },
        alt=say("data.groups.members_alt", name=_label(group)),
    )
    st.caption(plain(say("data.groups.members_note", count=len(members))))
    tables.download_all(lambda: members, f"group_{group}")


def _label(name: str) -> str:
    """A list's name in product.yml, or as it is in the data."""
    labels = data.product().groups
    return words.text(labels[name]) if name in labels else name


def _count(value: float) -> str:
    return figures.count(value, words.language())
