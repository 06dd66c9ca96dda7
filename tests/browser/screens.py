"""`bin/screens`: photographs every screen, light and dark, phone and desktop."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import (
    CHROMIUM_ARGUMENTS,
    DESKTOP,
    PHONE,
    ROOT,
    Server,
    find_chromium,
    sign_in,
)
from tests.browser.test_every_page import PAGES, address

PLACE = ROOT / "var" / "screenshots"


def main() -> None:
    program = find_chromium()
    if program is None:
        sys.exit("Chromium is missing: apt install chromium (macOS: brew install --cask chromium)")
    server = Server()
    server.start()
    PLACE.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
            for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
                for theme in ("light", "dark"):
                    context = browser.new_context(
                        viewport=viewport, base_url=server.url, color_scheme=theme, locale="en-AU"
                    )
                    photograph(context.new_page(), f"{size}-{theme}")
                    context.close()
            browser.close()
    finally:
        server.stop()
        shutil.rmtree(server.var, ignore_errors=True)
    print(f"Wrote {len(list(PLACE.glob('*.png')))} pictures to {PLACE.relative_to(ROOT)}.")  # noqa: T201


def photograph(page: Page, suffix: str) -> None:
    page.goto("/sign-in")
    page.screenshot(path=picture("sign-in", suffix))
    sign_in(page, "alex@acacia.example")
    for name in PAGES:
        if name != "sign-in":
            page.goto(address(page, name))
            page.wait_for_timeout(250)
            page.screenshot(path=picture(name, suffix), full_page=name != "catalogue")


def picture(name: str, suffix: str) -> Path:
    return PLACE / f"{name}-{suffix}.png"


if __name__ == "__main__":
    main()
