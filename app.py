"""Start with `streamlit run app.py`."""

import streamlit as st

app = st.App("components/shell.py")
