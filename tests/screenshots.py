"""Take the pictures to look at, one of them the README's: python -m tests.screenshots [FOLDER].

The demo is built into a folder of its own, so that the pictures never show what lies in data/.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, serving, settle
from tests.pages import demo

# file: address, width, height, theme
PICTURES = {
    "review": ("/?week=2025-08-11", 1280, 900, "light"),
    "review-meeting": ("/?week=2025-08-11&view=meeting", 1280, 900, "light"),
    "overview": ("/overview?by=channel", 1280, 900, "light"),
    "overview-dark": ("/overview?by=channel", 1280, 900, "dark"),
    "overview-phone-zh": ("/overview?language=zh", 390, 844, "light"),
    "retention": ("/retention?by=channel", 1280, 1100, "light"),
    "retention-phone-zh": ("/retention?language=zh", 390, 844, "dark"),
}


def main(folder: Path) -> int:
    """Take them all; 1 without a Chromium."""
    if CHROMIUM is None:
        print("No Chromium was found: install chromium, then run this again.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with serving(demo.warehouse()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in PICTURES:
            _take(browser, address, name, folder / f"{name}.png")
            print(folder / f"{name}.png")
        browser.close()
    return 0


def _take(browser: Browser, address: str, name: str, file: Path) -> None:
    path, width, height, theme = PICTURES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=2 if width < 500 else 1,
    )
    page = context.new_page()
    page.goto(address + path)
    settle(page)
    page.locator("h1.answer").wait_for()
    if "view=meeting" not in path:
        page.get_by_test_id("stVegaLiteChart").first.wait_for()
    page.wait_for_timeout(1500)  # the charts draw themselves after the last run has ended
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("tests/screenshots")))
