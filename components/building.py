"""How the warehouse in use was built: its steps, the definitions in force, and whether a later build failed."""

from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from components import data, figures, tables, words
from components.data import read
from components.markup import plain
from components.tables import Cell
from components.words import say
from warehouse import read as warehouse
from warehouse.publish import Failure

LONGEST_REASON = 200


def failed() -> None:
    """That the last build was not published, and all it said."""
    failure = warehouse.failure(warehouse.folder())
    if failure is None:
        return
    st.warning(plain(failure_in_words(failure)), icon=":material/error:")
    if failure.reason is not None:
        st.code(failure.reason, language=None, wrap_lines=True)


def failure_in_words(failure: Failure) -> str:
    """Since when the build fails, and why, in a line."""
    at = failure.since.astimezone(ZoneInfo(data.product().timezone))
    when: dict[str, object] = {"day": at.date(), "time": f"{at:%H:%M}"}
    if failure.reason is None:
        return say("alert.build.cut_off", **when)
    reason = failure.reason.strip().splitlines()[0]
    reason = reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"
    return say("alert.build.failed", reason=reason, **when)


def steps() -> None:
    """The steps in order with their rows and times; made only when opened."""
    folded = st.expander(say("data.steps"), key="data_steps", on_change="rerun", icon=":material/timer:")
    if not folded.open:
        return
    with folded:
        found = read("data/build_steps")
        longest = max(float(found["seconds"].max()), 1e-9)
        rows = [
            (
                row.step,
                [
                    Cell(say("data.seconds", seconds=f"{row.seconds:,.2f}"), share=row.seconds / longest),
                    Cell(figures.count(float(row.rows), words.language())),
                ],
            )
            for row in tables.each_row(found)
        ]
        total = f"{found['seconds'].sum():,.1f}"
        st.caption(plain(say("data.steps_total", seconds=total, count=len(found), build=data.build().build_id)))
        tables.bars(say("data.column.step"), [say("data.column.time"), say("data.column.rows")], rows)
        tables.download_all(lambda: found, "build_steps")


def settings() -> None:
    """The definitions that this warehouse was built with; made only when opened."""
    folded = st.expander(say("data.settings"), key="data_settings", on_change="rerun", icon=":material/rule:")
    if not folded.open:
        return
    with folded:
        found = read("data/settings")
        st.caption(plain(say("data.settings_about")))
        st.dataframe(
            pd.DataFrame(found),
            hide_index=True,
            column_config={
                "place": st.column_config.TextColumn(say("data.column.place"), pinned=True, width="medium"),
                "value": st.column_config.TextColumn(say("data.column.setting"), width="large"),
            },
            alt=say("data.settings_alt"),
        )
        tables.download_all(lambda: found, "settings")
