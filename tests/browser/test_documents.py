"""Adding documents as people do: dropped, refused with nothing lost, seen at once, shared."""

from __future__ import annotations

import base64
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import on_both_sizes
from tests.documents import png

DROP = """([area, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "kitchen_door.png", { type: "image/png" }));
  const drop = document.querySelector(area);
  drop.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true }));
  drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""


@on_both_sizes
def test_a_dropped_picture_is_kept_through_a_refusal_and_then_seen_and_shared(
    open_browser, viewport
):
    page = open_browser("alex", viewport)
    page.goto("/documents/new?organization=1")
    soon = date.today() + timedelta(days=20)
    page.get_by_label("Expires on").fill(soon.isoformat())
    page.evaluate(DROP, ["[data-drop]", base64.b64encode(png()).decode()])
    expect(page.get_by_text("kitchen_door.png, 1 KB")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what it is.")
    # What was chosen is chosen still: only the kind was missing.
    expect(page.get_by_text("kitchen_door.png, 1 KB")).to_be_visible()
    page.get_by_label("What is it?").select_option("photo")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Kitchen door", level=1)).to_be_visible()
    shown = page.get_by_role("img", name="Kitchen door")
    expect(shown).to_be_visible()
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 30
    here = page.url
    # What was sent by script is a step of its own: back leads to the form, and on to the document.
    page.go_back()
    expect(page.get_by_role("heading", name="Add documents", level=1)).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", name="Kitchen door", level=1)).to_be_visible()
    assert page.url == here
    said = f"Expires {soon.day} {soon:%b %Y}"
    expect(page.locator(".expiry--soon")).to_have_text(said)
    page.goto("/documents?expiring=1")
    own = page.locator(f'a[href$="{here.rpartition("/")[2]}"]')
    expect(page.locator("tr", has=own)).to_contain_text(said)
    page.goto(here)
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address to send").input_value()
    stranger = open_browser(None)
    with stranger.expect_download() as download:
        stranger.evaluate("address => { location.href = address; }", address)
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
