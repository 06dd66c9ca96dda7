"""Agreements in the browser: drafted, signed with a file, ended; files come back safely."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from caddy.extensions import db
from caddy.models import AgreedItem, Attachment, ServiceAgreement
from caddy.tenancy import scope
from tests.samples import PDF

DAYTIME, EVENING = "01_011_0107_1_1", "01_015_0107_1_1"


@pytest.fixture
def form(people):
    return {
        "starts_on": people.today.isoformat(),
        "ends_on": people.today.replace(year=people.today.year + 1).isoformat(),
        "review_on": "",
        "items-0-item_number": f"{DAYTIME} Assistance With Self-Care",
        "items-0-unit_price": "65.00",
        "items-1-item_number": "",
        "items-1-unit_price": "",
        "items-2-item_number": EVENING,
        "items-2-unit_price": "",
        "allows_travel": "y",
        "cancellation_percent": "90",
        "terms": "Feed the cat.",
    }


def new(people):
    return f"/participants/{people.acacia.participant_id}/agreements"


def drafted(client, people, form):
    response = client.post(new(people), form)
    assert response.status_code == 303
    return response.location


def stored(people):
    with scope(people.acacia.id):
        return list(db.session.scalars(select(ServiceAgreement)))


def test_an_agreement_is_drafted_shown_changed_signed_and_ended(people, sign_in, form):
    client = sign_in("cora")
    assert "No agreement yet" in client.get(new(people)).text
    address = drafted(client, people, form)
    shown = client.get(address).text
    for words in ("$65.00", "The limit of the day", "90 % of the price", "Feed the cat.", "Draft"):
        assert words in shown
    early = client.post(f"{address}/documents", {"file": (io.BytesIO(PDF), "early.pdf")})
    assert early.status_code == 422
    assert "when you sign the agreement" in early.text
    edit = client.get(f"{address}/edit").text
    assert 'value="65.00"' in edit
    assert EVENING in edit
    changed = form | {"items-0-unit_price": "60", "terms": ""}
    assert client.post(f"{address}/edit", changed).status_code == 303
    assert "$60.00" in client.get(address).text
    signature = {
        "signed_on": people.today.isoformat(),
        "signed_by": "Pat Green",
        "file": (io.BytesIO(PDF), "signed.pdf"),
    }
    assert client.post(f"{address}/signature", signature).status_code == 303
    signed = client.get(address).text
    assert "Pat Green" in signed
    assert "signed.pdf" in signed
    assert "it can be ended, but not changed" in client.get(f"{address}/edit").text
    further = client.post(f"{address}/documents", {"file": (io.BytesIO(PDF + b"2"), "both.pdf")})
    assert further.status_code == 303
    shown = client.get(further.location).text
    assert "signed.pdf" in shown
    assert "both.pdf" in shown
    wrong = client.post(f"{address}/documents", {"file": (io.BytesIO(b"MZ"), "x.exe")})
    assert wrong.status_code == 422
    assert 'id="file-error"' in wrong.text
    assert client.post(f"{address}/edit", changed).status_code == 409
    assert client.post(f"{address}/signature", signature | {"file": ""}).status_code == 409
    end = client.post(f"{address}/ending", {"on": "2000-01-01"})
    assert end.status_code == 422
    assert "The last day is between" in end.text
    assert client.post(f"{address}/ending", {"on": people.today.isoformat()}).status_code == 303
    assert "Ended" in client.get(new(people)).text


def test_the_participants_page_leads_to_them(people, sign_in):
    page = sign_in("sam").get(f"/participants/{people.acacia.participant_id}?tab=compliance").text
    assert f'href="{new(people)}"' in page


def test_a_wrong_row_says_so_beside_its_own_field_and_keeps_the_rest(people, sign_in, form):
    client = sign_in("cora")
    over = client.post(new(people), form | {"items-2-unit_price": "99"})
    assert over.status_code == 422
    assert "is over the price limit of $77.38" in over.text
    assert re.search(r'id="items-2-unit_price-error"', over.text)
    assert "Feed the cat." in over.text
    half = client.post(new(people), form | {"items-1-unit_price": "5"})
    assert half.status_code == 422
    assert re.search(r'id="items-1-item_number-error"', half.text)
    empty = {name: "" for name in form if name.startswith("items")}
    nothing = client.post(new(people), form | empty)
    assert nothing.status_code == 422
    assert "at least one item" in nothing.text
    assert 'href="#items-0-item_number"' in nothing.text
    assert stored(people) == []


def test_another_row_keeps_what_was_typed(people, sign_in, form):
    page = sign_in("cora").post(new(people), form | {"add_item": "1"})
    assert page.status_code == 200
    assert "items-3-item_number" in page.text
    assert "Feed the cat." in page.text
    assert stored(people) == []


def test_a_hostile_document_is_refused_in_its_field_and_nothing_is_signed(people, sign_in, form):
    client = sign_in("cora")
    address = drafted(client, people, form)
    signature = {
        "signed_on": people.today.isoformat(),
        "signed_by": "Pat Green",
        "file": (io.BytesIO(b"<script>alert(1)</script>"), "signed.pdf"),
    }
    response = client.post(f"{address}/signature", signature)
    assert response.status_code == 422
    assert "Choose a PDF, or a picture" in response.text
    assert 'id="file-error"' in response.text
    assert [one.status for one in stored(people)] == ["draft"]


def test_a_file_comes_back_as_a_download_to_those_who_may_see_whose_it_is(people, sign_in, form):
    client = sign_in("cora")
    address = drafted(client, people, form)
    name = 'a"b;\r\nX: y<script>.pdf'
    signature = {
        "signed_on": people.today.isoformat(),
        "signed_by": "Pat Green",
        "file": (io.BytesIO(PDF), name),
    }
    assert client.post(f"{address}/signature", signature).status_code == 303
    with scope(people.acacia.id):
        kept = db.session.scalars(select(Attachment.id)).one()
        assert db.session.scalars(select(AgreedItem.item_number)).first()
    for who in ("cora", "sam", "vic"):
        response = sign_in(who).get(f"/attachments/{kept}")
        assert response.status_code == 200
        assert response.data == PDF
        assert response.mimetype == "application/pdf"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "X" not in response.headers
    assert sign_in("fin").get(f"/attachments/{kept}").status_code == 403
    assert sign_in("charlie").get(f"/attachments/{kept}").status_code == 404
    assert sign_in(None).get(f"/attachments/{kept}").status_code == 302


def test_a_file_that_is_gone_from_the_disk_is_not_there(people, sign_in, form, monkeypatch):
    from caddy import storage

    client = sign_in("cora")
    address = drafted(client, people, form)
    signature = {
        "signed_on": people.today.isoformat(),
        "signed_by": "Pat Green",
        "file": (io.BytesIO(PDF + b"gone"), "x.pdf"),
    }
    client.post(f"{address}/signature", signature)
    with scope(people.acacia.id):
        kept = db.session.scalars(select(Attachment)).one()
        storage.path_of(kept.sha256).unlink(missing_ok=True)
        kept_id = kept.id
    assert client.get(f"/attachments/{kept_id}").status_code == 404
