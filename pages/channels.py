"""Channels: by which channels do people come, and whose people stay?"""

from analysis import channels as analysis
from components import channels, channels_tables, filters, journal, notes, tables, writing
from components.data import product, read
from components.words import say

chosen = filters.chosen(automatic="week")
people = {"segments": chosen.segments}

notes.stop_if_nothing(product().channel is not None, "channels.no_channel")
notes.stop_if_nobody(chosen)
brought = read("acquisition/channels", **chosen.period, **people)
notes.stop_if_nothing(len(brought) > 0, "channels.empty")
before = read("acquisition/channels", **chosen.period_before, **people)
by_period = read("acquisition/channels_by_period", grain=chosen.grain, **chosen.period, **people)
of_all = by_period_of_all = None
if chosen.everyone:
    of_all = read("acquisition/channels", **chosen.period)
    by_period_of_all = read("acquisition/channels_by_period", grain=chosen.grain, **chosen.period)

found = analysis.quality(brought)
answer, also = channels.answer(analysis.concentration(brought), found, product(), chosen)
notes.head(say("channels.question"), answer, chosen, also)
notes.caveats(chosen)
channels.caveats(product(), chosen)
writing.outcome()
channels.cards(brought, before, of_all, product(), chosen)

notes.heading(say("channels.quality"), say("channels.quality_about"))
channels_tables.quality(brought, found, before, channels.order(brought), product(), chosen)
tables.download(brought, "channels", chosen)
channels_tables.costs(brought, product(), chosen)

notes.heading(say("channels.over_time"))
channels.over_time(by_period, by_period_of_all, product(), chosen)
journal.draw_notes("channels", chosen)
tables.download(by_period, "channels_by_period", chosen)
queries = ["acquisition/channels", "acquisition/channels_by_period"]
notes.definitions("channels", chosen, queries, channels.definitions(product()), len(brought))
