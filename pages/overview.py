"""Overview: how is the product doing, and what moved more than it usually does?"""

from analysis import cards as analysis
from components import cards, elsewhere, filters, journal, notes, tables, targets, words, writing
from components.report import offer
from components.words import say

chosen = filters.chosen(automatic="day")
shown = targets.applied(elsewhere.metrics())
units = {name: metric.unit for name, metric in shown.items()}
definitions = {words.text(metric.label): words.text(metric.definition) for metric in shown.values()}
counted = {"grain": chosen.grain, "segments": chosen.segments}

notes.stop_if_nobody(chosen)
counts = elsewhere.counts(**chosen.with_history, **counted)
counts_before = elsewhere.counts(**chosen.period_before, **counted)
counts_of_month = elsewhere.counts(**chosen.month, grain="month", segments=chosen.segments)
counts_of_all = elsewhere.counts(**chosen.with_history, grain=chosen.grain) if chosen.everyone else None
notes.stop_if_nothing(bool(counts["numerator"].notna().any()), "overview.empty")

now, before = elsewhere.series(counts, shown, chosen), elsewhere.series(counts_before, shown, chosen)
everyone = analysis.series(counts_of_all, units) if counts_of_all is not None else None
found = analysis.cards(now, chosen.grain, chosen.span.from_, chosen.span.until)
months = analysis.month_to_date(analysis.series(counts_of_month, units), elsewhere.targets(shown), chosen.data_until)

answer, also = cards.answer(found, shown, chosen)
notes.head(say("overview.question"), answer, chosen, also)
notes.caveats(chosen)
writing.outcome()
cards.families(found, now, months, cards.beside(before, everyone, chosen), shown, chosen)
journal.draw_notes("overview", chosen)
targets.change(shown, chosen)

periods = cards.periods(found)
if chosen.dimension and periods:
    notes.heading(say("overview.by", dimension=chosen.dimension_label), say("overview.by_about"))
    picked = cards.pick(periods, shown, chosen)
    counts_by_value = elsewhere.counts_by_value(
        **filters.days_of(picked.values()),
        **counted,
        dimension=chosen.dimension,
    )
    tables.breakdown(analysis.breakdown(counts_by_value, units, picked), shown, chosen)
    tables.download(counts_by_value, "overview_by_value", chosen)

notes.heading(say("overview.table"))
tables.by_period(now, shown, chosen)
tables.download(counts, "overview", chosen)
offer.days(chosen)
notes.definitions("overview", chosen, ["overview/metrics", "overview/metrics_by_value"], definitions, len(counts))
