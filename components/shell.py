"""The frame around every page: language, filters, banners, menu, and words for known trouble."""

from pathlib import Path

import streamlit as st

from components import changes, data, filters, notes, words
from components.words import say
from config.faults import ConfigError
from logbook.errors import LogbookError
from warehouse.errors import WarehouseError

st.set_page_config(page_title="Almanac", page_icon=":material/calendar_month:", layout="wide")
st.html(Path(__file__).parent / "look.css")

with st.sidebar:
    top = st.container()
    words.use(filters.draw_language())

page = st.navigation(
    [
        st.Page("../pages/review.py", title=say("menu.review"), icon=":material/event_available:", default=True),
        st.Page("../pages/overview.py", title=say("menu.overview"), icon=":material/grid_view:"),
        st.Page("../pages/lifecycle.py", title=say("menu.lifecycle"), icon=":material/timeline:"),
        st.Page("../pages/aarrr.py", title=say("menu.aarrr"), icon=":material/filter_alt:"),
        st.Page("../pages/channels.py", title=say("menu.channels"), icon=":material/hub:"),
        st.Page("../pages/retention.py", title=say("menu.retention"), icon=":material/replay:"),
        st.Page("../pages/campaigns.py", title=say("menu.campaigns"), icon=":material/campaign:"),
        st.Page("../pages/playbook.py", title=say("menu.playbook"), icon=":material/checklist:"),
        st.Page("../pages/data.py", title=say("menu.data"), icon=":material/fact_check:"),
    ]
)

# Known trouble only: st.stop and st.rerun work by raising, and a bug must rise to be seen.
try:
    with top:
        notes.product(data.product())
    data.hold()
    changes.notice(data.build())
    with st.sidebar:
        chosen = filters.draw(data.product(), data.build())
    notes.freshness(data.product(), chosen)
    page.run()
except ConfigError as trouble:
    notes.bad_configuration(trouble.faults)
except WarehouseError as trouble:
    notes.no_answer(trouble)
except LogbookError as trouble:
    notes.no_logbook(trouble)
