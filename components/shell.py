"""The frame around every page: language, filters, banners, menu, and words for known trouble."""

from pathlib import Path

import streamlit as st

from components import data, filters, notes, words
from components.words import say
from config.faults import ConfigError
from warehouse.errors import WarehouseError

st.set_page_config(page_title="Almanac", page_icon=":material/calendar_month:", layout="wide")
st.html(Path(__file__).parent / "look.css")

with st.sidebar:
    top = st.container()
    words.use(filters.draw_language())

page = st.navigation(
    [
        st.Page("../pages/overview.py", title=say("menu.overview"), icon=":material/grid_view:", default=True),
        st.Page("../pages/retention.py", title=say("menu.retention"), icon=":material/replay:"),
    ]
)

# Known trouble only: st.stop and st.rerun work by raising, and a bug must rise to be seen.
try:
    with top:
        notes.product(data.product())
    with st.sidebar:
        chosen = filters.draw(data.product(), data.build())
    notes.freshness(data.product(), chosen)
    page.run()
except ConfigError as trouble:
    notes.bad_configuration(trouble.faults)
except WarehouseError as trouble:
    notes.no_answer(trouble)
