"""The audit log as people read it, and medical details that are shown only when asked for."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import inspect, select

from caddy.actions import audit_checks
from caddy.actions.medical import change_medical
from caddy.actions.participants import change_participant
from caddy.actions.services import log_service
from caddy.columns import new_id
from caddy.domain.audit_phrases import PHRASES
from caddy.domain.facts import Fact
from caddy.domain.recurring import Recurring
from caddy.extensions import db
from caddy.jobs import recurring
from caddy.models import AuditLog, EmailLog, Participant, PeriodicRun
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.actions.test_audit_chain import hexed, tamper
from tests.one_of_each import entry

MEDICAL = {"allergies": ["green apples"], "disabilities": ["epilepsy"]}


def shown(response):
    """Return what a page's log says, a sentence an entry, without its markup."""
    entries = re.findall(r'<div class="log__what">\s*<p>(.*?)</p>', response.text, re.DOTALL)
    plain = [re.sub(r"<a .*?</a>|<[^>]+>", "", one) for one in entries]
    return [" ".join(one.split()) for one in plain]


def facts(people, fact):
    with scope(people.acacia.id):
        written = select(AuditLog).where(AuditLog.action == fact)
        return db.session.scalars(written.order_by(AuditLog.sequence)).all()


def changed(people):
    """Have Cora change Pat's phone number, and Sam log a service for Pat."""
    cora = people.acacia.actor("cora", world.Role.COORDINATOR)
    with scope(people.acacia.id):
        for number in ("02 9000 0000", "02 9000 0001"):
            profile = world.profile("Pat", "Green", "430000001", phone=number)
            change_participant(people.acacia.participant_id, profile, actor=cora)
        log_service(
            entry(people, people.acacia.participant_id), world.ZONE, "NSW", actor=people.sam
        )


def test_every_fact_has_its_words():
    assert set(PHRASES) == set(Fact)


def test_entries_are_sentences_with_names_amounts_and_what_was_before(people, by_password):
    changed(people)
    said = shown(by_password("alice").get("/audit"))
    assert "Sam logged a service for Pat Green, 30 min, $35.12." in said
    assert "Cora changed the phone number of Pat Green from 02 9000 0000 to 02 9000 0001." in said
    assert "Alice Acacia signed in." in said
    assert any(
        one.startswith("Test gave Sam Acacia a way to sign in as support worker") for one in said
    )


def test_the_log_is_narrowed_by_whom_by_what_and_by_day(people, sign_in):
    world.olly(people)
    changed(people)
    client = sign_in("alice")
    sam, pat = people.acacia.people["sam"], people.acacia.participant_id

    def found(query):
        return shown(client.get(f"/audit?{query}"))

    assert {one.split()[0] for one in found(f"person={sam}")} == {"Sam"}
    assert all("Olly" not in one for one in found(f"participant={pat}"))
    assert any("added Olly Hidden" in one for one in found("name=olly"))
    assert all("Pat" not in one for one in found("name=olly"))
    assert found("fact=service.logged") == found("about=services")
    tomorrow = people.today + timedelta(days=1)
    assert found(f"from={people.today}&to={people.today}")
    assert not found(f"from={tomorrow}")
    assert found("fact=no-such&from=x&to=9999-12-31")  # what makes no sense narrows nothing


def test_pages_follow_each_other_without_a_gap_and_the_file_has_them_all(
    people, sign_in, monkeypatch
):
    from caddy.queries import audit_log

    changed(people)
    monkeypatch.setattr(audit_log.page, "__kwdefaults__", {"size": 10})
    client = sign_in("alice")
    with scope(people.acacia.id):
        total = len(db.session.scalars(select(AuditLog.id)).all())
    seen, path = [], "/audit"
    while path:
        page = client.get(path)
        seen += re.findall(r"number ([\d,]+)", page.text)
        following = re.search(r'href="(/audit\?[^"]*after=[^"]*)"', page.text)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == total
    rows = client.get("/audit.csv").text.splitlines()
    assert len(rows) == total + 1
    assert facts(people, Fact.LIST_EXPORTED)[-1].changes["list"] == "Audit log"


def test_one_participants_history_holds_their_rows_and_nobody_elses(people, sign_in):
    world.olly(people)
    changed(people)
    path = f"/participants/{people.acacia.participant_id}/history"
    said = shown(sign_in("cora").get(path))
    assert any("logged a service" in one for one in said)
    assert any("added a plan for Pat Green" in one for one in said)
    assert any("put Sam Acacia into the team of Pat Green" in one for one in said)
    assert not any("Olly" in one or "signed in" in one for one in said)
    assert sign_in("sam").get(path).status_code == 403
    assert sign_in("charlie").get(path).status_code == 404


def test_a_history_without_an_entry_says_what_is_true(people, sign_in):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test's beginning"):
        pat = db.session.get_one(Participant, people.acacia.participant_id)
        kept = {one.key: getattr(pat, one.key) for one in inspect(Participant).columns}
        fresh = {"id": new_id(), "ndis_number": "430000009", "first_name": "Nia"}
        stored = {one.key for one in inspect(Participant).columns if one.computed is None}
        new = Participant(**{name: kept[name] for name in stored} | fresh)
        db.session.add(new)
    client, path = sign_in("cora"), f"/participants/{fresh['id']}/history"
    assert "Nothing has happened yet" in client.get(path).text
    assert "What is done about Nia is written down here" in client.get(path).text
    assert "Widen the filter" in client.get(f"{path}?about=claims").text


def test_medical_details_are_shown_only_when_asked_for_and_that_is_written_down(
    app, people, sign_in
):
    pat = people.acacia.participant_id
    with scope(people.acacia.id):
        change_medical(pat, MEDICAL, actor=people.alice)
    (change,) = facts(people, Fact.MEDICAL_RECORD_CHANGED)
    assert set(change.changes.values()) == {"changed"}  # what is in them is nobody's history
    client = sign_in("cora")
    for path in (f"/participants/{pat}", f"/participants/{pat}/edit"):
        assert "green apples" not in client.get(path).text
    assert not facts(people, Fact.MEDICAL_RECORD_VIEWED)
    page = client.post(f"/participants/{pat}/medical-views")
    assert "green apples" in page.text
    (viewed,) = facts(people, Fact.MEDICAL_RECORD_VIEWED)
    assert (viewed.user_id, viewed.participant_id) == (people.acacia.people["cora"], pat)
    with app.app_context():
        part = client._client.post(
            f"/participants/{pat}/medical-views",
            data={"csrf_token": client.token()},
            headers={"HX-Request-Type": "partial"},
        )
    assert part.text.strip().startswith('<section class="card stack-small" id="medical"')
    version = re.search(r'name="version" type="hidden" value="([^"]+)"', page.text)[1]
    form = {"allergies": "nuts", "version": version.replace("&#43;", "+")}
    assert client.post(f"/participants/{pat}/medical-details", form).status_code == 302
    stale = client.post(f"/participants/{pat}/medical-details", form)
    assert stale.status_code == 409
    assert "nuts" in client.post(f"/participants/{pat}/medical-views").text
    assert sign_in("vic").post(f"/participants/{pat}/medical-views").status_code == 403


def test_saving_a_profile_leaves_medical_details_as_they_are(people, sign_in):
    pat = people.acacia.participant_id
    with scope(people.acacia.id):
        change_medical(pat, MEDICAL, actor=people.alice)
        change_participant(pat, world.profile("Pat", "Green", "430000001"), actor=people.alice)
    assert "green apples" in sign_in("cora").post(f"/participants/{pat}/medical-views").text


def test_the_weekly_proof_tells_administrators_what_was_changed_and_the_page_says_so(
    people, sign_in
):
    recurring.find_checks_due()
    with scope(people.acacia.id):
        wanted = select(PeriodicRun.id).where(PeriodicRun.kind == Recurring.WEEKLY_AUDIT.value)
        run_id = db.session.scalars(wanted).one()
    tamper(
        "UPDATE audit_logs SET ip = '1.2.3.4' WHERE organization_id = :own AND sequence = 5",
        own=hexed(people.acacia.id),
    )
    with scope(people.acacia.id):
        for _ in range(2):  # a worker may run it twice
            audit_checks.weekly_audit(run_id, actor=people.alice)
        mails = db.session.scalars(
            select(EmailLog).where(EmailLog.template == "audit_trouble")
        ).all()
    assert [mail.to_address for mail in mails] == ["alice@acacia.example"]
    assert mails[0].context["sentences"] == ["Row 5 was changed after it was written."]
    page = sign_in("alice").get("/audit").text
    assert "1 thing is wrong" in page
