"""Campaigns: what did each of them really do?"""

import streamlit as st

from components import campaign_details, campaign_planning, campaign_promises, campaigns, filters, notes, writing
from components.markup import plain
from components.words import say

chosen = filters.chosen()
notes.stop_if_nobody(chosen)
found = campaigns.listed(chosen)

answer, also = campaigns.answer(found)
notes.head(say("campaigns.question"), answer, chosen, also, of_its_own_days=True)
writing.outcome()
if not found.verdicts:
    st.info(plain(say("campaigns.empty")), icon=":material/database:")
    campaign_planning.section(chosen)
    st.stop()

notes.caveats(chosen)
campaigns.listing(found, chosen)

case = campaigns.one(found, campaigns.pick(found), chosen)
campaigns.said(case, chosen)
campaigns.picture(case)
campaigns.gates(case, chosen)
campaigns.may(case, chosen)
of_detail = campaign_details.section(case, chosen)
campaign_promises.section(case, found, chosen)
campaign_promises.lesson(case)
campaign_planning.section(chosen, case.verdict.campaign)

queries = ["campaigns/list", "campaigns/outcomes_of_all", "campaigns/outcomes", "campaigns/before_after", *of_detail]
notes.definitions("campaigns", chosen, queries, campaigns.definitions(), len(found.table))
