"""AARRR: where are newcomers won and lost, from joining to bringing others?"""

from analysis import aarrr as analysis
from components import aarrr, aarrr_parts, filters, journal, named_funnels, notes, tables, what_if, writing
from components.data import read
from components.words import say

chosen = filters.chosen(automatic="week")
people = {"segments": chosen.segments}

notes.stop_if_nobody(chosen)
now = aarrr.board(chosen.period, chosen.segments)
notes.stop_if_nothing(bool(now["reached"].iloc[0]), "aarrr.empty")
lost = analysis.losses(read("funnel/aarrr_losses", **chosen.period, **people))
changed = aarrr.changes(now, chosen)
everyone = aarrr.board(chosen.period, None) if chosen.everyone else None

answer, also = aarrr.answer(now, lost, changed, chosen)
notes.head(say("aarrr.question"), answer, chosen, also)
writing.outcome()
notes.caveats(chosen)
aarrr.before_joining(aarrr.approach(chosen))
aarrr.bars(now, lost, changed, everyone, aarrr.ghosts(now, what_if.scenario(chosen)))
tables.download(now, "aarrr", chosen)
journal.draw_notes("aarrr", chosen)

if chosen.dimension:
    notes.heading(say("aarrr.by", dimension=chosen.dimension_label), say("aarrr.by_about"))
    by_value = analysis.by_value(read("funnel/aarrr_by_value", dimension=chosen.dimension, **chosen.period, **people))
    aarrr.by_value(by_value, chosen)
    tables.download(by_value, "aarrr_by_value", chosen)

of_part = aarrr_parts.section(chosen)
queries = ["funnel/aarrr", "funnel/aarrr_losses", "funnel/aarrr_changes", *of_part]
notes.definitions("aarrr", chosen, queries, aarrr.definitions() | named_funnels.definitions(), len(now))
