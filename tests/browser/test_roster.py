"""The roster in a browser: shifts moved by pointer and by keys, and what is refused comes back."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, expect_scripts, on_both_sizes
from tests.browser.test_main_job import add_participant

DAY = date.today() + timedelta(days=9 - date.today().weekday())  # the Wednesday after this week


def plan(page, participant_id: str, start: str, end: str) -> None:
    page.goto(f"/roster/new?participant={participant_id}&day={DAY}")
    page.get_by_label("Worker", exact=True).select_option(label="Sam Supporter")
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


def test_a_press_counts_although_the_price_arrives_between_press_and_release(open_browser):
    page = open_browser("casey")
    add_participant(page, "430779109", "Pressed", "5000")
    page.goto(f"/roster/new?participant={page.url.rpartition('/')[2]}&day={DAY}")
    button = page.get_by_role("button", name="Plan it")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    grow = "(by) => { document.getElementById('estimate').style.paddingBlockEnd = `${by}px` }"
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] - 60)  # drawn away, it is not meant any more
    page.mouse.up()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.evaluate(grow, 200)
    page.mouse.up()
    expect(page.get_by_role("alert").first).to_be_visible()  # nothing was filled in


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


def plan_weekly(page, participant_id: str, first: date) -> int:
    """Plan an hour every week for three weeks; return how many shifts that makes."""
    page.goto(f"/roster/new?participant={participant_id}&day={first}")
    page.get_by_label("Worker", exact=True).select_option(label="Sam Supporter")
    page.get_by_label("Start").fill("05:00")
    page.get_by_label("End", exact=True).fill("06:00")
    page.get_by_label("Support item").fill("01_011_0107_1_1")
    page.get_by_text("Every week", exact=True).click()
    page.get_by_label("It comes back every week").check()
    page.get_by_label("Not on public holidays").check()
    page.get_by_role("button", name="Plan it").click()
    # Folded away is only what was not filled in: what is missing can be seen.
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_label("It comes back every week")).to_be_checked()
    page.get_by_label("Last day").fill((first + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="Plan it").click()
    said = page.get_by_text(re.compile(r"Planned \d shifts: \$"))
    expect(said).to_be_visible()
    return int(re.search(r"Planned (\d)", said.inner_text())[1])


def drag(page, card, goal) -> None:
    """Drag a shift to the top of another day: beside its own, or on a phone below it."""
    expect_scripts(page)
    card.evaluate("one => one.scrollIntoView({ block: 'center' })")
    begin, end = card.bounding_box(), goal.bounding_box()
    is_beside = end["y"] <= begin["y"]
    page.mouse.move(begin["x"] + 20, begin["y"] + 10)
    page.mouse.down()
    to = begin["y"] + 12 if is_beside else end["y"] + 15
    page.mouse.move(end["x"] + 30, to, steps=6)
    page.mouse.up()


@on_both_sizes
def test_shifts_of_every_week_are_moved_put_back_and_cancelled(open_browser, viewport):
    page = open_browser("casey", viewport)
    is_phone = viewport is PHONE
    add_participant(page, "430779102" if is_phone else "430779103", "Weekly", "5000")
    # The Tuesday or the Thursday in two weeks: what one plans is not there for the other.
    first = DAY + timedelta(days=6 if is_phone else 8)
    count = plan_weekly(page, page.url.rpartition("/")[2], first)

    day = page.locator(f'[data-column][data-day="{first}"]')
    after = page.locator(f'[data-column][data-day="{first + timedelta(days=1)}"]')
    drag(page, day.locator("[data-shift] .shift"), after)
    expect(after.locator(".roster__said")).to_contain_text("Moved. It costs")
    after.get_by_role("button", name="Undo").click()
    expect(day.locator(".roster__said")).to_contain_text("back where it was")
    expect(day.locator(".roster__grip")).to_be_focused()

    day.get_by_role("link", name="Move").click()
    page.get_by_label("Start").fill("05:30")
    page.get_by_label("End", exact=True).fill("06:30")
    page.get_by_label("This shift and all after it").check()
    page.get_by_role("button", name="Check what will happen").click()
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview tbody tr")).to_have_count(count)
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text(f"Moved {count} shifts.")).to_be_visible()

    page.get_by_role("link", name="Cancel this and all after it").click()
    page.get_by_label("Why").fill("Away until the new year.")
    page.get_by_role("button", name="Cancel them").click()
    expect(page.get_by_text(f"Cancelled {count} shifts:")).to_be_visible()
    expect(day.locator(".shift--cancelled")).to_contain_text("5:30 am to 6:30 am")
    page.get_by_role("navigation", name="Days").get_by_role("link", name="Today").click()
    expect(page.locator(".roster__day--today .roster__title")).to_be_in_viewport()
