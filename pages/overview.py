"""Overview: how is the product doing, and what moved more than it usually does?"""

from analysis import cards as analysis
from components import cards, filters, notes, tables, words
from components.data import metrics, read
from components.words import say

chosen = filters.chosen(automatic="day")
shown = metrics()
units = {name: metric.unit for name, metric in shown.items()}
targets = {name: metric.target for name, metric in shown.items()}
definitions = {words.text(metric.label): words.text(metric.definition) for metric in shown.values()}
counted = {"grain": chosen.grain, "segments": chosen.segments}

notes.stop_if_nobody(chosen)
counts = read("overview/metrics", **chosen.with_history, **counted)
counts_before = read("overview/metrics", **chosen.period_before, **counted)
counts_of_month = read("overview/metrics", **chosen.month, grain="month", segments=chosen.segments)
counts_of_all = read("overview/metrics", **chosen.with_history, grain=chosen.grain) if chosen.everyone else None
notes.stop_if_nothing(bool(counts["numerator"].notna().any()), "overview.empty")

now, before = analysis.series(counts, units), analysis.series(counts_before, units)
everyone = analysis.series(counts_of_all, units) if counts_of_all is not None else None
found = analysis.cards(now, chosen.grain, chosen.span.from_, chosen.span.until)
months = analysis.month_to_date(analysis.series(counts_of_month, units), targets, chosen.data_until)

answer, also = cards.answer(found, shown, chosen)
notes.head(say("overview.question"), answer, chosen, also)
notes.caveats(chosen)
cards.families(found, now, months, cards.beside(before, everyone, chosen), shown, chosen)

periods = cards.periods(found)
if chosen.dimension and periods:
    notes.heading(say("overview.by", dimension=chosen.dimension_label), say("overview.by_about"))
    picked = cards.pick(periods, shown)
    counts_by_value = read(
        "overview/metrics_by_value",
        **filters.days_of(picked.values()),
        **counted,
        dimension=chosen.dimension,
    )
    tables.breakdown(analysis.breakdown(counts_by_value, units, picked), shown, chosen)
    tables.download(counts_by_value, "overview_by_value", chosen)

notes.heading(say("overview.table"))
tables.by_period(now, shown, chosen)
tables.download(counts, "overview", chosen)
notes.definitions("overview", chosen, ["overview/metrics", "overview/metrics_by_value"], definitions, len(counts))
