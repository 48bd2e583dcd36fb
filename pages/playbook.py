"""Playbook: what is to be done in this stage, and what is done?"""

import streamlit as st

from components import filters, notes, playbook, registers, stages, tables, writing
from components.words import say

chosen = filters.chosen(automatic="week")
head = st.container()
now = stages.whole()
board = playbook.board(chosen)
stage, role = playbook.controls(board, now)

answer, also = playbook.answer(board, now)
with head:
    notes.head(say("playbook.question"), answer, chosen, also, of_everybody=True, of_its_own_days=True)
writing.outcome()
playbook.faults()
writing.signature("playbook")
playbook.checklist(board, stage, role)

notes.heading(say("playbook.gates"), say("playbook.gates_about"))
playbook.gates(board, stage)
notes.heading(say("playbook.suggestions"))
playbook.suggestions(board, stage)

notes.heading(say("playbook.phases"), say("playbook.phases_about"))
playbook.phases(board, role)
registers.section()

listed = playbook.table(board)
tables.download(listed, "playbook", chosen)
notes.definitions("playbook", chosen, ["overview/metrics"], playbook.definitions(), len(listed))
