"""The page of reports: a small form each, kept as typed, left to the worker."""

from __future__ import annotations

import re

import pytest

from caddy.tenancy import scope
from tests import claims, world


@pytest.fixture
def claim(people):
    with scope(people.acacia.id):
        claims.ready(people)
        claims.log(people)
        return claims.build(people)


def post(client, kind, **fields):
    named = {f"{kind}-{name}": value for name, value in fields.items()}
    return client.post("/reports", {"kind": kind, **named})


def test_each_role_is_offered_what_it_may_have(people, sign_in, claim):
    def kinds(who):
        return re.findall(r'id="report-([a-z]+)"', sign_in(who).get("/reports").text)

    assert kinds("alice") == ["claim", "invoice", "statement", "budget", "compliance"]
    assert kinds("fin") == ["claim", "invoice", "statement", "budget"]
    assert kinds("cora") == ["statement", "budget", "compliance"]
    assert kinds("vic") == ["statement", "budget"]
    assert sign_in("sam").get("/reports").status_code == 403
    assert post(sign_in("cora"), "claim", claim_id=str(claim.id)).status_code == 403


def test_a_report_is_asked_for_and_leads_to_its_page(people, sign_in, claim):
    client = sign_in("fin")
    assert "C-000001, to" in client.get("/reports").text
    response = post(client, "claim", claim_id=str(claim.id))
    assert response.status_code == 303
    page = client.get(response.location).text
    assert "Claim report: C-000001" in page
    assert "Waiting for its turn" in page
    assert "Claim report: C-000001" in client.get("/reports").text


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(people, sign_in):
    response = post(
        sign_in("cora"),
        "statement",
        participant_id=str(people.acacia.participant_id),
        starts_on="2026-11-10",
        ends_on="2026-11-01",
    )
    assert response.status_code == 422
    assert "The period ends before it begins." in response.text
    assert 'value="2026-11-10"' in response.text
    assert f'value="{people.acacia.participant_id}" checked' in response.text
    assert post(sign_in("fin"), "claim", claim_id="").status_code == 422


def test_a_participant_or_claim_that_is_not_there_is_404(people, sign_in, claim):
    client = sign_in("charlie")
    assert post(client, "budget", participant_id=str(world.olly(people))).status_code == 404
    assert post(client, "claim", claim_id=str(claim.id)).status_code == 404
    assert post(client, "claim", claim_id="x").status_code == 404
    assert client.post("/reports", {"kind": "x"}).status_code == 404


def test_the_one_who_is_named_in_the_address_is_chosen(people, sign_in):
    page = sign_in("vic").get(f"/reports?participant={people.acacia.participant_id}").text
    assert page.count(f'value="{people.acacia.participant_id}" checked') == 2
    foreign = sign_in("vic").get(f"/reports?participant={people.banksia.participant_id}").text
    assert "Quinn" not in foreign
