"""Lifecycle: which stage is the product in, and who came, stayed, returned and went quiet?"""

import streamlit as st

from analysis import fit, retention
from analysis import lifecycle as analysis
from components import filters, journal, lifecycle, notes, stages, tables, verdict, words, writing
from components.data import read
from components.words import say

chosen = filters.chosen(automatic="week")
people = {"segments": chosen.segments}

notes.stop_if_nobody(chosen)
# The stage is judged on weeks, from the first one on: the period filter only chooses what is drawn below it.
weeks = read("lifecycle/growth", grain="week", **people)
curve = retention.curve(read("retention/triangle", grain="week", **people))
flat = fit.flattening(curve)
found = verdict.assess(weeks, chosen.segments, flat.is_flat)
not_hollow = verdict.without_hollow(chosen)
real = None
if not_hollow is not None:
    real = verdict.assess(read("lifecycle/growth", grain="week", segments=not_hollow), not_hollow)

answer, also = stages.answer(found, real)
notes.head(say("lifecycle.question"), answer, chosen, also)
writing.outcome()
notes.caveats(chosen)
notes.stop_if_nothing(found.now.stage != "design", "lifecycle.empty")
by_week = lifecycle.accounts_of(weeks, "week", chosen.segments)
of_all = lifecycle.accounts_of(read("lifecycle/growth", grain="week"), "week", None) if chosen.everyone else None
verdict.picture(found, by_week, real, of_all, journal.beside(read("lifecycle/campaigns")), chosen)
journal.draw_notes("lifecycle", chosen)
notes.heading(say("lifecycle.why"))
verdict.reasons(found)
verdict.history(found, chosen)
stages.overrule()

states = read("lifecycle/growth", grain=chosen.grain, **people)
account = lifecycle.accounts_of(states, chosen.grain, chosen.segments)
days = analysis.rolling(read("lifecycle/actives", **lifecycle.with_before(chosen), **people))
shown, before = lifecycle.sides(account, chosen)
days_shown, days_before = lifecycle.sides(days, chosen)
notes.heading(say("lifecycle.growth"), words.sentence(analysis.balance(shown)))
lifecycle.growth(shown, chosen)
compared = analysis.pooled(shown, before) | analysis.averages(days_shown, days_before)
lifecycle.cards(compared, shown, days_shown, chosen)

often, silent = st.columns(2, gap="large")
with often:
    active_days = read("lifecycle/active_days", **lifecycle.habit_of(chosen), **people)
    lifecycle.habit(analysis.habit(*lifecycle.sides(active_days, chosen)), chosen)
with silent:
    lifecycle.silence(analysis.silence(read("lifecycle/dormancy", **people)), chosen)
lifecycle.fitting(flat, curve, lifecycle.ceiling(found, chosen.segments))

if chosen.dimension:
    notes.heading(say("lifecycle.by", dimension=chosen.dimension_label), say("lifecycle.by_about"))
    by_value = read("lifecycle/growth_by_value", grain="week", dimension=chosen.dimension, **people)
    verdict.by_value(*verdict.assess_each(by_value, chosen.segments, chosen.dimension), chosen)
    tables.download(by_value, "lifecycle_by_value", chosen)

notes.heading(say("lifecycle.table"))
lifecycle.accounts(shown)
tables.download(shown, "lifecycle", chosen)
queries = ["lifecycle/growth", "lifecycle/active_days", "lifecycle/actives", "lifecycle/dormancy"]
notes.definitions("lifecycle", chosen, queries, lifecycle.definitions(), len(weeks))
