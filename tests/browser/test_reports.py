"""A report as finance asks for it: a live bar, then files that stay."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, on_both_sizes
from tests.browser.test_main_job import add_participant


@on_both_sizes
def test_a_report_is_made_while_one_watches_and_its_files_stay(open_browser, viewport):
    page = open_browser("alex", viewport)
    add_participant(page, "430778021" if viewport is PHONE else "430778022", "Paper")
    whom = page.url.rpartition("/")[2]
    page.goto(f"/reports?participant={whom}")
    form = page.locator("#report-budget")
    expect(form.get_by_role("radio", name="Paper")).to_be_checked()
    expect(form.get_by_role("radio", name="Paper")).to_have_value(whom)
    form.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/tasks/*")
    address = page.url
    # Nothing is loaded again: the live event brings the files.
    expect(page.locator(".task[data-state='done']")).to_be_visible(timeout=60_000)
    assert page.url == address
    expect(page.get_by_role("button", name="Give up")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name=".pdf").click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.goto("/reports")
    expect(page.get_by_role("link", name=".xlsx").first).to_be_visible()
