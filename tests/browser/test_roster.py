"""The roster in a browser: shifts moved by pointer and by keys, and what is refused comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import add_participant

DAY = date.today() + timedelta(days=9 - date.today().weekday())  # the Wednesday after this week


def plan(page, participant_id: str, start: str, end: str) -> None:
    page.goto(f"/roster/new?participant={participant_id}&day={DAY}")
    page.get_by_label("Worker").select_option(label="Sam Supporter")
    page.get_by_label("Start").fill(start)
    page.get_by_label("End", exact=True).fill(end)
    page.get_by_label("Support item").fill("01_011_0107_1_1")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_text("committed.").first).to_be_visible()


@pytest.fixture
def roster(open_browser):
    """Open the week of two shifts of a new participant."""
    page = open_browser("casey")
    add_participant(page, "430779101", "Moved", "5000")
    own_id = page.url.rpartition("/")[2]
    plan(page, own_id, "05:00", "06:00")
    plan(page, own_id, "14:00", "15:00")
    page.goto(f"/roster?day={DAY}&participant={own_id}")
    return page


def column(page, days: int):
    return page.locator(f'[data-column][data-day="{DAY + timedelta(days=days)}"]')


def test_a_shift_moves_by_keys_and_by_pointer_and_comes_back_where_it_cannot_go(roster):
    page = roster
    voice = page.locator("[data-roster-voice]")
    grip = column(page, 0).locator(".roster__grip").first
    grip.focus()
    for key in ("Enter", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(voice).to_contain_text("5:15 am to 6:15 am")
    expect(column(page, 1).locator("[data-shift]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(column(page, 0).locator("[data-shift]")).to_have_count(2)
    expect(voice).to_contain_text("back where it was")
    expect(grip).to_be_focused()

    for key in ("Enter", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    moved = column(page, 1).locator("[data-shift]")
    expect(moved.locator(".roster__said")).to_contain_text("Moved. It costs")
    expect(moved.locator(".roster__grip")).to_be_focused()
    page.reload()
    expect(column(page, 1)).to_contain_text("5:15 am to 6:15 am")

    # A press that drags goes to another day; the link below it is not followed.
    card = column(page, 1).locator("[data-shift] .shift")
    begin, goal = card.bounding_box(), column(page, 2).bounding_box()
    page.mouse.move(begin["x"] + 20, begin["y"] + 10)
    page.mouse.down()
    page.mouse.move(goal["x"] + 30, begin["y"] + 12, steps=6)
    page.mouse.up()
    expect(column(page, 2).locator(".roster__said")).to_contain_text("Moved. It costs")
    expect(column(page, 2)).to_contain_text("5:15 am to 6:15 am")
    assert "/roster" in page.url
    page.get_by_role("button", name="Undo").click()
    expect(column(page, 1).locator(".roster__said")).to_contain_text("back where it was")

    # Where the worker is already, it is shown, refused, and back with the sentence.
    page.reload()
    other = column(page, 0).locator(".roster__grip")
    other.focus()
    for key in ("Enter", "ArrowRight", *["ArrowUp"] * 35, "Enter"):
        page.keyboard.press(key)
    refused = column(page, 0).locator(".roster__said--refused")
    expect(refused).to_contain_text("Sam is with")
    expect(column(page, 0)).to_contain_text("2:00 pm to 3:00 pm")
    expect(refused.get_by_role("link", name="Use the form")).to_be_visible()
