"""Visits to the app without a browser."""

from pathlib import Path

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from tests.pages import demo

SHELL = Path(__file__).parents[2] / "components" / "shell.py"


@pytest.fixture(scope="session")
def demo_warehouse():
    return demo.warehouse()


@pytest.fixture
def visit(monkeypatch, demo_warehouse, tmp_path):
    """visit("overview", by="channel"): the page as drawn, of the demo unless `warehouse` names another folder."""
    streamlit.config.set_option("client.showErrorDetails", "full")
    monkeypatch.setenv("ALMANAC_LOGBOOK", str(tmp_path / "logbook.db"))

    def open_page(page="overview", warehouse=demo_warehouse, config=None, **filters):
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()
        monkeypatch.setenv("ALMANAC_WAREHOUSE", str(warehouse))
        if config:
            monkeypatch.setenv("ALMANAC_CONFIG", str(config))
        app = AppTest.from_file(str(SHELL), default_timeout=60)
        for name, value in filters.items():
            app.query_params[name] = value
        # Straight there: Weekly review, which opens first, has more to judge than most tests need.
        return app.switch_page(f"../pages/{page}.py").run()

    return open_page


def texts(app: AppTest) -> list[str]:
    """Everything a visitor can read but for canvas tables, as one text a piece."""
    found = [html.value if hasattr(html, "value") else html.body for html in app.html]
    for kind in ("markdown", "caption", "info", "warning", "error", "code", "subheader", "title"):
        found += [each.value for each in getattr(app, kind)]
    for kind in ("selectbox", "multiselect", "text_input", "toggle"):
        for widget in getattr(app, kind):
            # A choice's bound twin is out of sight: its key is the id, the visible one's begins with shown_.
            if kind in ("text_input", "toggle") or widget.key.startswith("shown_"):
                found.append(widget.label)
                found += getattr(widget, "options", [])
    return found


def signed(app: AppTest, name: str) -> AppTest:
    """The visitor says who they are."""
    asked = next(each for each in app.text_input if str(each.key).startswith("author_given_"))
    return asked.set_value(name).run()
