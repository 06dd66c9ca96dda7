"""Signing on screen and through a link, without a script: what is kept, and what is refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from caddy import clock, storage
from caddy.actions import agreements, services, signing_links
from caddy.actions.erasure_signings import erase_signings
from caddy.actions.signing_links import Asked
from caddy.extensions import db
from caddy.models import (
    Attachment,
    AuditLog,
    EmailLog,
    Service,
    ServiceAgreement,
    Signing,
    SigningLink,
)
from caddy.queries import signings
from caddy.queue import Outbox
from caddy.transaction import transaction
from tests import one_of_each, samples, snapshot, world

PAT = Asked("Pat Green", "pat@example.org")
STROKES = "M10 20L30 40M5 5L6 6"


@pytest.fixture
def draft(inside):
    return agreements.add_agreement(
        inside.acacia.participant_id,
        one_of_each.agreement(inside.today, terms="Feed the cat."),
        actor=inside.alice,
    )


def logged(people, actor=None):
    entry = one_of_each.entry(people, people.acacia.participant_id)
    return services.log_service(entry, world.ZONE, "NSW", actor=actor or people.sam).id


def given(sha256, **more):
    """Return what a signer sends."""
    form = {"name": "Pat Green", "role": "nominee", "has_agreed": "y", "sha256": sha256}
    return form | {"drawing": "", **more}


def linked(people, draft):
    """Send a link to sign a draft whose paper is made; return its address and the checksum."""
    sha256 = one_of_each.keep_paper(draft, people.alice)
    link = signing_links.ask_for_agreement(draft, PAT, actor=people.alice)
    return f"/signing/{one_of_each.token_of_link(link)}", sha256


def stored():
    db.session.rollback()
    return list(db.session.scalars(select(Signing).order_by(Signing.signed_at)))


def test_an_agreement_is_signed_on_screen_with_a_typed_name(inside, draft, sign_in):
    client = sign_in("cora")
    address = f"/agreements/{draft}/signing"
    assert "It is made first" in client.get(address).text
    asked = client.post(f"/agreements/{draft}/paper")
    assert (asked.status_code, "being made" in client.get(asked.location).text) == (303, True)
    assert client.get(asked.location, fragment=True).status_code == 204, "nothing is swapped yet"
    jobs = list(db.session.scalars(select(Outbox.job).where(Outbox.subject_id == draft)))
    assert jobs == ["make_agreement_paper"]
    sha256 = one_of_each.keep_paper(draft, inside.alice)
    assert sha256 in client.get(asked.location, fragment=True).text
    shown = client.get(address).text
    assert sha256 in shown
    assert "Feed the cat." in shown
    paper = client.get(f"/agreements/{draft}/paper")
    assert (paper.data, paper.headers["Content-Disposition"][:6]) == (samples.PDF, "inline")
    assert client.post(address, given(sha256)).status_code == 303
    (one,) = stored()
    assert (one.name, one.role.value, one.way.value) == ("Pat Green", "nominee", "on_screen")
    assert one.statement.startswith("I have read this service agreement")
    assert one.statement.endswith("I am the participant's nominee.")
    assert (one.checksum, "Feed the cat." in one.text) == (sha256, True)
    agreement = db.session.get_one(ServiceAgreement, draft)
    assert (agreement.status.value, agreement.signed_by) == ("signed", "Pat Green")
    kept = db.session.scalars(select(Attachment).where(Attachment.agreement_id == draft)).one()
    with storage.open_file(kept.sha256) as file:
        assert (kept.sha256, file.read()) == (sha256, samples.PDF)
    assert sha256 in client.get(f"/agreements/{draft}").text
    assert client.post(address, given(sha256)).status_code == 409
    facts = set(db.session.scalars(select(AuditLog.action)))
    assert {"agreement.signed", "signing.done"} <= facts


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": " "}, "Type your full name."),
        ({"role": "x"}, "Choose as whom you sign."),
        ({"has_agreed": ""}, "Tick the box"),
        ({"drawing": 'M1 1"/><script>'}, "could not be read"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_signs_nothing(
    inside, draft, sign_in, more, said
):
    address, sha256 = linked(inside, draft)
    for client, place in (
        (sign_in("cora"), f"/agreements/{draft}/signing"),
        (sign_in(None), address),
    ):
        form = {key: value for key, value in given(sha256, **more).items() if value}
        refused = client.post(place, form)
        assert (refused.status_code, said in refused.text) == (422, True)
        assert more.get("name") or 'value="Pat Green"' in refused.text
    assert stored() == []


def test_a_link_is_mailed_opens_one_document_and_is_used_up(inside, draft, sign_in):
    address, sha256 = linked(inside, draft)
    token = address.rpartition("/")[2]
    mail = db.session.scalars(select(EmailLog)).one()
    assert (mail.to_address, mail.user_id, token in str(mail.context)) == (
        "pat@example.org",
        None,
        False,
    )
    guest = sign_in(None)
    shown = guest.get(address)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert "Feed the cat." in shown.text
    assert sha256 in shown.text
    assert 'href="/' not in re.sub(r'href="/(static|signing|manifest)[^"]*"', "", shown.text)
    assert guest.get(f"{address}/document").data == samples.PDF
    signed = guest.post(address, given(sha256, drawing=STROKES), headers={"User-Agent": "Phone"})
    assert (signed.status_code, guest.get(signed.location).status_code) == (303, 200)
    (one,) = stored()
    assert (one.way.value, one.drawing, one.ip) == ("by_link", STROKES, "127.0.0.1")
    assert one.user_agent
    assert db.session.get_one(ServiceAgreement, draft).signed_by == "Pat Green"
    dead = guest.get(address)
    assert (dead.status_code, "does not work" in dead.text) == (404, True)
    assert guest.post(address, given(sha256)).status_code == 404
    assert guest.get(f"{address}/document").status_code == 404
    assert len(stored()) == 1
    assert f'd="{STROKES}"' in sign_in("cora").get(f"/agreements/{draft}").text


@pytest.mark.parametrize("why", ["unknown", "expired", "revoked"])
def test_a_dead_link_is_answered_alike_whatever_killed_it(inside, draft, sign_in, why):
    address, sha256 = linked(inside, draft)
    link = db.session.scalars(select(SigningLink)).one()
    if why == "unknown":
        address = f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}"
    elif why == "revoked":
        client = sign_in("cora")
        assert client.post(f"/signing-links/{link.id}/revocation").status_code == 303
        assert "Taken back" in client.get(f"/agreements/{draft}/signing").text
    else:
        with transaction(inside.alice, unrecorded="a test: the time goes by"):
            row = db.session.get_one(SigningLink, link.id)
            assert row.expires_at - clock.now() > timedelta(days=13)
            row.expires_at = clock.now()
    guest = sign_in(None)
    shown, signed = guest.get(address), guest.post(address, given(sha256))
    assert (shown.status_code, signed.status_code) == (404, 404)
    alike = guest.get("/signing/nothing-here")
    assert shown.text == alike.text
    assert stored() == []


def test_a_draft_that_changed_kills_its_link_and_the_link_says_so(inside, draft, sign_in):
    address, sha256 = linked(inside, draft)
    changed = one_of_each.agreement(inside.today, terms="Feed the dog.")
    agreements.change_agreement(draft, changed, actor=inside.alice)
    guest = sign_in(None)
    shown = guest.get(address)
    assert (shown.status_code, "This was changed" in shown.text) == (409, True)
    assert "Feed the" not in shown.text
    assert guest.get(f"{address}/document").status_code == 404
    assert guest.post(address, given(sha256)).status_code == 409
    on_screen = sign_in("cora").post(f"/agreements/{draft}/signing", given(sha256))
    assert on_screen.status_code == 409
    assert stored() == []


def test_another_signed_agreement_of_these_days_is_refused_in_words(inside, draft, sign_in):
    address, sha256 = linked(inside, draft)
    other = agreements.add_agreement(
        inside.acacia.participant_id, one_of_each.agreement(inside.today), actor=inside.alice
    )
    agreements.sign_agreement(other, inside.today, "Pat Green", actor=inside.alice)
    refused = sign_in(None).post(address, given(sha256))
    assert (refused.status_code, "Another signed agreement" in refused.text) == (422, True)
    assert stored() == []


def test_a_support_is_signed_by_its_participant_and_a_later_change_shows(inside, sign_in):
    service_id = logged(inside)
    client = sign_in("sam")
    address = f"/services/{service_id}/signing"
    text_shown = client.get(address).text
    sha256 = signings.service(service_id, seen_by=None).sha256
    assert sha256 in text_shown
    assert "By Sam Acacia, for Acacia" in text_shown
    assert client.post(address, given(sha256, role="participant")).status_code == 303
    db.session.rollback()
    service = db.session.get_one(Service, service_id)
    assert (service.signed_by, service.signed_at is not None) == ("Pat Green", True)
    shown = client.get(f"/services/{service_id}").text
    assert (sha256 in shown, "Changed since" in shown) == (True, False)
    assert client.post(address, given(sha256)).status_code == 409
    with transaction(inside.alice, unrecorded="a test: a correction"):
        db.session.get_one(Service, service_id).notes = "Something else."
    assert "Changed since it was signed" in client.get(f"/services/{service_id}").text


def test_a_support_is_signed_through_a_link(inside, sign_in):
    service_id = logged(inside)
    client = sign_in("sam")
    address = f"/services/{service_id}/signing-links"
    wrong = client.post(address, {"to_name": "Pat", "to_address": "nowhere"})
    assert (wrong.status_code, "Enter an email address" in wrong.text) == (422, True)
    assert (
        client.post(address, {"to_name": "Pat", "to_address": "p@example.org"}).status_code == 303
    )
    link = db.session.scalars(select(SigningLink)).one()
    sha256 = signings.service(service_id, seen_by=None).sha256
    place = f"/signing/{one_of_each.token_of_link(link.id)}"
    guest = sign_in(None)
    assert "Confirm the support" in guest.get(place).text
    assert guest.post(place, given(sha256)).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Service, service_id).signed_by == "Pat Green"


def test_the_database_lets_nobody_change_or_delete_a_signature(inside, sign_in):
    service_id = logged(inside)
    sha256 = signings.service(service_id, seen_by=None).sha256
    sign_in("sam").post(f"/services/{service_id}/signing", given(sha256))
    db.session.remove()
    for statement in (
        "UPDATE signings SET name = 'Someone else'",
        "UPDATE signings SET role = 'parent'",
        "UPDATE signings SET name = 'Erased', text = ''",
        "DELETE FROM signings",
    ):
        with (
            pytest.raises(DBAPIError, match="never changed or deleted"),
            snapshot.writing() as connection,
            connection.begin(),
        ):
            connection.execute(text(statement))
    assert [one.name for one in stored()] == ["Pat Green"]


def test_who_signed_is_forgotten_with_the_participant_and_that_it_was_signed_is_not(
    inside, draft, sign_in
):
    address, sha256 = linked(inside, draft)
    sign_in(None).post(address, given(sha256, drawing=STROKES))
    with transaction(inside.alice, unrecorded="a test: erasing"):
        assert set(erase_signings(inside.acacia.participant_id)) == {sha256}
    (one,) = stored()
    assert (one.name, one.text, one.drawing, one.ip) == ("Erased", "", None, None)
    assert one.checksum == sha256
    link, mail = (
        db.session.scalars(select(SigningLink)).one(),
        db.session.scalars(select(EmailLog)).one(),
    )
    assert (link.to_address, mail.to_address, mail.context) == ("", "", {})
    assert db.session.scalar(select(func.count(Signing.id))) == 1
