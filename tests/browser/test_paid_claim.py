"""From services to a paid claim, while a second person watches the money move."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

# Days back of a fortnight for each size: what one has claimed is not there for the other.
CASES = {"desktop": (DESKTOP, 91), "phone": (PHONE, 77)}


def cents(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text))


def stat(page, label: str) -> int:
    card = page.locator(".stat", has=page.get_by_text(label, exact=True))
    return cents(card.locator(".stat__value").inner_text())


def amounts(page) -> dict[str, Decimal]:
    """Return what each line of the claim's bulk file asks for, read from the file itself."""
    address = page.locator("a[download]", has_text=".CSV").first.get_attribute("href")
    text = page.context.request.get(
        page.url.partition("/claims")[0] + address, max_retries=2
    ).text()
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        hours, _, minutes = row["Hours"].partition(":")
        units = Decimal(row["Quantity"] or 0) or Decimal(int(hours) * 60 + int(minutes)) / 60
        amount = (units * Decimal(row["UnitPrice"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        found[row["ClaimReference"]] = amount
    return found


def build_and_submit(page, back: int) -> None:
    first = date.today() - timedelta(days=back)
    last = first + timedelta(days=13)
    page.goto(f"/claims/new?from_on={first}&to_on={last}&whom=ndia_managed")
    page.get_by_role("button", name="Build the draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Claim C-")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("is submitted:")).to_be_visible()


def load(page, name: str, content: str) -> None:
    page.goto("/claims/results/new")
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("Result or remittance file").set_input_files(file)
    page.get_by_role("button", name="Load the file").click()


def answer_to(asked: dict[str, Decimal], size: str) -> str:
    """Return a file that pays everything, under a header that nobody has seen before."""
    rows = [f"{name},SUCCESSFUL,{amount}" for name, amount in asked.items()]
    return "\r\n".join([f"Line {size},Came to,Handed over", *rows, ""])


def choose_columns(page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is which?")
    page.get_by_label("Claim reference").select_option("0")
    page.get_by_label("Status").select_option("1")
    page.get_by_label("Amount paid").select_option("2")
    page.get_by_role("button", name="Read the file").click()


@pytest.mark.parametrize("size", CASES)
def test_from_services_to_a_paid_claim(open_browser, size):
    viewport, back = CASES[size]
    watcher = open_browser("alex")
    watcher.goto("/")
    spent = stat(watcher, "Spent")
    watcher.goto("/finance")
    expect(watcher.locator("#live-status")).to_have_text("Live")
    watcher.evaluate("window.isTheSamePage = true")
    watcher.get_by_text("The numbers").click()
    to_claim, owed = stat(watcher, "To claim"), stat(watcher, "Owed")

    finance = open_browser("frankie", viewport)
    build_and_submit(finance, back)
    claim, total = finance.url, stat(finance, "Total")
    asked = amounts(finance)
    assert sum(asked.values()) * 100 == total
    expect(watcher.locator("#finance-totals")).to_contain_text(f"${(owed + total) / 100:,.2f}")
    expect(watcher.locator("#finance-totals")).to_contain_text(f"${(to_claim - total) / 100:,.2f}")

    follower = open_browser("alex")
    follower.goto(claim)
    expect(follower.locator("#live-status")).to_have_text("Live")
    load(finance, f"{size}.csv", answer_to(asked, size))
    choose_columns(finance)
    expect(finance.get_by_text(f"The answer was loaded: {len(asked)} paid")).to_be_visible()
    answer = finance.url

    for page in (follower, finance):
        if page is finance:
            page.goto(claim)
        expect(page.locator("[aria-current=step]")).to_have_text(re.compile("^Paid"))
        assert (stat(page, "Paid"), stat(page, "Open")) == (total, 0)
    expect(watcher.locator("#finance-totals")).to_contain_text(f"${owed / 100:,.2f}")
    assert watcher.evaluate("window.isTheSamePage"), "the dashboard was not reloaded"
    expect(watcher.get_by_role("table", name="Weeks from Monday to Sunday")).to_be_visible()
    expect(watcher.locator(".bars-legend")).to_contain_text("Paid $")
    assert stat(watcher, "To claim") == to_claim - total

    load(finance, f"{size}.csv", answer_to(asked, size))
    expect(finance.get_by_text("This file was loaded before.")).to_be_visible()
    assert finance.url == answer
    finance.goto("/finance")
    assert (stat(finance, "To claim"), stat(finance, "Owed")) == (to_claim - total, owed)
    # What was delivered was spent before; being paid for it takes nothing more of a budget.
    watcher.goto("/")
    assert stat(watcher, "Spent") == spent
