"""Signing with a mouse: strokes on the canvas are kept, shown again and cleared."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def test_a_support_is_signed_with_strokes_on_a_phone(open_browser):
    page = open_browser(viewport=PHONE)
    page.goto("/services?status=completed")
    page.goto(page.locator("table a").first.get_attribute("href") + "/signing")
    canvas, field = page.locator("canvas"), page.locator("[name=drawing]")

    def draw():
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
        page.mouse.up()

    draw()
    assert re.fullmatch(r"M\d+ \d+(L\d+ \d+){3,}", field.input_value())
    page.get_by_role("button", name="Clear the drawing").click()
    assert field.input_value() == ""
    draw()
    strokes = field.input_value()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Type your full name.")
    assert page.locator("[name=drawing]").input_value() == strokes
    page.get_by_label("Your full name").fill("Grace Bell")
    page.get_by_label("The participant", exact=True).check()
    page.get_by_label(re.compile("I confirm that this support")).check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("The support is signed.")
    expect(page.locator("svg.drawn path")).to_have_attribute("d", strokes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
