"""A file of another system through the wizard to its result, and what is here as a file."""

from __future__ import annotations

import csv

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, on_both_sizes
from tests.imports import people_file


def stat(page, label: str) -> str:
    card = page.locator(".stat", has=page.get_by_text(label, exact=True))
    return card.locator(".stat__value").inner_text()


def saved(page, link) -> str:
    with page.expect_download() as caught:
        link.click()
    return caught.value.path().read_text("utf-8-sig")


@on_both_sizes
def test_a_file_goes_in_by_the_wizard_and_comes_out_as_a_list(open_browser, viewport):
    last, first = ("Pocketfile", 430_777_041) if viewport is PHONE else ("Deskfile", 430_777_051)
    page = open_browser("casey", viewport)
    page.goto("/imports")
    page.get_by_role("link", name="Load a file").first.click()
    page.get_by_label("What is in the file?").select_option("participants")
    content = people_file(first, first + 1, 12, last=last)
    file = {"name": "clients.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is what?")
    expect(page.get_by_label("Client id")).to_have_value("legacy_id")
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    assert [stat(page, label) for label in ("New", "Changed", "Failed")] == ["2", "0", "1"]
    expect(page.get_by_text("An NDIS number has 9 digits")).to_be_visible()

    page.get_by_role("button", name="Load 2 entries now").click()
    # Nothing is pressed: when the worker is done, the page says what came of it.
    expect(page.get_by_role("heading", name="What was loaded")).to_be_visible()
    expect(page.get_by_role("button", name="Stop it")).to_have_count(0)
    assert [stat(page, label) for label in ("New", "Failed")] == ["2", "1"]
    failed = saved(page, page.get_by_role("link", name="Failed rows"))
    assert [row["NDIS Number"] for row in csv.DictReader(failed.splitlines())] == ["12"]

    page.goto("/participants")
    page.get_by_label("Search by name or NDIS number").fill(last)
    expect(page.get_by_role("status").first).to_have_text("2 participants")
    # The search is answered: to leave it for a row asks for nothing more, which would untick it.
    page.evaluate("document.getElementById('results').isTheSame = true")
    page.get_by_label("Choose P").first.check()
    listed = saved(page, page.get_by_role("link", name="This list as CSV"))
    assert page.evaluate("document.getElementById('results').isTheSame")
    expect(page.get_by_label("Choose P").first).to_be_checked()
    assert len(listed.splitlines()) == 3
    assert f"P{first}" in listed
    page.locator("tbody th a").first.click()
    expect(page.locator("article.budget")).to_contain_text("$1,000.00")
