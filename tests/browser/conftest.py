"""A Chromium, and a fresh server for each walk."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.pages import demo

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items):
    """Without a Chromium the walks are skipped, unless ALMANAC_REQUIRE says that they must run."""
    required = "browser" in os.environ.get("ALMANAC_REQUIRE", "").split(",")
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not required:
                item.add_marker(pytest.mark.skip(reason="no Chromium was found on this machine"))


@pytest.fixture(scope="session")
def demo_warehouse():
    return demo.warehouse()


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.fail("ALMANAC_REQUIRE asks for the browser walks, but no Chromium was found. Install chromium.")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def serving(warehouse: Path, **environment: str) -> Iterator[str]:
    """The app on a free port, just started, with an empty logbook; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with tempfile.TemporaryDirectory() as place:
        own = {"ALMANAC_WAREHOUSE": str(warehouse), "ALMANAC_LOGBOOK": str(Path(place) / "logbook.db")}
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | own | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _until_up(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _until_up(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture
def fresh_server(demo_warehouse):
    with serving(demo_warehouse) as address:
        yield address


@pytest.fixture
def open_page(browser):
    """open_page(address, width=1280): a page in a profile of its own, settled."""
    contexts = []

    def open_at(address, width=1280, theme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(address)
        settle(page)
        return page

    yield open_at
    for context in contexts:
        context.close()


def settle(page: Any) -> None:
    """Wait until the run that the last action began has ended."""
    page.wait_for_timeout(210)
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]", timeout=30_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=30_000)
