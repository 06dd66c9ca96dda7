"""Answers in the browser: loaded once, asked once which column is which, and what to do next."""

from __future__ import annotations

import html
import io

import pytest
from sqlalchemy import func, select

from caddy.domain.ndis.result_file import Column
from caddy.extensions import db
from caddy.models import AuditLog, ResultMapping, User
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some

ODD = "Zeile,Antwort,Geld,Grund"
EMPTY = {column.value: "" for column in Column}


@pytest.fixture
def sent(people):
    """Return the references of a claim of three lines that was sent, and its services."""
    with scope(people.acacia.id):
        some.ready(people)
        people.logged = [some.log(people, days_ago=days_ago) for days_ago in (4, 3, 2)]
        claim = some.sent(people)
        people.claim_id = claim.id
        return [line.claim_reference for line in some.lines_of(claim.id)]


def upload(client, content, name="results.csv", **more):
    form = {"file": (io.BytesIO(content), name), **more}
    return client.post("/claims/results", form)


def shown(client, response, query=""):
    assert response.status_code == 303, response.text
    return html.unescape(client.get(response.location + query).text)


def results(*rows):
    some_rows = [("4050000123", *row, *[""] * (5 - len(row))) for row in rows]
    return some.table(some.RESULT_HEADER, *some_rows)


def audited(people):
    with scope(people.acacia.id):
        return db.session.scalar(select(func.count(AuditLog.id)))


def test_an_answer_says_what_came_of_it_in_plain_words_and_what_to_do(people, sent, sign_in):
    one, two, three = sent
    content = results(
        (one, "SUCCESSFUL", "", "35.12"),
        (two, "SUCCESSFUL", "", "30.00"),
        (three, "ERROR", "Unit price exceeds limit", "0.00"),
        ("C-000077-0001", "SUCCESSFUL", "", "9.00"),
    )
    client = sign_in("alice")
    response = upload(client, content)
    text = shown(client, response)
    assert "1 paid, 1 part paid, 1 rejected, 1 unknown" in text
    assert "$65.12" in text
    assert "The unit price is over the agency's price limit." in text
    assert "Correct the price of the service, then claim it again." in text
    assert "The agency says: “Unit price exceeds limit”" in text
    assert f"/services/{people.logged[2]}" in text
    assert f"/claims/{people.claim_id}" in text
    assert "Claim it again" in text
    assert "$5.12 short" in shown(client, response, "?show=part_paid")
    assert "C-000077-0001" in shown(client, response, "?show=unknown")
    before = audited(people)
    again = upload(client, content)
    assert again.location == response.location
    assert "This file was loaded before. Nothing was changed" in shown(client, again)
    assert audited(people) == before
    listed = client.get("/claims/results").text
    assert listed.count("results.csv") == 1
    # Finance may not open services, and is not sent where a page would refuse.
    finance = html.unescape(sign_in("fin").get(response.location).text)
    assert f"/services/{people.logged[2]}" not in finance
    assert "Claim it again" in finance


def test_a_line_that_was_claimed_again_is_not_offered_twice(people, sent, sign_in):
    client = sign_in("fin")
    response = upload(client, results((sent[0], "ERROR", "Duplicate claim")))
    assert "Claim it again" in shown(client, response)
    with scope(people.acacia.id):
        some.submit(people, some.build(people).id)
    text = shown(client, response)
    assert "Claim it again" not in text
    assert "Claimed again" in text


def test_unknown_columns_are_asked_once_and_remembered(people, sent, sign_in):
    client = sign_in("fin")
    one, two, three = sent
    first = upload(client, some.table(ODD, (one, "SUCCESSFUL", "35.12", "")), "odd.csv")
    assert first.location.endswith("/mapping")
    asked = client.get(first.location).text
    assert "Zeile (" + one + ")" in asked
    assert "Columns still to choose" in client.get("/claims/results").text

    refused = client.post(first.location, {**EMPTY, "status": "1", "paid": "2"})
    assert refused.status_code == 422
    assert "Choose the column that holds the claim references." in refused.text
    assert '<option selected value="2">Geld' in refused.text
    twice = client.post(first.location, {**EMPTY, "reference": "0", "status": "0"})
    assert "One column cannot hold two things." in twice.text
    assert some_status(people) == "submitted"

    chosen = {**EMPTY, "reference": "0", "status": "1", "paid": "2", "reason": "3"}
    assert "1 paid" in shown(client, client.post(first.location, chosen))
    # The same header again: no question.
    second = upload(client, some.table(ODD, (two, "ERROR", "0", "Duplicate")), "odd2.csv")
    assert "1 rejected" in shown(client, second)
    # Unless someone wants to see; then what was remembered is chosen already.
    content = some.table(ODD, (three, "SUCCESSFUL", "35.12", ""))
    third = upload(client, content, "odd3.csv", wants_to_choose="y")
    assert '<option selected value="0">Zeile' in client.get(third.location).text
    assert "1 paid" in shown(client, client.post(third.location, chosen))
    assert some_status(people) == "paid"
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(ResultMapping.id))) == 1
        some.no_differences()


def some_status(people):
    with scope(people.acacia.id):
        return some.claim_of(people.claim_id).status.value


def test_what_is_no_answer_is_refused_beside_its_field_and_stores_nothing(people, sent, sign_in):
    client = sign_in("fin")
    for content in (b"", b"%PDF-1.7", b"\x00\x01"):
        response = upload(client, content, "x.csv")
        assert response.status_code == 422
        assert 'href="#file"' in response.text
    bad = some.table("Claim Reference,Status,Paid", (sent[0], "SUCCESSFUL", "lots"))
    response = upload(client, bad)
    assert response.status_code == 422
    assert "Row 2" in response.text
    assert "No answer yet" in client.get("/claims/results").text


def test_who_sees_only_some_participants_sees_no_answers(people, sent, sign_in):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        sam = db.session.get_one(User, people.acacia.people["sam"])
        sam.permissions = ["claims.read", "claims.write"]
    client = sign_in("sam")
    paths = ("/claims/results", "/claims/results/new", "/finance", "/finance/receivables")
    more = ("/finance/payments", "/finance/books", "/finance/books/journal.csv")
    for path in (*paths, *more):
        assert client.get(path).status_code == 404, path
