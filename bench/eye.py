"""`bin/bench eye`: what a phone waits for: Chromium, an empty cache, a CPU slowed four times.

Of the page to sign in and the first page: the bytes over the wire with their headers, when the
largest thing is painted, and how far anything jumps; then how long a press takes to be answered.
The service worker is kept out: what it fetches later it has from the browser's own cache.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from bench.result import Result
from bench.stage import stage
from caddy.cli.demo import DEMO_PASSWORD

TIMES = 3
SLOWDOWN = 4
PHONE = {"width": 390, "height": 844}
MOST_KILOBYTES, MOST_LCP_MS, MOST_SHIFT, MOST_PRESS_MS = 100, 1000, 10, 100
SETTLED_MS = 1_500
PROGRAMS = (os.environ.get("CADDY_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

WATCH = """
window.seen = {lcp: 0, shift: 0, press: 0};
const watch = (type, note, more = {}) => new PerformanceObserver((list) => {
  for (const one of list.getEntries()) note(one);
}).observe({type, buffered: true, ...more});
watch("largest-contentful-paint", (one) => { seen.lcp = one.startTime; });
watch("layout-shift", (one) => { if (!one.hadRecentInput) seen.shift += one.value; });
watch("event", (one) => { if (one.interactionId) seen.press = Math.max(seen.press, one.duration); },
  {durationThreshold: 16});
"""


def run() -> list[Result]:
    program = next((found for name in PROGRAMS if name and (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit("Chromium is missing: apt install chromium")
    with stage() as here, sync_playwright() as playwright:
        here.redis()
        here.environment["CADDY_ENV"] = "development"  # its cookies go without TLS
        here.caddy("migrate")
        here.caddy("demo", "--yes")
        address = f"http://localhost:{here.serve()}"
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        cookies = _signed_in(browser, address)
        found = [
            *_opened(browser, "sign-in", f"{address}/sign-in", []),
            *_opened(browser, "first page", f"{address}/", cookies),
            _pressed(browser, "menu", f"{address}/", cookies, _open_menu),
            _pressed(browser, "shift moved", f"{address}/roster", cookies, _move_shift),
        ]
        browser.close()
    return found


def _signed_in(browser: Browser, address: str) -> list[Any]:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Email address").fill("casey@acacia.example")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    cookies: list[Any] = context.cookies()
    context.close()
    return cookies


def _fresh(browser: Browser, cookies: list[Any]) -> tuple[BrowserContext, Page, CDPSession]:
    """Open a browser that has seen nothing yet, on a slow phone."""
    context = browser.new_context(viewport=PHONE, service_workers="block", locale="en-AU")  # type: ignore[arg-type] # a dict is one
    if cookies:
        context.add_cookies(cookies)
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return context, page, devtools


def _opened(browser: Browser, name: str, url: str, cookies: list[Any]) -> list[Result]:
    sizes: list[float] = []
    paints: list[float] = []
    shifts: list[float] = []
    for _ in range(TIMES):
        context, page, devtools = _fresh(browser, cookies)
        arrived: list[float] = []
        devtools.on(
            "Network.loadingFinished", lambda one, to=arrived: to.append(one["encodedDataLength"])
        )
        page.goto(url, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        seen = page.evaluate("seen")
        sizes.append(sum(arrived) / 1000)
        paints.append(seen["lcp"])
        shifts.append(seen["shift"] * 1000)
        context.close()
    return [
        _result(f"over the wire, {name}", max(sizes), "kB", MOST_KILOBYTES),
        _result(f"largest paint, {name}", median(paints), "ms", MOST_LCP_MS),
        _result(f"layout shift x 1,000, {name}", max(shifts), "", MOST_SHIFT),
    ]


def _pressed(
    browser: Browser, name: str, url: str, cookies: list[Any], act: Callable[[Page], None]
) -> Result:
    """Return how long the slowest of some presses took until its answer was painted."""
    context, page, _ = _fresh(browser, cookies)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(url, wait_until="load")
    page.wait_for_timeout(SETTLED_MS)
    act(page)
    page.wait_for_timeout(SETTLED_MS)
    press = page.evaluate("seen.press")
    context.close()
    return _result(f"press answered, {name}", press, "ms", MOST_PRESS_MS)


def _open_menu(page: Page) -> None:
    for _ in range(TIMES):
        page.locator("details.menu summary").click()


def _move_shift(page: Page) -> None:
    page.locator(".roster__grip").first.focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "ArrowUp", "Escape"):
        page.keyboard.press(key)


def _result(name: str, value: float, unit: str, most: int) -> Result:
    return Result(name, value, unit, None, None, f"< {most} {unit}".strip(), value < most)
