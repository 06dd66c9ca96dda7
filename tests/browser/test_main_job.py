"""The main job from end to end, in two browsers side by side, on the real catalogue."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, on_both_sizes


def yesterday() -> date:
    return date.today() - timedelta(days=1)


def add_participant(page, number: str, last_name: str, amount: str = "1000") -> None:
    page.goto("/participants/new")
    page.get_by_label("First name").fill("Wren")
    page.get_by_label("Last name").fill(last_name)
    page.get_by_label("NDIS number").fill(number)
    page.get_by_label("Date of birth").fill("1994-03-02")
    page.get_by_label("State").select_option("NSW")
    page.get_by_label("Plan starts").fill((yesterday() - timedelta(days=100)).isoformat())
    page.get_by_label("Plan ends").fill((yesterday() + timedelta(days=200)).isoformat())
    first = page.get_by_role("group", name="Budget 1")
    first.get_by_label("Support category").select_option("1")
    first.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Add the participant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Wren {last_name}")


def join_team(page, participant_url: str, who: str) -> None:
    """Have a coordinator put a worker in a participant's team."""
    page.goto(f"{participant_url}/team")
    select = page.locator("#user_id")
    value = select.locator("option", has_text=who).first.get_attribute("value")
    select.select_option(value)
    page.get_by_role("button", name="Add to the team").click()
    expect(page.get_by_role("button", name=f"Remove {who}")).to_be_visible()


def log_service(page, participant_url: str, start: str = "09:00", end: str = "11:00") -> None:
    page.goto(participant_url)
    page.get_by_role("link", name="Log a service").click()
    page.get_by_label("Date").fill(yesterday().isoformat())
    page.get_by_label("Start").fill(start)
    page.get_by_label("End", exact=True).fill(end)
    page.get_by_label("Support item").fill("01_011_0107_1_1")
    page.get_by_label("Notes").fill("Cooked lunch together.")


@on_both_sizes
def test_from_the_catalogue_to_the_live_panel(open_browser, catalogue_file, viewport):
    is_phone = viewport is PHONE
    admin = open_browser("alex", viewport)
    admin.goto("/catalogue/imports/new")
    admin.get_by_label("Support Catalogue file").set_input_files(str(catalogue_file))
    admin.get_by_role("button", name="Load the file").click()
    expect(admin.get_by_text("635 items were read")).to_be_visible()

    name = "Phone" if is_phone else "Desk"
    add_participant(admin, "430777002" if is_phone else "430777001", name)
    address = admin.url

    watcher = open_browser("casey", DESKTOP)
    watcher.goto(address)
    card = watcher.locator("article.budget")
    expect(card).to_contain_text("$1,000.00")
    expect(card.locator(".light")).to_have_text("On track")
    expect(watcher.locator("#live-status")).to_have_text("Live")
    watcher.evaluate("window.isTheSamePage = true")

    join_team(admin, address, "Sam Supporter")
    worker = open_browser("sam", viewport)
    log_service(worker, address, "09:00", "18:00")
    expect(worker.locator("#estimate")).to_contain_text("$632.07")
    worker.get_by_role("button", name="Log the service").click()
    expect(worker.get_by_text("Logged 9 h: $632.07.")).to_be_visible()
    expect(card).to_contain_text("$367.93")
    expect(card.locator(".light")).to_have_text("Watch")
    assert watcher.evaluate("window.isTheSamePage"), "the panel was not reloaded"


def test_too_little_money_is_refused_and_what_was_typed_is_kept(open_browser):
    admin = open_browser("alex")
    add_participant(admin, "430777003", "Little", "100")
    log_service(admin, admin.url, "08:00", "18:00")
    admin.get_by_role("button", name="Log the service").click()
    summary = admin.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("$702.30")
    expect(summary).to_contain_text("$100.00")
    expect(admin.get_by_label("Notes")).to_have_value("Cooked lunch together.")
    expect(admin.get_by_label("Start")).to_have_value("08:00")


def test_the_whole_job_works_without_javascript(open_browser):
    admin = open_browser("alex", java_script_enabled=False)
    add_participant(admin, "430777004", "Plain")
    log_service(admin, admin.url)
    admin.get_by_role("button", name="Log the service").click()
    expect(admin.get_by_text("Logged 2 h: $140.46.")).to_be_visible()


def test_another_budget_row_keeps_what_was_typed_and_is_where_one_goes_on(open_browser):
    admin = open_browser("alex", PHONE)
    admin.goto("/participants/new")
    admin.get_by_label("First name").fill("Kept")
    for number in (4, 5):
        admin.get_by_role("button", name="Another budget").click()
        row = admin.get_by_role("group", name=f"Budget {number}")
        expect(row.get_by_label("Support category")).to_be_focused()
        expect(row).to_be_in_viewport()
    expect(admin.get_by_label("First name")).to_have_value("Kept")
    # Enter, as a phone's keyboard has it too, means to save and not one row more.
    admin.get_by_label("First name").press("Enter")
    expect(admin.locator("#error-summary")).to_be_focused()
    expect(admin.get_by_role("group", name=re.compile(r"^Budget \d$"))).to_have_count(5)
