"""Named funnels of product.yml: the choice of one, its steps, a closer look, and what to write where there is none."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analysis import funnel as analysis
from analysis.funnel import Rules
from components import (
    data,
    filters,
    funnel_steps,
    funnel_views,
    notes,
    tables,
    words,
)
from components.data import read
from components.filters import Chosen
from components.funnel_steps import Funnel
from components.markup import plain
from components.words import say

# What the part is counted by, for the foot of the page.
QUERIES = [
    f"funnel/{name}" for name in ("list", "steps", "steps_by_value", "steps_by_period", "time_to_convert", "adoption")
]
# So many of the product's events stand in the example of a funnel.
_IN_EXAMPLE = 3


def section(chosen: Chosen) -> None:
    """The choice of a funnel, its steps, and one closer look at it: what is not chosen is not computed."""
    known = read("funnel/list")
    if not len(known):
        _none_yet()
        return
    row = _picked(known)
    asked = {"funnel": str(row["funnel"]), "segments": chosen.segments}
    table = read("funnel/steps", **asked, **chosen.period)
    funnel = _funnel(row, table)
    found = analysis.steps(table)
    before = analysis.steps(read("funnel/steps", **asked, **chosen.period_before)) if chosen.before else None
    changed = analysis.against(found, before) if before is not None else None
    notes.heading(funnel_steps.told(analysis.answer(found, funnel.rules), funnel), funnel_steps.rules(funnel))
    if not found["entrants"].any() and not found["pending"].any():
        return
    everyone = None
    if chosen.everyone:
        everyone = analysis.steps(read("funnel/steps", **{**asked, "segments": None}, **chosen.period))
    if changed is not None:
        funnel_steps.changes(changed, funnel)
    funnel_steps.bars(found, changed, everyone, funnel)
    tables.download(found, "funnel_steps", chosen)
    funnel_views.closer(funnel, chosen)


# Which one ------------------------------------------------------------------------------------------------


def _picked(known: pd.DataFrame) -> Mapping[Any, Any]:
    """The funnel chosen, a row of funnel/list; those of product.yml that are not counted yet are told."""
    product = data.product()
    rows = {str(row["funnel"]): row for row in known.to_dict("records")}
    labels = {name: words.text(product.funnels[name].label) if name in product.funnels else name for name in rows}
    left, _ = st.columns([1, 2])
    with left:
        picked = filters.choice("funnel", say("funnels.picker"), labels, next(iter(rows)))
    missing = [words.text(each.label) for name, each in product.funnels.items() if name not in rows]
    if missing:
        st.caption(plain(say("funnels.not_built", count=len(missing), names=words.listed(missing))))
    return rows[picked]


def _funnel(row: Mapping[Any, Any], table: pd.DataFrame) -> Funnel:
    """With what each step needs, as product.yml says now, where its steps are still those that were counted."""
    events = tuple(str(each) for each in table["label"])
    written = data.product().funnels.get(str(row["funnel"]))
    needs = ("",) * len(events)
    if written and tuple(" / ".join(step.event) for step in written.steps) == events:
        needs = tuple(words.text(step.needs) if step.needs else "" for step in written.steps)
    return Funnel(str(row["funnel"]), Rules.of(row), events, needs)


def _none_yet() -> None:
    """What to write into product.yml, with events of this product, and what to do then."""
    product = data.product()
    if product.funnels:
        names = words.listed(words.text(each.label) for each in product.funnels.values())
        st.info(
            plain(say("funnels.not_built", count=len(product.funnels), names=names)), icon=":material/construction:"
        )
        st.code("python -m warehouse build", language=None)
        return
    notes.heading(say("funnels.none.title"), say("funnels.none.about"))
    st.code(_example(list(read("campaigns/goals")["goal"][:_IN_EXAMPLE])), language="yaml")
    st.code("python -m warehouse build", language=None)


def _example(events: list[str]) -> str:
    """An entry of product.yml that the build takes as it stands; names are quoted, whatever is in them."""
    steps = [*events, *events, "sign_up", "payment"][: max(len(events), 2)]
    quoted = [json.dumps(each, ensure_ascii=False) for each in (say("funnels.none.label"), *steps)]
    lines = ["funnels:", "    first_way:", f"        label: {quoted[0]}", "        steps:"]
    lines += [f"            - {each}" for each in quoted[1:]]
    return "\n".join([*lines, "        window: 7 days", "        order: ordered", "        entry: first"])


def definitions() -> dict[str, str]:
    """What the words of named funnels mean."""
    names = ("entrant", "before", "steepest", "settled", "adoption")
    return {say(f"funnels.term.{name}"): say(f"funnels.means.{name}") for name in names}
