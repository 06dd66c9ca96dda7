"""Saved filters: kept under a name, one's own or shared, and one that a list opens with."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from caddy.extensions import db
from caddy.models import AuditLog, SavedFilter
from caddy.tenancy import scope
from caddy.web.access import access_of
from caddy.web.saved_filters import LISTS
from tests.web import calls, growth, logged


def save(client, name, query="search=pat&status=active", page="participants.index", **more):
    return client.post("/filters", {"page": page, "query": query, "name": name, **more})


def own(people, name):
    with scope(people.acacia.id):
        return db.session.scalars(select(SavedFilter).where(SavedFilter.name == name)).one()


def test_a_filter_is_saved_shown_shared_renamed_and_deleted(people, sign_in, told):
    cora, sam = sign_in("cora"), sign_in("sam")
    page = cora.get("/participants?search=pat&status=active&after=x").text
    assert 'name="query" value="search=pat&amp;status=active"' in page
    answer = save(cora, "Pat and others")
    assert answer.status_code == 303
    shown = cora.get(answer.location).text
    assert "Pat and others" in shown
    assert 'aria-current="true">Pat and others' in shown
    assert 'name="query"' not in shown  # it has its name: nothing is left to save
    assert "Pat and others" not in sam.get("/participants").text
    row = own(people, "Pat and others")
    address = f"/filters/{row.id}"
    assert cora.post(address, {"name": "Team north", "is_shared": "y"}).status_code == 303
    shared = sam.get("/participants").text
    assert "Team north" in shared
    link = unescape(re.search(r'class="chip" href="([^"]+)">Team north', shared)[1])
    assert "Pat Green" in sam.get(link).text
    assert sam.post(address, {"name": "Mine"}).status_code == 404
    assert sam.post(f"{address}/removal").status_code == 404
    assert "Team north" in cora.get("/filters").text
    assert cora.post(f"{address}/removal").status_code == 303
    assert "Team north" not in sam.get("/participants").text
    assert not logged.people_in("\n".join(told))
    with scope(people.acacia.id):
        said = select(AuditLog.changes).where(AuditLog.entity_id == row.id).order_by(AuditLog.id)
        assert not any("query" in one for one in db.session.scalars(said))


def test_what_cannot_be_saved_is_said_and_what_was_typed_stays(people, sign_in):
    client = sign_in("cora")
    save(client, "Week")
    for name, query, sentence in (
        ("Week", "status=all", "You have a filter of this name on this list."),
        ("", "status=all", "Give the filter a name."),
        ("Kept words", "after=x&search=+", "There is nothing to save."),
        ("Kept words", "search=" + "a" * 1_000, "There is nothing to save."),
    ):
        answer = save(client, name, query)
        assert answer.status_code == 422, query
        assert sentence in answer.text
        assert f'value="{name}"' in answer.text
    assert save(client, "Week", "status=completed", "services.index").status_code == 303
    assert save(client, "Claims", "status=draft", "claims.index").status_code == 404
    assert save(client, "Nothing", "a=b", "sign_in.new").status_code == 404


def test_a_list_opens_with_the_one_filter_chosen_for_it_and_whole_where_asked(people, sign_in):
    client = sign_in("cora")
    save(client, "First", "status=archived", opens_first="y")
    assert client.get("/participants").location.endswith("/participants?status=archived")
    save(client, "Second", "status=inactive", opens_first="y")
    assert client.get("/participants").location.endswith("/participants?status=inactive")
    assert client.get("/participants?everything=1").status_code == 200
    assert client.get("/participants", fragment=True).status_code == 200
    assert sign_in("alice").get("/participants").status_code == 200
    assert own(people, "First").opens_first is False


@pytest.mark.both_databases
def test_every_list_has_its_saved_filters_and_the_same_queries_however_many(app, people, sign_in):
    client = sign_in("alice")
    for page, label in LISTS.items():
        assert access_of(app, page), label
        address = calls.path(app, page, {})
        assert "Save this filter" in client.get(f"{address}?x=1").text, label
    none = growth.queries(app, client, "/participants?status=all")
    save(client, "One")
    few = growth.queries(app, client, "/participants?status=all")
    for number in range(4):
        save(client, f"More {number}", f"search={number}", is_shared="y")
    assert growth.queries(app, client, "/participants?status=all") == few == none + 1


def test_a_filter_that_a_colleague_begins_to_share_is_there_for_who_had_none(people, sign_in):
    cora, sam = sign_in("cora"), sign_in("sam")
    assert "Team north" not in sam.get("/participants").text
    save(cora, "Team north", is_shared="y")
    assert "Team north" in sam.get("/participants").text
    assert "Team north" not in sign_in("charlie").get("/participants").text
