"""`bin/screens`: photographs every screen, light and dark, phone and desktop."""

from __future__ import annotations

import shutil
import sys

import pyotp
from playwright.sync_api import Page, sync_playwright

from caddy.cli.demo import DEMO_PASSWORD
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
SIZES = {"desktop": DESKTOP, "phone": PHONE}
THEMES = ("light", "dark")
ENDLESS = {"catalogue"}  # only what one sees of it first
SETTLES_MS = 120  # what comes after the page, and the change of theme


def main() -> None:
    program = find_chromium()
    if program is None:
        sys.exit("Chromium is missing: apt install chromium (macOS: brew install --cask chromium)")
    wanted = sys.argv[1:]
    if unknown := set(wanted) - set(PAGES):
        sys.exit(f"No such screen: {', '.join(sorted(unknown))}. Choose of: {', '.join(PAGES)}")
    server = Server()
    server.start()
    PLACE.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
            options = {"base_url": server.url, "locale": "en-AU", "viewport": DESKTOP}
            photograph(browser.new_context(**options).new_page(), wanted or list(PAGES))
            if not wanted:
                photograph_second_step(browser.new_context(**options).new_page())
            browser.close()
    finally:
        server.stop()
        shutil.rmtree(server.var, ignore_errors=True)
    print(f"Wrote {len(list(PLACE.glob('*.png')))} pictures to {PLACE.relative_to(ROOT)}.")  # noqa: T201


def photograph(page: Page, names: list[str]) -> None:
    page.goto("/sign-in")
    if "sign-in" in names:
        take(page, "sign-in")
    sign_in(page, "alex@acacia.example")
    known: dict[str, str] = {}
    for name in names:
        if name != "sign-in":
            page.goto(address(page, name, known))
            take(page, name)


def photograph_second_step(page: Page) -> None:
    """Set up an app as one would: what a second step asks is seen only by who has one."""
    sign_in(page, "vic@acacia.example")
    page.goto("/settings/sign-in")
    page.get_by_role("button", name="Set up an app").click()
    take(page, "factor-app")
    key = (page.locator(".factor__key").text_content() or "").replace(" ", "")
    page.get_by_label("code").last.fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Turn it on").click()
    page.locator(".factor__codes").wait_for()
    take(page, "factor-codes")
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill("vic@acacia.example")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_role("heading", name="One more step").wait_for()
    take(page, "second-step")


def take(page: Page, name: str) -> None:
    """Take the four pictures of a page that is open."""
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(SETTLES_MS)
            place = PLACE / f"{name}-{size}-{theme}.png"
            page.screenshot(path=place, full_page=name not in ENDLESS)
    page.set_viewport_size(DESKTOP)


if __name__ == "__main__":
    main()
