"""Caddy on a phone without a network: what is done there is kept, and goes up later, once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Server, sign_in

ITEM = "01_011_0107_1_1"
WAITING = "On this phone, not sent yet"
LONG_AGO = datetime.now(ZoneInfo("Australia/Sydney")).date() - timedelta(days=8)
PERSONAL = "caches.keys().then((all) => all.filter((one) => one.startsWith('personal-')))"
FORGET = f"{PERSONAL}.then((all) => Promise.all(all.map((one) => caches.delete(one))))"
KEPT = """async () => {
    const isKept = async () => navigator.serviceWorker.controller
        && await caches.match('/shifts/mine') && await caches.match('/waiting');
    while (!(await isKept())) await new Promise((again) => setTimeout(again, 50));
}"""


class Line:
    """What lies between a phone and Caddy: it can be cut, and lose answers on their way back."""

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.is_cut = False
        self.loses: bytes | None = None
        self.lost = 0
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self.stopped = asyncio.Event()
        is_open = threading.Event()
        self.thread = threading.Thread(
            target=self.loop.run_until_complete, args=(self._open(is_open),)
        )
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
            if self.is_cut:
                raise OSError
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
        while (data := await source.read(65_536)) and not self.is_cut:
            if is_up and self.loses and data.startswith(self.loses):
                state["loses"] = True
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


@pytest.fixture(scope="module")
def office(chromium, server) -> Iterator[Page]:
    """Return a browser of the office, where shifts are planned and moved."""
    context = chromium.new_context(viewport=DESKTOP, base_url=server.url, locale="en-AU")
    page = context.new_page()
    sign_in(page, "alex@acacia.example")
    yield page
    context.close()


def keeps(page: Page) -> None:
    """Wait until a phone keeps the week as it is now."""
    page.goto("/shifts/mine")
    page.evaluate(FORGET)
    page.reload()
    page.evaluate(KEPT)


def here() -> datetime:
    return datetime.now(ZoneInfo("Australia/Sydney"))


def clock_face(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def plan(office: Page, worker: Page, hours: int) -> str:
    """Plan a shift of today for Sam, in some hours; return its address."""
    whom = worker.locator("#log-whom option").nth(1).get_attribute("value")
    # Not over, and of today: on another day it could not be started.
    start = min(here() + timedelta(hours=hours), here().replace(hour=23, minute=59))
    end = start + timedelta(minutes=30)
    office.goto(f"/roster/new?participant={whom}")
    sam = office.locator("#worker option", has_text="Sam").first.get_attribute("value")
    office.locator("#worker").select_option(sam)
    office.get_by_label("Date").fill(start.date().isoformat())
    office.get_by_label("Start").fill(f"{start:%H:%M}")
    office.get_by_label("End", exact=True).fill(f"{end:%H:%M}")
    office.get_by_label("It ends the next day").set_checked(end.date() > start.date())
    office.get_by_label("Support item").fill(ITEM)
    office.get_by_label("Support item").press("Tab")
    expect(office.locator("#estimate")).to_contain_text("Cost of each")  # as a person reads it
    office.locator("form:has(#worker) button:not([hidden]):not([name])").first.click()
    link = office.locator(".shift", has_text=f"{clock_face(start)} to {clock_face(end)}").first
    address = link.get_attribute("href")
    office.goto("about:blank")
    keeps(worker)
    return address


def card_of(page: Page, shift: str):
    return page.locator(f"#shift-{shift.rpartition('/')[2]}")


def log(page: Page, item: str = ITEM) -> None:
    """Log an hour of a week ago in the form that the phone keeps."""
    page.locator("#log summary").click()
    form = page.locator("#log form")
    form.get_by_label("For", exact=True).select_option(index=1)
    form.get_by_label("Date").fill(LONG_AGO.isoformat())
    form.get_by_label("Start").fill("09:00")
    form.get_by_label("End", exact=True).fill("10:00")
    form.get_by_label("Support item").fill(item)
    form.get_by_label("Notes").fill("Went to the library.")
    form.get_by_role("button", name="Log the service").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WAITING)


def logged(page: Page) -> int:
    """Return how many services Sam has on that day."""
    address = f"/services?mine=1&from={LONG_AGO}&to={LONG_AGO}"
    # Once more where the server, as it does after a while, closed the connection it is asked on.
    answer = page.request.get(address, max_retries=2)
    return answer.text().count('href="/services/0')


def test_a_shift_worked_without_a_network_goes_up_by_itself_in_order(office, phone, worker, line):
    shift = plan(office, worker, 1)
    line.is_cut = True
    phone.set_offline(True)
    worker.goto(shift)
    assert worker.url.endswith(f"/shifts/mine#shift-{shift.rpartition('/')[2]}")
    card = card_of(worker, shift)
    card.get_by_role("button", name="Start now").click()
    expect(card).to_contain_text("on this phone, not sent yet")
    card.locator("summary", has_text="Write a note").click()
    card.locator("form[data-waits=note] textarea").fill("Went for a walk.")
    card.get_by_role("button", name="Keep the note").click()
    expect(card).to_contain_text("A note is kept on this phone")
    card.locator("summary", has_text="Finish").click()
    form = card.locator("form[data-waits=finish]")
    expect(form.get_by_label("Notes")).to_have_value("Went for a walk.")
    begun, ended = here() - timedelta(hours=2), here() - timedelta(hours=1)
    form.get_by_label("Date").fill(begun.date().isoformat())
    form.get_by_label("Start").fill(f"{begun:%H:%M}")
    form.get_by_label("End", exact=True).fill(f"{ended:%H:%M}")
    form.get_by_label("It ends the next day").set_checked(ended.date() > begun.date())
    form.locator("summary", has_text="Travel to this support").click()
    form.get_by_label("Kilometres").fill("12")
    form.get_by_role("button", name="Finish the shift").click()
    expect(card).to_contain_text("Finished on this phone")
    expect(worker.locator("[data-waiting-count]")).to_have_text("3")
    worker.close()  # the tab is killed while they wait

    again = phone.new_page()
    again.goto("/waiting")
    expect(again.locator(".waiting__entry h2")).to_contain_text(["Start:", "Note:", "Finish:"])
    line.is_cut = False
    phone.set_offline(False)
    expect(again.get_by_text("Everything is sent.")).to_be_visible(timeout=60_000)
    expect(again.locator("[data-waiting]")).to_be_hidden()
    again.goto(shift)
    steps = again.locator(".moment")
    expect(steps).to_contain_text(["Scheduled", "In progress", "Note written", "Completed"])
    expect(again.get_by_text(f"{clock_face(begun)} to {clock_face(ended)}")).to_be_visible()
    expect(again.get_by_role("link", name="Travel costs (kilometres and tolls)")).to_be_visible()


def test_an_answer_lost_after_the_commit_is_asked_for_again_and_nothing_is_stored_twice(
    worker, line
):
    before = logged(worker)
    line.loses = b"POST /services "
    log(worker)
    assert line.lost >= 1
    assert logged(worker) == before + 1, "it was stored, and the phone does not know"
    line.loses = None
    worker.goto("/waiting")  # it is sent again by itself, as by any page
    expect(worker.get_by_text("Everything is sent.")).to_be_visible()
    assert logged(worker) == before + 1


def test_what_caddy_refuses_comes_back_as_a_form_to_fix_and_to_send_again(office, phone, worker):
    shift = plan(office, worker, 2)
    phone.set_offline(True)
    worker.reload()
    card_of(worker, shift).get_by_role("button", name="Start now").click()
    expect(worker.locator("[data-waiting-count]")).to_have_text("1")
    log(worker, "99_999_9999_9_9")
    moved = here() + timedelta(hours=3)
    office.goto(f"{shift}/move")
    office.get_by_label("Date").fill(moved.date().isoformat())
    office.get_by_label("Start").fill(f"{moved:%H:%M}")
    office.get_by_label("End", exact=True).fill(f"{moved + timedelta(minutes=9):%H:%M}")
    ends = moved + timedelta(minutes=9)
    office.get_by_label("It ends the next day").set_checked(ends.date() > moved.date())
    office.get_by_role("button", name="Move it").click()
    expect(office.get_by_text("Moved. It costs")).to_be_visible()
    office.goto("about:blank")
    phone.set_offline(False)
    start, entry = (
        worker.locator(".waiting__entry").nth(0),
        worker.locator(".waiting__entry").nth(1),
    )
    expect(start.get_by_role("alert")).to_contain_text("changed this shift in the meantime")
    expect(entry.get_by_role("alert")).to_be_visible()
    expect(entry.get_by_label("Notes")).to_have_value("Went to the library.")
    expect(entry.get_by_label("Support item")).to_have_attribute("aria-invalid", "true")
    before = logged(worker)
    entry.get_by_label("Support item").fill(ITEM)
    entry.get_by_role("button", name="Send again").click()
    expect(worker.locator(".waiting__entry")).to_have_count(1)
    assert logged(worker) == before + 1
    start.get_by_role("button", name="Send again").click()
    expect(worker.get_by_text("Everything is sent.")).to_be_visible()
    worker.goto(shift)
    expect(worker.locator(".badge").first).to_have_text("In progress")


def test_what_waits_is_its_persons_own_and_signing_out_wipes_the_phone(phone, worker):
    before = logged(worker)
    phone.set_offline(True)
    worker.reload()
    log(worker)
    phone.clear_cookies()  # the session ends meanwhile
    phone.set_offline(False)
    expect(worker.get_by_role("link", name="Sign in to send them")).to_be_visible()
    assert worker.evaluate(PERSONAL) == [], "nothing of a session that is over is kept"

    sign_in(worker, "casey@acacia.example")
    worker.goto("/waiting")
    expect(worker.get_by_text("Everything is sent.")).to_be_visible()
    expect(worker.locator(".waiting__entry")).to_have_count(0)
    sign_out(worker)
    sign_in(worker, "sam@acacia.example")
    worker.goto("/waiting")
    expect(worker.get_by_text("Everything is sent.")).to_be_visible()
    assert logged(worker) == before + 1

    keeps(worker)
    phone.set_offline(True)
    worker.reload()
    log(worker)
    worker.get_by_label("Your menu").click()
    worker.get_by_role("button", name="Sign out", exact=True).click()
    expect(worker.get_by_text("Signing out deletes what is not sent")).to_be_visible()
    worker.get_by_role("button", name="Discard", exact=True).click()
    worker.get_by_role("button", name="Discard it").click()
    expect(worker.locator(".waiting__entry")).to_have_count(0)
    phone.set_offline(False)
    assert worker.evaluate(PERSONAL) != []
    sign_out(worker)
    assert worker.evaluate(PERSONAL) == []
    assert worker.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert logged_as_sam(worker) == before + 1


def logged_as_sam(page: Page) -> int:
    sign_in(page, "sam@acacia.example")
    return logged(page)


def sign_out(page: Page) -> None:
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
