"""An organization's first day: signed up by mail, led by the guide to its first service."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect
from stdnum.au import abn

from tests.browser.conftest import PHONE, mailed, on_both_sizes
from tests.browser.test_main_job import add_participant, yesterday

ITEM = "01_011_0107_1_1"
STEMS = {"desktop": "800000001", "phone": "800000002"}  # company numbers that nobody has


def with_one_item(catalogue_file: Path, folder: Path) -> Path:
    """Return the agency's catalogue with one item left: that all are read, others try."""
    short = folder / "catalogue.csv"
    with catalogue_file.open(newline="", encoding="utf-8-sig") as whole:
        header, *rows = csv.reader(whole)
    with short.open("w", newline="", encoding="utf-8") as kept:
        csv.writer(kept).writerows([header, *(row for row in rows if ITEM in row)])
    return short


def sign_up(page, size: str, address: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign up an organization").click()
    page.get_by_label("Name of the organization").fill(f"Wattle {size}")
    page.get_by_label("ABN").fill(abn.calc_check_digits(STEMS[size]) + STEMS[size])
    page.get_by_label("State").select_option("NSW")
    page.get_by_label("Your first name").fill("Wil")
    page.get_by_label("Your last name").fill("Low")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill("teapot gravel sunday lantern")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def record_own_screening(page) -> None:
    """Record that who leads may work too: without other staff nobody else can be the worker."""
    page.goto("/staff")
    page.get_by_role("link", name="Wil Low").click()
    page.get_by_label("Qualification", exact=True).select_option("worker_screening")
    page.get_by_label("Issued").fill((yesterday() - timedelta(days=300)).isoformat())
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="Worker screening")).to_be_visible()


@on_both_sizes
def test_a_new_organization_is_led_to_its_first_service(
    open_browser, server, catalogue_file, tmp_path, viewport
):
    size = "phone" if viewport is PHONE else "desktop"
    address = f"wil@{size}.example"
    page = open_browser(None, viewport)
    sign_up(page, size, address)
    page.goto(mailed(server, address, "/sign-ups/"))
    page.get_by_role("button", name="Confirm and begin").click()
    guide = page.locator("#first-steps")
    expect(guide).to_contain_text("1 of 5 done")

    guide.get_by_role("link", name="Load a catalogue").click()
    page.get_by_label("Support Catalogue file").set_input_files(
        with_one_item(catalogue_file, tmp_path)
    )
    page.get_by_role("button", name="Load the file").click()
    expect(page.get_by_text("1 item was read: 1 new")).to_be_visible()
    add_participant(page, "430777031", "Vale")
    record_own_screening(page)

    page.goto("/")
    expect(guide).to_contain_text("4 of 5 done")
    guide.get_by_role("link", name="Log a service").click()
    page.get_by_role("link", name="Wren Vale").click()
    page.get_by_label("Date").fill(yesterday().isoformat())
    page.get_by_label("Start").fill("09:00")
    page.get_by_label("End", exact=True).fill("11:00")
    page.get_by_label("Support item").fill(ITEM)
    page.get_by_label("Notes").fill("Cooked lunch together.")
    page.get_by_role("button", name="Log the service").click()
    expect(page.get_by_text("Logged 2 h: $140.46.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(guide).to_have_count(0)
