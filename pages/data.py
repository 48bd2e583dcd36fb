"""Data: can these numbers be trusted?"""

from analysis import trust as analysis
from components import building, changes, filters, groups, notes, reconciliation, sources, trust
from components.data import build, metrics, product, read
from components.words import say

chosen = filters.chosen()
brought = read("data/tables")
beside = read("data/reconciliation", **chosen.period)
agreed = reconciliation.agreements(beside, metrics())
found = analysis.troubles(brought, read("data/checks"), agreed, product().max_rejected)

trust.head(brought, found, chosen)
building.failed()
trust.troubles(found)

notes.heading(say("data.tables"), say("data.tables_about"))
sources.brought(brought)
sources.absent(brought)

notes.heading(say("data.rejected"), say("data.rejected_about"))
sources.rejected(read("data/rejected_reasons"), brought)

notes.heading(say("data.changes.head"), say("data.changes.about"))
changes.since_last(metrics(), build(), chosen)

notes.heading(say("data.reconciliation"), say("data.reconciliation_about"))
reconciliation.section(beside, agreed, metrics(), chosen)

notes.heading(say("data.unknown"), say("data.unknown_about"))
sources.unknown(read("data/unknown"), build().users)
sources.folded(read("data/folded"))

notes.heading(say("data.groups.head"), say("data.groups.about"))
groups.section(read("data/groups"))

notes.heading(say("data.made"))
building.steps()
building.settings()
queries = ["data/tables", "data/checks", "data/reconciliation"]
notes.definitions("data", chosen, queries, trust.definitions(), len(brought))
