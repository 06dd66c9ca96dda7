"""An incident from a worker's report to its end, with the clock that runs meanwhile."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import on_both_sizes

STORY = "Slipped on the wet step beside the pool."


def report(page: Page) -> str:
    """Report a serious injury of someone the worker supports; return whom it was about."""
    page.goto("/")
    page.get_by_role("link", name="Report an incident").first.click()
    chooser = page.get_by_role("group", name="Who was it about?")
    someone = chooser.locator(".chooser__found label").first.inner_text().partition(",")[0]
    with page.expect_response("**/participants/choices?*"):
        chooser.get_by_role("searchbox").fill(someone)
    chooser.get_by_role("searchbox").press("Enter")
    chooser.get_by_role("radio", name=someone).check()
    page.get_by_label("What kind of incident?").select_option("serious_injury")
    page.get_by_label("Someone was hurt").check()
    page.get_by_label("How serious was it?").select_option("major")
    assert page.url.endswith("/incidents/new"), "Enter in the search sent nothing"
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(chooser.get_by_role("radio", name=someone)).to_be_checked()
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Thank you. The incident is reported.")).to_be_visible()
    return someone


def tell_the_commission(page: Page) -> None:
    clocks = page.locator("#clocks-of-incident .clock")
    expect(clocks).to_have_count(2)
    expect(clocks.first).to_contain_text(re.compile(r"^\s*23 hours( \d+ minutes?)? left"))
    page.get_by_label("Notification number").fill("N-77")
    page.get_by_role("button", name="They were notified").click()
    expect(clocks.first).to_contain_text("Done in time")
    page.get_by_role("button", name="The report was sent").click()
    expect(clocks.last).to_contain_text("Done in time")


def investigate_and_close(page: Page) -> None:
    page.get_by_label("What was found").fill("The step has no grip.")
    page.get_by_role("button", name="Save what was found").click()
    expect(page.get_by_text("What was found is saved.")).to_be_visible()
    page.get_by_text("Add an action").click()
    page.get_by_role("textbox", name="What is to be done").fill("Lay a mat.")
    page.get_by_label("By when").fill((date.today() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Add the action").click()
    done = page.get_by_role("button", name=re.compile("Done.*Lay a mat"))
    done.click()
    expect(done).to_have_count(0)
    page.get_by_label("What came of it").fill("The step has a mat now.")
    page.get_by_role("button", name="Close the incident").click()
    expect(page.get_by_text("The incident is closed.")).to_be_visible()
    expect(page.locator(".badge").first).to_have_text("Closed")


@on_both_sizes
def test_an_incident_is_reported_told_investigated_and_closed(open_browser, viewport):
    worker = open_browser("sam", viewport)
    someone = report(worker)
    expect(worker.get_by_text(STORY)).to_be_visible()
    expect(worker.get_by_role("button", name="They were notified")).to_have_count(0)

    manager = open_browser("casey", viewport)
    manager.goto("/")
    path = worker.url.partition("/incidents/")[2]
    manager.locator("#clocks").locator(f'a[href$="{path}"]').click()
    expect(manager.locator(".page-header__lead")).to_contain_text(someone)
    tell_the_commission(manager)
    investigate_and_close(manager)
    worker.reload()
    expect(worker.get_by_text("The step has a mat now.")).to_be_visible()
