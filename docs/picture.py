"""Make the README's picture from the running app: `python docs/picture.py http://127.0.0.1:8501`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(address: str) -> None:
    """Photograph the lab, trained, at step 150."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"{address}/lab?at=150")
        page.wait_for_function("() => document.querySelector('.stage')?.dataset.row !== undefined")
        page.wait_for_timeout(2000)
        page.screenshot(path=Path(__file__).with_name("lab.png"))


if __name__ == "__main__":
    main(sys.argv[1])
