"""Messages between two browsers: unread, read and typed without a reload; who is there too."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE


def counted(page, name):
    return page.locator(f"#{name}-count")


def number(page, name):
    return int((counted(page, name).text_content() or "0").split()[0])


@pytest.fixture
def two(open_browser):
    """Alex at a desk and Sam on a phone, who have a conversation that both have read."""
    alex, sam = open_browser("alex"), open_browser("sam", viewport=PHONE)
    alex.goto("/messages/new")
    alex.get_by_label("What it is about").fill("Keys of the van")
    alex.get_by_label("Sam Supporter (support worker)").check()
    alex.get_by_label("Message").fill("Who has them?")
    alex.get_by_role("button", name="Send").click()
    expect(alex.locator(".said")).to_have_count(1)
    sam.goto(alex.url)
    expect(alex.locator(".said__read")).to_have_text("Read by Sam")
    return alex, sam


def test_what_one_says_the_other_reads_without_a_reload_and_goes_on_typing(two):
    alex, sam = two
    sam.get_by_label("Your message").fill("I am just")
    alex.get_by_label("Your message").fill("On the hook <b>now</b>: https://example.org/map.")
    alex.get_by_role("button", name="Send").click()
    expect(alex.get_by_label("Your message")).to_have_value("")
    expect(alex.get_by_label("Your message")).to_be_focused()
    last = sam.locator(".said").last
    expect(last).to_contain_text("On the hook <b>now</b>: https://example.org/map.")
    expect(last.get_by_role("link", name="https://example.org/map")).to_have_attribute(
        "href", "https://example.org/map"
    )
    expect(sam.get_by_label("Your message")).to_have_value("I am just")
    expect(sam.get_by_label("Your message")).to_be_focused()
    expect(alex.locator(".said__read")).to_have_text("Read by Sam")


def test_what_is_typed_while_a_message_is_on_its_way_stays_and_is_sent_next(two):
    alex, sam = two
    held = []

    def hold(route):
        held.append(route)

    alex.route(f"{alex.url}/messages", hold)
    box = alex.get_by_label("Your message")
    box.fill("First.")
    box.press("Control+Enter")
    expect(alex.get_by_role("button", name="Send")).to_be_disabled()
    box.press_sequentially(" Second.")
    box.press("Control+Enter")  # while the first is still on its way
    assert len(held) == 1
    held[0].continue_()
    alex.unroute(f"{alex.url}/messages")
    expect(sam.locator(".said").last).to_contain_text("First.")
    expect(box).to_have_value("Second.")
    expect(box).to_be_focused()
    box.press("Control+Enter")
    expect(sam.locator(".said").last).to_contain_text("Second.")
    expect(box).to_have_value("")


def test_a_mention_counts_on_any_page_and_is_read_where_it_is_shown(two):
    alex, sam = two
    conversation = alex.url
    sam.goto("/roster")
    before = number(sam, "bell")
    alex.get_by_label("Your message").press_sequentially("Thanks @Sam")
    alex.get_by_role("button", name="Sam Supporter").click()
    expect(alex.get_by_label("Your message")).to_have_value("Thanks @Sam Supporter ")
    alex.get_by_label("Your message").press("Control+Enter")
    expect(counted(sam, "bell")).to_contain_text(str(before + 1))
    unread = number(sam, "inbox")
    sam.goto("/messages")
    row = sam.get_by_role("link", name="Keys of the van").first
    expect(row).to_contain_text("1 unread")
    alex.get_by_label("Your message").fill("One more.")
    alex.get_by_role("button", name="Send").click()
    expect(row).to_contain_text("2 unread")
    expect(counted(sam, "inbox")).to_contain_text(str(unread + 1))
    told = number(sam, "bell")  # Sam may have been told of more meanwhile: the server is shared
    sam.goto(conversation)
    expect(sam.locator("#reading")).to_be_hidden()  # it was said that what is shown is read
    expect(alex.locator(".said__read")).to_have_text("Read by Sam")
    sam.goto("/roster")
    assert number(sam, "bell") == told - 1


def test_who_has_a_participant_open_is_shown_until_they_leave(open_browser):
    alex, casey = open_browser("alex"), open_browser("casey")
    alex.goto("/participants")
    address = alex.locator("table a").first.get_attribute("href")
    alex.goto(address)
    expect(alex.locator(".viewers")).to_be_empty()
    casey.goto(address)
    expect(alex.locator(".viewers")).to_contain_text("Casey Coordinator has this open too")
    expect(casey.locator(".viewers")).to_contain_text("Alex Admin has this open too")
    casey.goto("/messages")
    expect(alex.locator(".viewers")).to_be_empty()
