"""Help at hand: one key away, a word that opens where it stands, and titles that say whose page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def test_help_is_a_key_away_and_pages_say_what_and_whose_they_are(open_browser):
    page = open_browser("alex")
    page.goto("/")
    provider = page.locator(".masthead__organization").inner_text()
    expect(page).to_have_title(f"Today · {provider} · Caddy")
    expect(page.locator("#first-steps")).to_have_count(0)  # the demo has had its first service
    page.goto("/participants")
    search = page.get_by_label("Search by name or NDIS number")
    search.fill("who?")  # typed into a field, the key is a letter like any other
    expect(page).to_have_url(re.compile(r"search=who"))
    expect(search).to_be_focused()
    expect(page).to_have_title(f"Participants · {provider} · Caddy")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page).to_have_title(f"Keys · {provider} · Caddy")
    page.get_by_role("link", name="Words", exact=True).click()
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="M").click()
    expect(page.locator("#mmm")).to_be_in_viewport()


def test_a_word_opens_where_it_stands_and_leads_to_the_glossary(open_browser):
    page = open_browser("alex", PHONE)
    page.goto("/participants/new")
    page.get_by_text("What is “MMM”?").click()
    meaning = page.locator(".help-term[open]")
    expect(meaning).to_contain_text("It gives each place a number")
    meaning.get_by_role("link", name="In the glossary").click()
    expect(page.locator("#mmm:target")).to_be_in_viewport()
