"""The pages of messages without a script: beginning, saying, reading, and what stays closed."""

from __future__ import annotations

import re

import pytest

from caddy.tenancy import scope
from tests import messaging
from tests.web import growth


def begun(people, *who, **more):
    with scope(people.acacia.id):
        return messaging.begin(people, *who, **more)


def test_a_conversation_goes_from_hand_to_hand_without_a_script(people, sign_in):
    cora, sam = sign_in("cora"), sign_in("sam")
    form = {"key": "a", "title": "The van", "body": "Who has the keys?"}
    refused = cora.post("/messages/new", form)
    assert refused.status_code == 422
    assert "Choose who is to read it." in refused.text
    assert "Who has the keys?" in refused.text
    form["members"] = str(people.acacia.people["sam"])
    address = cora.post("/messages/new", form).location
    assert cora.post("/messages/new", form).location == address
    shown = sam.get(address)
    assert "Who has the keys?" in shown.text
    assert "Mark as read" in shown.text
    assert re.search(r'id="inbox-count">1<', shown.text)
    assert sam.post(f"{address}/reading").location == address
    assert re.search(r'id="inbox-count" hidden>', sam.get(address).text)
    empty = sam.post(f"{address}/messages", {"key": "b", "body": "  "})
    assert empty.status_code == 422
    assert "Write a message." in empty.text
    sent = sam.post(f"{address}/messages", {"key": "b", "body": "On <b>the</b> hook."})
    assert sent.location.startswith(f"{address}#message-")
    page = cora.get(address).text
    assert "On &lt;b&gt;the&lt;/b&gt; hook." in page
    assert "Read by Sam" not in page  # nobody stands under their own
    edit = re.search(r'href="([^"]+/edit)"', page)[1]
    assert sam.get(edit).status_code == 404
    assert cora.post(edit, {"body": "Who has them?"}).status_code == 303
    assert cora.post(edit.replace("/edit", "/removal")).status_code == 303
    assert "This message was removed." in sam.get(address).text


def test_people_are_suggested_only_where_they_may_see_the_participant(people, sign_in):
    about_pat = begun(people, "cora", about=people.acacia.participant_id)
    among_staff = begun(people, "cora", "fin")
    client = sign_in("cora")

    def suggested(conversation_id, typed=""):
        page = client.get(f"/messages/{conversation_id}/people?q={typed}", fragment=True)
        return set(re.findall(r'data-mention="(\w+)', page.text))

    assert suggested(about_pat) == {"Alice", "Sam"}
    assert suggested(about_pat, "sa") == {"Sam"}
    assert suggested(among_staff) == {"Fin"}


@pytest.mark.both_databases
def test_no_page_of_messages_asks_more_for_more_that_was_said(app, people, sign_in):
    client = sign_in("cora")
    conversation_id = begun(people, "cora", "sam")
    paths = ("/messages", "/messages?q=the", f"/messages/{conversation_id}", "/messages/new")
    few = {path: growth.queries(app, client, path) for path in paths}
    with scope(people.acacia.id):
        for number in range(12):
            messaging.say(people, "sam", conversation_id, f"@Cora Acacia the {number}")
            messaging.begin(people, "cora", "sam", body="The other.")
    assert {path: growth.queries(app, client, path) for path in paths} == few


def test_a_message_that_is_too_long_is_refused_whole_beside_its_field(people, sign_in):
    client = sign_in("cora")
    long = "é" * 9_990 + "\r\n" * 6
    first = {"key": "long-1", "title": "Long", "members": str(people.acacia.people["alice"])}
    refused = client.post("/messages/new", {**first, "body": f"{long}12345678901 end"})
    assert refused.status_code == 422
    assert "A message has up to 10,000 letters. Cut it into two." in refused.text
    assert "12345678901 end" in refused.text, "nothing of it is lost"
    field = re.search(r"<textarea[^>]*>", refused.text)[0]
    assert "maxlength" not in field
    assert 'data-most="10000"' in field
    fits = client.post("/messages/new", {**first, "body": f"a{long}b"})
    assert fits.status_code == 303, "an end of a line is one letter"
