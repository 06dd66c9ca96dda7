"""A worker's shift from its start to the signature, as a phone and a desk show it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, on_both_sizes
from tests.browser.test_offline import ITEM, clock_face, here


def plan(office: Page, whom: str, start: datetime) -> str:
    """Plan half an hour for Sam, whatever else he has then; return the shift's address."""
    end = start + timedelta(minutes=30)
    office.goto(f"/roster/new?participant={whom}")
    office.get_by_label("Worker", exact=True).select_option(label="Sam Supporter")
    office.get_by_label("Date").fill(start.date().isoformat())
    office.get_by_label("Start").fill(f"{start:%H:%M}")
    office.get_by_label("End", exact=True).fill(f"{end:%H:%M}")
    office.get_by_label("It ends the next day").set_checked(end.date() > start.date())
    office.get_by_label("Support item").fill(ITEM)
    with office.expect_navigation():
        office.get_by_role("button", name="Plan it").click()
    if office.get_by_label("Save all the same").count():
        office.get_by_label("Save all the same").check()
        office.get_by_role("button", name="Plan it").click()
    shift = office.locator(".shift", has_text=f"{clock_face(start)} to {clock_face(end)}").first
    return shift.get_attribute("href")


def finish(page: Page, begun: datetime) -> None:
    """Finish the shift that is open with the hour that it took, and go on to its signature."""
    ended = begun + timedelta(hours=1)
    page.get_by_role("link", name="Finish", exact=True).click()
    expect(page.get_by_label("Notes")).to_have_value("Went for a walk.")
    page.get_by_label("Date").fill(begun.date().isoformat())
    page.get_by_label("Start").fill(f"{begun:%H:%M}")
    page.get_by_label("End", exact=True).fill(f"{ended:%H:%M}")
    page.get_by_label("It ends the next day").set_checked(ended.date() > begun.date())
    page.get_by_label("Have it signed on this screen next").check()
    page.get_by_role("button", name="Finish the shift").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign the support")


def draw(page: Page) -> str:
    """Draw on the pad; return the strokes that the form holds."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
    return page.locator("[name=drawing]").input_value()


def sign(page: Page) -> None:
    assert re.fullmatch(r"M\d+ \d+(L\d+ \d+){3,}", draw(page))
    page.get_by_role("button", name="Clear the drawing").click()
    assert page.locator("[name=drawing]").input_value() == ""
    strokes = draw(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Type your full name.")
    expect(page.locator("[name=drawing]")).to_have_value(strokes)
    page.get_by_label("Your full name").fill("Grace Bell")
    page.get_by_label("The participant", exact=True).check()
    page.get_by_label(re.compile("I confirm that this support")).check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("The support is signed.")
    expect(page.locator("svg.drawn path")).to_have_attribute("d", strokes)


@on_both_sizes
def test_a_shift_is_started_noted_finished_and_signed(open_browser, viewport):
    place = {"latitude": -33.8688, "longitude": 151.2093}
    worker = open_browser("sam", viewport, geolocation=place, permissions=["geolocation"])
    office = open_browser("casey")
    worker.goto("/shifts/mine")
    whom = worker.locator("#log-whom option").nth(1).get_attribute("value")
    start = here() + timedelta(hours=6 if viewport is PHONE else 7)
    shift = plan(office, whom, start)

    worker.reload()
    worker.locator(f"#shift-{shift.rpartition('/')[2]} h3 a").click()
    worker.get_by_role("button", name="Start now").click()
    expect(worker.locator(".badge").first).to_have_text("In progress")
    worker.get_by_role("link", name="Write a note").click()
    worker.get_by_label("Notes").fill("Went for a walk.")
    worker.get_by_role("button", name="Keep the note").click()
    expect(worker.get_by_text("The note is kept.")).to_be_visible()
    finish(worker, here() - timedelta(hours=4 if viewport is PHONE else 6))
    sign(worker)
    expect(worker.locator(".badge").first).to_have_text("Completed")
    expect(worker.get_by_text("At -33.8688, 151.2093")).to_have_count(2)  # its start and its end
