"""What can be done without a mouse: the palette, keys that go to pages, fields in place, rows."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import PHONE, expect_scripts

FOCUSED = "document.activeElement"
# Gives each thing of a page the focus, one after another, and returns what stays behind the bar.
BEHIND_THE_BAR = """() => {
  const bar = document.querySelector(".navigation").getBoundingClientRect()
  const all = document.querySelectorAll("main :is(a[href], button, input, select, summary)")
  return [...all].filter((one) => {
    one.focus()
    return document.activeElement === one && one.getBoundingClientRect().bottom > bar.top
  }).map((one) => one.outerHTML.slice(0, 80))
}"""


def chosen(page):
    return page.locator('#palette-options [aria-selected="true"]')


def tab_to(page, selector: str, most: int = 120) -> None:
    """Push Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({selector!r})"):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def find(page, words: str, title: str | re.Pattern[str]) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-box")).to_be_focused()
    expect(page.locator("#palette-options [role=option]").first).to_be_visible()
    page.keyboard.type(words)
    expect(chosen(page)).to_have_text(title)
    page.keyboard.press("Enter")


def test_the_main_job_is_done_by_keys_alone_from_the_palette_to_the_budget(open_browser):
    page = open_browser("casey")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/participants**")
    name = page.locator("tbody th a").first.inner_text()
    find(page, name, re.compile(re.escape(name)))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect_scripts(page)
    find(page, "log a serv", re.compile("Log a service"))
    page.wait_for_url("**/services/new")
    page.keyboard.press("/")
    page.keyboard.type(name.split()[-1])
    option = page.locator("#results a", has_text=name.split()[-1]).first
    expect(option).to_be_visible()
    tab_to(page, "#results a")
    page.keyboard.press("Enter")
    page.wait_for_url("**participant=**")
    tab_to(page, "#start_time")  # the day is today; these minutes of it are over
    page.keyboard.type("1201AM")
    tab_to(page, "#end_time")
    page.keyboard.type("1202AM")
    tab_to(page, "#item_number")
    page.keyboard.type("01_011_0107_1_1")
    tab_to(page, "#notes")
    page.keyboard.type("Breakfast together.")
    page.keyboard.press("Enter")
    tab_to(page, "main form button.button--primary")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("remains in the budget")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/panel**")
    expect(page.locator("#panel")).to_be_visible()


def test_a_cost_that_is_worked_out_anew_leaves_the_focus_where_it_is(open_browser):
    page = open_browser("casey")
    page.goto("/services/new")
    page.locator("#results a").first.click()
    page.locator("#start_time").fill("00:01")
    page.locator("#end_time").fill("00:02")
    page.locator("#item_number").fill("01_011_0107_1_1")  # of the day, and this is the night
    page.locator("#notes").focus()
    right = page.locator("#use-right")
    right.focus()
    with page.expect_response("**/services/estimate**"):
        page.locator("#end_time").dispatch_event("change")
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(right).to_be_focused()


def test_the_palette_says_what_is_chosen_closes_by_escape_and_leaves_fields_alone(open_browser):
    page = open_browser("alex")
    page.goto("/participants")
    page.locator("#search").focus()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.locator("#search")).to_have_value("gp")
    page.keyboard.press("Control+k")
    box = page.locator("#palette-box")
    expect(page.locator("#palette-options [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("#palette-options [role=option]").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#search")).to_be_focused()
    page.locator("[data-palette-open]").click()
    expect(box).to_be_focused()
    page.keyboard.type("zzzz")
    expect(page.locator("[data-palette-status]")).to_have_text("Nothing found. Try fewer letters.")


def test_a_field_opens_in_place_and_focus_comes_back_to_where_it_was(open_browser):
    page = open_browser("casey")
    page.goto("/participants")
    page.locator("tbody th a").first.click()
    change = page.locator("#field-mobile a")
    change.focus()
    expect_scripts(page)
    page.keyboard.press("Enter")
    box = page.locator("#value-mobile")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(change).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator("#field-mobile .field__error")).to_be_visible()
    expect(box).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("0400 000 077")
    page.keyboard.press("Enter")
    expect(page.locator("#field-mobile")).to_contain_text("0400 000 077")
    expect(page.locator("#field-mobile a")).to_be_focused()


def test_rows_are_chosen_done_together_and_undone(open_browser):
    page = open_browser("casey")
    page.goto("/participants")
    page.get_by_label("Choose all on this page").check()
    count = page.locator("[data-pick]").count()
    expect(page.locator("[data-picked]")).to_have_text(f"{count} chosen")
    page.locator("[data-pick]").first.uncheck()
    expect(page.locator("[data-picked]")).to_have_text(f"{count - 1} chosen")
    page.get_by_role("button", name="Do something with those chosen").click()
    page.get_by_role("textbox", name="Tag").fill("Tried out")
    page.get_by_role("button", name="Add the tag").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"{count - 1} participants tagged")
    expect(heading).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(heading).to_have_text(f"{count - 1} participants put back as before")


def test_what_has_the_focus_is_never_behind_the_bar_of_a_phone(open_browser):
    page = open_browser("casey", PHONE)
    page.goto("/participants/new")
    assert page.evaluate(BEHIND_THE_BAR) == []


def test_what_was_typed_before_the_scripts_came_is_searched_once_they_are_there(open_browser):
    page = open_browser("casey", service_workers="block")  # or it would have the scripts already
    page.goto("/participants")
    name = page.locator("tbody th a").nth(3).inner_text()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/every_page.js*", hold)
    with page.expect_request("**/every_page.js*"):
        page.goto("/participants", wait_until="commit")
    page.locator("#search").fill(name)
    with page.expect_response("**/participants?*"):
        held.pop().continue_()
    expect(page.locator("tbody th a").first).to_have_text(name)
