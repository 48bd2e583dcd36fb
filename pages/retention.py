"""Retention: of those who started, who came back, and when?"""

import streamlit as st

from analysis import retention as analysis
from components import filters, journal, notes, retention, tables, writing
from components.data import product, read
from components.words import say

chosen = filters.chosen(automatic="week")
head = st.container()
asked = retention.controls(product())
counted = {**asked, "grain": chosen.grain}

notes.stop_if_nobody(chosen)
triangle = read("retention/triangle", **counted, **chosen.period, segments=chosen.segments)
triangle_before = read("retention/triangle", **counted, **chosen.period_before, segments=chosen.segments)
triangle_of_all = read("retention/triangle", **counted, **chosen.period) if chosen.everyone else None
notes.stop_if_nothing(bool(triangle["cohort_size"].any()), "retention.empty")

curve, before = analysis.curve(triangle), analysis.curve(triangle_before)
everyone = analysis.curve(triangle_of_all) if triangle_of_all is not None else None
answer, also = retention.answer(curve, before, asked, product(), chosen)
with head:
    notes.head(say("retention.question"), answer, chosen, also)
    notes.caveats(chosen)
    writing.outcome()
notes.stop_if_nothing(len(curve) > 0, "retention.too_young")
retention.curve(curve, before, everyone, chosen)

notes.heading(say("retention.cohorts"), say("retention.cohorts_about"))
retention.cohorts(triangle, chosen)
notes.heading(say("retention.sizes"), say("retention.sizes_about"))
retention.sizes(triangle, chosen)
journal.draw_notes("retention", chosen)

notes.heading(say("retention.brackets"), say("retention.brackets_about"))
retention.brackets(
    read("retention/brackets", definition=asked["definition"], **chosen.period, segments=chosen.segments)
)

if chosen.dimension:
    notes.heading(say("retention.by", dimension=chosen.dimension_label))
    by_value = read(
        "retention/curve_by_value",
        **counted,
        **chosen.period,
        segments=chosen.segments,
        dimension=chosen.dimension,
    )
    retention.by_value(by_value, chosen)
    tables.download(by_value, "retention_by_value", chosen)

notes.heading(say("retention.table"))
retention.table(curve, chosen)
tables.download(triangle, "retention", chosen)
notes.definitions(
    "retention",
    chosen,
    ["retention/triangle", "retention/brackets"],
    retention.definitions(),
    len(triangle),
)
