"""From services that are held back to the file that the agency gets, on a phone and a desktop."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, on_both_sizes
from tests.browser.test_main_job import add_participant, log_service, yesterday


def total_of(path: Path) -> Decimal:
    """Return what the rows of a bulk file come to, by the agency's columns alone."""
    total = Decimal(0)
    for row in csv.DictReader(path.read_text("ascii").splitlines()):
        hours, _, minutes = row["Hours"].partition(":")
        taken = Decimal(int(hours) * 60 + int(minutes)) / 60
        total += (Decimal(row["UnitPrice"]) * taken).quantize(Decimal("0.01"))
    return total


def money(text: str) -> Decimal:
    return Decimal(re.search(r"\$([\d,]+\.\d\d)", text)[1].replace(",", ""))


def log(page, participant_url: str, start: str, end: str) -> None:
    log_service(page, participant_url, start, end)
    page.get_by_role("button", name="Log the service").click()
    expect(page.locator(".toasts")).to_contain_text("Logged ")


def agree(page) -> None:
    """Draft and sign an agreement from the form that the claim led to."""
    page.get_by_label("Ends").fill(yesterday().replace(year=yesterday().year + 1).isoformat())
    page.get_by_label("Support item").first.fill("01_011_0107_1_1")
    page.get_by_role("button", name="Save the draft").last.click()
    page.get_by_label("Signed on").fill(yesterday().isoformat())
    page.get_by_label("Signed by").fill("Wren")
    page.get_by_role("button", name="Sign the agreement").click()


@on_both_sizes
def test_from_services_that_are_held_back_to_the_file_that_is_sent(
    open_browser, viewport, tmp_path
):
    name = "Small" if viewport is PHONE else "Large"
    page = open_browser("alex", viewport)
    add_participant(page, "430777012" if viewport is PHONE else "430777011", name)
    whom = page.url
    log(page, whom, "08:00", "10:10")
    log(page, whom, "11:00", "12:25")

    page.goto("/claims")
    page.get_by_role("link", name="Build a claim").first.click()
    page.get_by_label("Whom").select_option(whom.rpartition("/")[2])
    expect(page.get_by_text("0 to claim, 2 held back.")).to_be_visible()
    expect(page.get_by_text("No signed service agreement covers this day.").first).to_be_visible()
    page.get_by_role("link", name="Add an agreement").first.click()
    agree(page)
    page.get_by_role("link", name="Back to the claim").click()
    expect(page.get_by_text("2 to claim, 0 held back.")).to_be_visible()
    expected = money(page.get_by_role("button", name="Build the draft").inner_text())
    page.get_by_role("button", name="Build the draft").click()
    expect(page.get_by_text("This draft cannot be sent as it is")).to_have_count(0)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator('[aria-current="step"]')).to_contain_text("Submitted")
    with page.expect_download() as caught:
        page.get_by_role("link", name=re.compile(r"^C\d{6}-01\.CSV")).click()
    path = tmp_path / "bulk.csv"
    caught.value.save_as(path)
    shown = money(page.locator(".stat", has_text="Total").inner_text())
    lines = page.locator("td[data-label=Amount]").all_inner_texts()
    assert total_of(path) == shown == expected == sum(money(line) for line in lines)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
