"""Someone invited by mail: chooses a password, comes in, and sees whom they support, alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, confirm, mailed, on_both_sizes
from tests.browser.test_main_job import join_team


def invite(page, address: str) -> None:
    page.goto("/staff/invitations")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Role").select_option("support_worker")
    with page.expect_navigation():
        page.get_by_role("button", name="Send the invitation").click()
    confirm(page)
    expect(page.get_by_text(f"The invitation to {address} is on its way.")).to_be_visible()


@on_both_sizes
def test_who_is_invited_joins_and_sees_only_whom_they_support(open_browser, server, viewport):
    name = "Robin Pocket" if viewport is PHONE else "Robin Desk"
    first, last = name.split()
    address = f"{last.lower()}@acacia.example"
    admin, worker = open_browser("alex", viewport), open_browser(None, viewport)
    invite(admin, address)

    worker.goto(mailed(server, address, "/invitations/"))
    expect(worker.get_by_role("heading", level=1)).to_contain_text("Join Acacia")
    worker.get_by_label("Your first name").fill(first)
    worker.get_by_label("Your last name").fill(last)
    worker.get_by_label("Password").fill(first)
    worker.get_by_role("button", name="Join").click()
    expect(worker.locator("#error-summary")).to_be_focused()
    expect(worker.get_by_label("Your last name")).to_have_value(last)
    worker.get_by_label("Password").fill("teapot gravel sunday lantern")
    worker.get_by_role("button", name="Join").click()
    expect(worker.get_by_text("Welcome to Acacia")).to_be_visible()
    worker.goto("/participants")
    expect(worker.get_by_role("heading", name="Nobody found")).to_be_visible()

    admin.goto("/participants")
    own, other = (admin.locator("tbody th a").nth(at) for at in (0, 1))
    whom, own_url = own.inner_text(), own.get_attribute("href")
    other_url = other.get_attribute("href")
    join_team(admin, own_url, name)
    worker.reload()
    expect(worker.locator("tbody th")).to_have_text([whom])
    assert worker.request.get(other_url, max_retries=2).status == 404
    worker.get_by_role("link", name=whom).click()
    expect(worker.get_by_role("heading", level=1)).to_contain_text(whom)
