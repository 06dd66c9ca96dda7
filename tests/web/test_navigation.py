"""The menu: everything that someone may open, and a bar that a phone has room for."""

from __future__ import annotations

import re

import pytest

BAR = re.compile(r'<ul class="navigation__bar">(.*?)</ul>', re.DOTALL)
GROUPS = re.compile(r'id="menu-groups" popover>(.*?)</nav>', re.DOTALL)


def links(html):
    return re.findall(r'<a class="navigation__link" href="([^"]+)"', html)


@pytest.mark.parametrize("who", ["alice", "cora", "fin", "sam", "vic"])
def test_a_phones_bar_holds_five_and_the_rest_is_behind_one_of_them(people, sign_in, who):
    page = sign_in(who).get("/").text
    bar, groups = BAR.search(page)[1], links(GROUPS.search(page)[1])
    held = links(bar)
    assert groups[: len(held)] == held
    assert len(groups) == len(set(groups))
    has_more = "popovertarget" in bar
    assert len(held) == (4 if has_more else len(groups))
    assert len(held) + has_more <= 5


def test_the_way_to_the_rest_is_marked_on_a_page_that_the_bar_leaves_out(people, sign_in):
    client = sign_in("alice")
    assert "navigation__link--here" in BAR.search(client.get("/audit").text)[1]
    assert "navigation__link--here" not in BAR.search(client.get("/roster").text)[1]
