"""Weekly review: what did we say, what is unusual, and what do we do?"""

import streamlit as st

from components import filters, notes, review, weekly, writing
from components.report import offer
from components.words import say

chosen = filters.chosen(automatic="week")
head = st.container()
week = weekly.pick(chosen)

notes.stop_if_nobody(chosen)
found = review.of(week, chosen)
with head:
    notes.head(say("weekly.question"), review.answer(found), found.chosen, weekly.stage_line(found.stage))
    writing.outcome()

if weekly.is_meeting():
    weekly.meeting(found)
    st.stop()

weekly.page(found)
offer.review(found)
notes.definitions("review", found.chosen, ["overview/metrics"], weekly.definitions(), len(found.found))
