"""Caddy on a phone without a network: what is done there is kept, and goes up later, once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Server, sign_in

ITEM = "01_011_0107_1_1"
READY = "navigator.serviceWorker.ready.then(() => caches.keys())"
NETWORK_SAID = ("ERR_", "Failed to fetch", "TimeoutError", "TypeError: network error")


class Line:
    """What lies between a phone and Caddy: it can lose one answer on its way back."""

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.loses: bytes | None = None
        self.lost = 0
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self.stopped = asyncio.Event()
        is_open = threading.Event()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self._open(is_open),))
        self.thread.start()
        is_open.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _open(self, is_open: threading.Event) -> None:
        calls: set[asyncio.Task[None]] = set()

        async def take(*ends: asyncio.StreamReader | asyncio.StreamWriter) -> None:
            calls.add(asyncio.current_task())
            await self._connect(*ends)

        listener = await asyncio.start_server(take, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        is_open.set()
        await self.stopped.wait()
        listener.close()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    async def _connect(self, up, down) -> None:
        """Pass on what a phone sends and what it is answered, until either end is gone."""
        answers = sends = None
        try:
            answers, sends = await asyncio.open_connection("127.0.0.1", self.behind)
            state = {"loses": False}
            passing = [
                asyncio.ensure_future(self._pass(up, sends, state, is_up=True)),
                asyncio.ensure_future(self._pass(answers, down, state, is_up=False)),
            ]
            try:
                await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in passing:
                    one.cancel()
                await asyncio.gather(*passing, return_exceptions=True)
        except OSError:
            pass  # Caddy is away
        finally:
            for end in (down, sends):
                if end is not None:
                    end.close()

    async def _pass(self, source, to, state, *, is_up: bool) -> None:
        while data := await source.read(65_536):
            if is_up and self.loses and data.startswith(self.loses):
                state["loses"], self.loses = True, None
            if not is_up and state["loses"]:  # it answered: what was sent is stored
                self.lost += 1
                return
            to.write(data)
            await to.drain()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture(scope="module")
def line(server: Server) -> Iterator[Line]:
    made = Line(server.port)
    yield made
    made.close()


@pytest.fixture
def phone(chromium, line) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE, base_url=line.url, locale="en-AU")
    yield context
    context.close()


@pytest.fixture
def worker(phone) -> Page:
    """Return Sam's phone, which has opened Caddy once and so keeps what it needs."""
    page = phone.new_page()
    sign_in(page, "sam@acacia.example")
    keeps(page)
    return page


def keeps(page: Page) -> None:
    """Wait until a phone keeps the week as it is now."""
    page.evaluate("caches.keys().then((all) => Promise.all(all.filter((one) => one.startsWith('personal-')).map((one) => caches.delete(one))))")
    page.goto("/shifts/mine")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function(
        "async () => Boolean(await caches.match('/shifts/mine') && await caches.match('/waiting')"
        " && navigator.serviceWorker.controller)"
    )


def here() -> datetime:
    return datetime.now(ZoneInfo("Australia/Sydney"))


def plan(open_browser) -> str:
    """Have an administrator plan a shift for Sam in an hour; return its address."""
    admin = open_browser("alex")
    admin.goto("/shifts/mine")
    sam = open_browser("sam")
    sam.goto("/participants")
    whom = sam.locator("table a").first.get_attribute("href").rpartition("/")[2]
    start = here() + timedelta(hours=1 + plan.count)
    plan.count += 1
    end = start + timedelta(minutes=30)
    admin.goto(f"/roster/new?participant={whom}")
    worker = admin.locator("#worker option", has_text="Sam").first.get_attribute("value")
    admin.locator("#worker").select_option(worker)
    admin.get_by_label("Date").fill(start.date().isoformat())
    admin.get_by_label("Start").fill(f"{start:%H:%M}")
    admin.get_by_label("End", exact=True).fill(f"{end:%H:%M}")
    admin.get_by_label("It ends the next day").set_checked(end.date() > start.date())
    admin.get_by_label("Support item").fill(ITEM)
    admin.locator("form:has(#worker) button:not([hidden]):not([name])").first.click()
    admin.wait_for_timeout(1500)
    admin.screenshot(path="/tmp/h/o8/plan.png", full_page=True)
    return admin.url


plan.count = 0


def test_x(open_browser, worker, line, server):
    import time
    t=time.time()
    print(plan(open_browser))
    print("plan", time.time()-t); t=time.time()
    keeps(worker)
    worker.screenshot(path="/tmp/h/o8/week.png", full_page=True)
    server.stop(); print("stop", time.time()-t); t=time.time()
    worker.reload()
    worker.screenshot(path="/tmp/h/o8/week-off.png", full_page=True)
    server.start(); print("start", time.time()-t)
