"""A real Caddy, started as `bin/up` does, and a real Chromium that watches every page."""

from __future__ import annotations

import email.policy
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from caddy.cli.demo import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Two cores serve the tests, the browser and both servers: patience is no weakness here.
expect.set_options(timeout=20_000)

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
on_both_sizes = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
MAIL_ARRIVES = 20  # seconds

# What no journey may meet, said by the page itself: sideways scroll, and a focus that a swap took.
WATCHED = """
if (window === top) addEventListener("load", () => {
  const look = () => {
    const wide = document.documentElement.scrollWidth
    if (wide > innerWidth) console.error(`scrolls sideways: ${wide} px in ${innerWidth}`)
  }
  let held = null, main = null
  document.addEventListener("htmx:before:swap", () => {
    held = document.activeElement
    main = document.getElementById("main")
  })
  document.addEventListener("htmx:after:swap", () => requestAnimationFrame(() => {
    look()
    const isLost = held && !held.isConnected && document.activeElement === document.body
    // Back and forward replace the whole page, as any other way to go there does.
    if (isLost && main?.isConnected) console.error(`a swap took the focus: ${held.outerHTML}`)
    held = null
  }))
  look()
})
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    shell = "chromium-headless-shell"  # as bin/test says
    others = ("chromium", "chromium-browser", "google-chrome")
    names = (os.environ.get("CADDY_CHROMIUM"), shell, *others)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        message = "Chromium is missing: apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)  # not in CI: on a machine without a browser the others still run
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


class Server:
    """A running Caddy: its address, its folder, and how to end it."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.var = Path(tempfile.mkdtemp(prefix="caddy-browser-"))
        self.process: subprocess.Popen[str] | None = None
        self.said = ""
        self.sessions: dict[tuple[str, int], list[Any]] = {}

    def environment(self) -> dict[str, str]:
        elsewhere = {"DATABASE_URL", "CADDY_MIGRATION_DATABASE_URL", "REDIS_URL"}
        kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
        return kept | {
            "CADDY_ENV": "development",
            "CADDY_VAR": str(self.var),
            "CADDY_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }

    def start(self) -> str:
        """Start it and return what it said until it was ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "caddy.cli", "up"],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        assert self.process.stdout
        for line in self.process.stdout:
            said.append(line)
            if "Ctrl-C stops everything" in line:
                self.said = "".join(said)
                return self.said
        raise AssertionError("Caddy did not start:\n" + "".join(said))

    def stop(self, kind: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(kind)
        assert self.process.stdout
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(20)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "caddy.cli", *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )


def left_behind(var: Path) -> list[str]:
    """Return the programs that still run with this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(var) in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_until_gone(var: Path, within: float = 12) -> list[str]:
    """Return what still runs with a folder after some seconds."""
    until = time.monotonic() + within
    while left_behind(var) and time.monotonic() < until:
        time.sleep(0.1)
    return left_behind(var)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return the one Caddy of all these tests: a start takes as long as ten of them."""
    running = Server()
    running.start()
    yield running
    code = running.stop(signal.SIGINT)
    left = wait_until_gone(running.var)
    has_socket = (running.var / "redis.sock").exists()
    shutil.rmtree(running.var, ignore_errors=True)
    assert (code, left, has_socket) == (0, [], False), "Ctrl-C did not stop all of it"


@pytest.fixture
def open_browser(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a browser of one's own, signed in as someone; fail where a page complains."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    opened: Counter[str] = Counter()

    def make(who: str | None = "alex", viewport: dict[str, int] | None = None, **more) -> Page:
        context = chromium.new_context(
            viewport=viewport or DESKTOP, base_url=server.url, locale="en-AU", **more
        )
        contexts.append(context)
        context.add_init_script(WATCHED)
        page = context.new_page()
        watch(page, complaints)
        if who:
            come_back(context, page, server, who, opened[who])
            opened[who] += 1
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


# A form that was refused, and what the test itself cut or forbade, are no complaints.
EXPECTED = (
    "status of 422",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
    "TypeError: Failed to fetch",
    "htmx:sse:error",
    "Service Worker registration blocked by Playwright",
)


def watch(page: Page, complaints: list[str]) -> None:
    """Note every console error, failed request and policy violation."""

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            words in message.text for words in EXPECTED
        ):
            complaints.append(f"{page.url}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.status != 422:
            complaints.append(f"{response.status} {response.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("response", answered)


def expect_scripts(page: Page) -> None:
    """Wait until the scripts of the page that is shown have run: earlier no key is heard by them.

    `goto` and `wait_for_url` wait for it; a heading that is there says only that it was read.
    """
    page.wait_for_load_state("domcontentloaded")


def come_back(context: BrowserContext, page: Page, server: Server, who: str, number: int) -> None:
    """Give a browser someone's session; they sign in where an earlier test has not, or went.

    Each of the browsers that one test opens for a person has a session of its own. Whether it
    holds, a small page is asked for, unseen: the first one that is seen is the test's own.
    """
    context.add_cookies(server.sessions.get((who, number), []))
    answer = context.request.get("/settings/look", max_redirects=0, max_retries=2)
    if answer.status != HTTPStatus.OK:
        sign_in(page, f"{who}@acacia.example")
        server.sessions[who, number] = context.cookies()


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")


def confirm(page: Page) -> None:
    """Say that it is still them, where what was asked for matters and they came in long ago."""
    if page.url.partition("?")[0].endswith("/confirmation"):
        page.get_by_label("Password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Go on", exact=True).click()


def mailed(server: Server, to: str, path: str) -> str:
    """Return the path of the link that someone was mailed, once the mail is there."""
    until = time.monotonic() + MAIL_ARRIVES
    while time.monotonic() < until:
        for place in (server.var / "mail").glob("*.eml"):
            mail = message_from_bytes(place.read_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",)) if mail["To"] == to else None
            if body and (found := re.search(rf"{path}\S+", body.get_content())):
                return found[0]
        time.sleep(0.05)
    raise AssertionError(f"No mail with {path} came to {to}.")
