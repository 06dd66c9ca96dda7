"""A participant's timeline: everything once, in order, and only what a person may see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from caddy.actions import incidents
from caddy.domain.services import ServiceStatus
from caddy.queries import timelines
from caddy.tenancy import scope
from tests import documents, messaging, money, registers


@pytest.fixture
def lived(people):
    """Give Pat three services, an incident, a document and a message; return their address."""
    pat = people.acacia.participant_id
    with scope(people.acacia.id):
        budget_id = money.budget_of(pat)
        for days in (1, 2, 3):
            on = people.today - timedelta(days=days)
            money.service(people.alice, budget_id, on, 50_00, ServiceStatus.COMPLETED)
        incidents.report_incident(registers.incident(), participant_id=pat, actor=people.alice)
        documents.added(people.alice, documents.of_pat(people))
        messaging.begin(people, "cora", about=pat, body="They liked the garden.")
    return f"/participants/{pat}/timeline"


def titles(page):
    return re.findall(r'class="moment__title"><a [^>]*>([^<]*)<', page)


def test_each_sees_the_kinds_they_may_and_the_others_are_not_there(people, sign_in, lived):
    whole = titles(sign_in("alice").get(lived).text)
    assert len([one for one in whole if one.startswith("Service")]) == 3
    for words in ("Incident", "Document", "Cora wrote in The van", "Plan added"):
        assert any(one.startswith(words) for one in whole), words
    own = sign_in("sam").get(lived).text
    assert "$" not in own.partition('id="results"')[2]
    assert "Plan added" not in own
    seen = sign_in("vic").get(lived).text
    assert "They liked the garden." not in seen
    assert "Incident" not in "".join(titles(seen))
    only = titles(sign_in("alice").get(f"{lived}?kind=incidents").text)
    assert len(only) == 1
    assert only[0].startswith("Incident")


def test_pages_show_every_moment_once_whatever_their_kind(people, sign_in, lived, monkeypatch):
    client = sign_in("alice")
    whole = titles(client.get(lived).text)
    monkeypatch.setattr(timelines, "PAGE", 2)
    found, address = [], lived
    for _ in range(len(whole)):
        page = client.get(address).text
        found += titles(page)
        after = re.search(r'rel="next" href="([^"]+)"', page)
        if not after:
            break
        address = after[1].replace("&amp;", "&")
    assert found == whole
    for edge in ("nonsense", "0001-01-01T00:00:00+14:00_x", "2026-01-01T00:00:00_" + "0" * 32):
        assert len(titles(client.get(lived, query_string={"before": edge}).text)) == 2
