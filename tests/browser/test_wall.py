"""The wall of budgets: it says when it is cut off, and orders itself when nobody is pointing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_main_job import add_participant, log_service


def test_the_wall_follows_in_place_orders_later_and_says_when_it_is_cut_off(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430778031", "Bricks", "100")
    address = admin.url
    wall = open_browser("casey")
    wall.goto("/panel?wall=1&category=core&sort=used")
    expect(wall.locator("#live-status")).to_have_text("Live")
    expect(wall.locator(".wall__lost")).to_be_hidden()
    expect(wall.get_by_role("button", name="Full screen")).to_be_visible()
    link = wall.locator(".budget__who a").first
    first = link.get_attribute("href")
    link.focus()

    log_service(admin, address, "09:00", "10:15")
    admin.get_by_role("button", name="Log the service").click()
    expect(admin.get_by_text("Logged")).to_be_visible()
    again = wall.get_by_role("button", name="Show the new order")
    expect(again).to_be_visible()
    expect(link).to_have_attribute("href", first)
    expect(link).to_be_focused()
    link.blur()
    expect(again).to_be_hidden(timeout=10_000)

    wall.context.set_offline(True)
    wall.evaluate("document.querySelector('#live-stream')._htmx.sse.reader?.cancel()")
    expect(wall.locator(".wall__lost")).to_be_visible()
    wall.context.set_offline(False)
    expect(wall.locator(".wall__lost")).to_be_hidden(timeout=15_000)
