"""The palette: what someone may do, open and find, in one box; and the keys that go to pages."""

from __future__ import annotations

import re

import pytest

from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.web.access import access_of
from tests import world
from tests.web import growth

ROLES = {
    "alice": Role.ADMIN,
    "cora": Role.COORDINATOR,
    "sam": Role.SUPPORT_WORKER,
    "fin": Role.FINANCE,
    "vic": Role.VIEWER,
}
on_one_database = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
OPTION = re.compile(r'class="palette__option"[^>]* href="([^"]+)"')


@on_one_database
def test_it_offers_each_person_only_what_they_may_open_and_every_key_leads_there(
    app, people, sign_in
):
    match = app.url_map.bind("").match
    for who, role in ROLES.items():
        client = sign_in(who)
        offered = OPTION.findall(client.get("/palette").text)
        assert len(offered) > 10, who
        assert len(offered) - len(set(offered)) <= 1, who
        for address in offered:
            endpoint, _ = match(address, method="GET")
            wanted = access_of(app, endpoint).permission
            assert wanted is None or wanted in ROLE_PERMISSIONS[role], f"{who}: {address}"
        keys = re.findall(r"<kbd>g</kbd> <kbd>(\w)</kbd></dt>", client.get("/help/keys").text)
        on_page = set(re.findall(r'data-go="(\w)"', client.get("/notifications").text))
        assert len(keys) == len(set(keys)), who
        assert set(keys) == on_page, who


def test_it_finds_people_pages_and_things_to_do_by_the_beginnings_of_words(people, sign_in):
    world.olly(people)
    client = sign_in("sam")
    part = client.get("/palette?q=gree", fragment=True).text
    assert f'href="/participants/{people.acacia.participant_id}"' in part
    assert part.count('role="option"') == len(re.findall(r'id="palette-\d+-\d+"', part))
    assert 'role="listbox"' in part
    assert "<h1>" not in part
    assert "Olly" not in client.get("/palette?q=olly", fragment=True).text
    assert "Log a service" in client.get("/palette?q=log+a+serv", fragment=True).text
    assert "Report an incident" not in client.get("/palette?q=an", fragment=True).text
    assert "Add a participant" not in client.get("/palette?q=new", fragment=True).text
    page = client.get("/palette?q=gree").text
    assert 'role="listbox" aria-label="What you can choose"></div>' in page  # only the dialog's
    assert "Pat Green" in page
    assert "Nothing found" in client.get("/palette?q=zzzz").text


@pytest.mark.both_databases
def test_it_asks_no_more_where_more_is_found(app, people, sign_in):
    client = sign_in("alice")
    few = growth.queries(app, client, "/palette?q=green")
    for number in range(4):
        world.participant(people.alice, f"P{number}", "Green", f"43002{number:04}", people.today)
    assert growth.queries(app, client, "/palette?q=green") <= few
