"""Adding documents as people do: dropped, refused with nothing lost, seen at once, shared."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.documents import png

DROP = """([area, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "kitchen_door.png", { type: "image/png" }));
  const drop = document.querySelector(area);
  drop.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true }));
  drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""


def test_a_dropped_picture_is_kept_through_a_refusal_and_then_seen_and_shared(open_browser):
    import base64

    page = open_browser("alex")
    page.goto("/documents/new?organization=1")
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
    assert "/documents/" in page.url
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address to send").input_value()
    stranger = open_browser(None)
    with stranger.expect_download() as download:
        stranger.evaluate("address => { location.href = address; }", address)
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_documents_are_added_without_script_too(open_browser):
    page = open_browser("alex", java_script_enabled=False)
    page.goto("/documents/new?organization=1")
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": png()} for name in ("a1", "b2")
    ]
    page.get_by_label("Choose files").set_input_files(files)
    page.get_by_label("What is it?").select_option("photo")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 documents were added.")).to_be_visible()
    expect(page.get_by_role("link", name="B2")).to_be_visible()
