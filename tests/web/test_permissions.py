"""Single permissions: given and taken away, seen, and what they open at once."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from caddy.actions import documents, evidence, members, records
from caddy.actions.attachments import Upload
from caddy.actions.medical import change_medical, view_medical
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName
from caddy.domain.errors import Forbidden, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.permissions import MEANINGS, ROLE_PERMISSIONS, Permission, Role
from caddy.extensions import db
from caddy.models import AuditLog, User
from caddy.queries import documents as document_reads
from caddy.queries import message_documents
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.samples import PDF
from tests.web import growth

MEDICAL = Permission.PARTICIPANTS_MEDICAL


def grant(people, who, *permissions):
    """Store single permissions of someone as they are, without asking."""
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(User)
            .where(User.id == people.acacia.people[who])
            .values(permissions=[str(one) for one in permissions])
        )


def test_each_permission_is_explained():
    assert set(MEANINGS) == set(Permission)


def test_a_permission_given_counts_at_once_and_is_taken_away_again(people, sign_in):
    alice, vic = sign_in("alice"), sign_in("vic")
    address = f"/staff/{people.acacia.people['vic']}/permissions"
    page = alice.get(address).text
    assert "Open the profiles of participants they may see" in page
    assert 'value="participants.read"' not in page  # the role gives it: it is no choice
    assert vic.get("/claims").status_code == 403
    assert alice.post(address, {"permissions": ["claims.read"]}).status_code == 303
    assert vic.get("/claims").status_code == 200
    assert "checked" in alice.get(address).text
    assert alice.post(address, {}).status_code == 303
    assert vic.get("/claims").status_code == 403
    assert alice.post(address, {"permissions": ["claims.eat"]}).status_code == 422
    with scope(people.acacia.id):
        noted = db.session.scalars(
            select(AuditLog.changes)
            .where(AuditLog.action == Fact.USER_PERMISSIONS_CHANGED.value)
            .order_by(AuditLog.sequence)
        ).all()
    assert noted == [
        {"permissions": [[], ["claims.read"]]},
        {"permissions": [["claims.read"], []]},
    ]


def test_nobody_widens_their_own_rights_or_gives_what_they_do_not_have(people, sign_in):
    grant(people, "vic", Permission.ORGANIZATION_WRITE)
    vic, own = sign_in("vic"), people.acacia.people
    for who, what, form, said in (
        ("vic", "permissions", {"permissions": ["claims.read"]}, "Nobody gives themselves rights."),
        ("vic", "role", {"role": "admin"}, "Nobody gives themselves rights."),
        ("sam", "role", {"role": "admin"}, "rights that you have yourself"),
        ("sam", "permissions", {"permissions": ["claims.write"]}, "rights that you have yourself"),
    ):
        refused = vic.post(f"/staff/{own[who]}/{what}", form)
        assert refused.status_code == 422, (who, what)
        assert said in refused.text, (who, what)
    invited = vic.post("/staff/invitations", {"email": "me@vic.example", "role": "admin"})
    assert invited.status_code == 422
    given = vic.post(f"/staff/{own['sam']}/permissions", {"permissions": ["budgets.read"]})
    assert given.status_code == 303
    # An administrator has it all already, and stores nothing for a later day.
    with scope(people.acacia.id), pytest.raises(RuleBroken):
        members.change_permissions(
            own["vic"], {MEDICAL}, actor=replace(people.alice, user_id=own["vic"])
        )


def test_medical_details_are_seen_by_those_who_hold_their_permission(people, sign_in):
    pat = people.acacia.participant_id
    olly = world.olly(people)
    with scope(people.acacia.id):
        change_medical(pat, {"allergies": ["green apples"]}, actor=people.alice)
    for who in ("alice", "cora", "sam"):
        assert "green apples" in sign_in(who).post(f"/participants/{pat}/medical-views").text, who
    assert "Show medical details" in sign_in("sam").get(f"/participants/{pat}").text
    assert sign_in("sam").post(f"/participants/{olly}/medical-views").status_code == 404
    changing = {"allergies": "nuts"}
    assert sign_in("sam").post(f"/participants/{pat}/medical-details", changing).status_code == 403
    for who in ("fin", "vic"):
        assert sign_in(who).post(f"/participants/{pat}/medical-views").status_code == 403, who
    assert "Show medical details" not in sign_in("vic").get(f"/participants/{pat}").text
    # Who writes participants without seeing health takes none of it out, and changes none.
    grant(people, "vic", Permission.PARTICIPANTS_WRITE, Permission.AUDIT_READ)
    vic = sign_in("vic")
    assert "Health: disabilities" not in vic.get("/participants/new").text
    assert "Make the record" not in vic.get(f"/participants/{pat}?tab=compliance").text
    for address in (f"/participants/{pat}/records", f"/participants/{pat}/medical-details"):
        assert vic.post(address, {"allergies": "nuts"}).status_code == 403, address


def test_health_documents_records_archives_and_packs_need_it_too(people):
    alice, pat = people.alice, people.acacia.participant_id
    without = replace(alice, permissions=alice.permissions - {MEDICAL})
    with scope(people.acacia.id):
        (made,) = documents.add_documents(
            [Upload(io.BytesIO(PDF), "a.pdf")],
            DocumentEntry(DocumentKind.MEDICAL, "Epilepsy plan", ()),
            Link(LinkName.PARTICIPANT, pat),
            actor=alice,
        )
        assert document_reads.record(made, alice)
        assert document_reads.record(made, without) is None
        assert document_reads.page(document_reads.DocumentFilter(), without)[0] == []
        for sees, with_medical in (([made], True), ([], False)):
            rows = document_reads.of("participant", pat, seen_by=None, with_medical=with_medical)
            assert [row.id for row in rows] == sees
        assert message_documents.offered(pat, alice) == []
        days = {"starts_on": "2026-11-01", "ends_on": "2026-11-21"}
        for ask in (
            lambda: records.ask_for_record(pat, actor=without),
            lambda: records.ask_for_archive(actor=without),
            lambda: evidence.ask_for_evidence(days, actor=without),
            lambda: view_medical(pat, actor=without),
        ):
            with pytest.raises(Forbidden):
                ask()


@pytest.mark.both_databases
def test_who_can_see_a_participant_and_why_is_told_in_three_queries(app, people, sign_in):
    pat = people.acacia.participant_id
    grant(people, "fin", MEDICAL)
    sign_in("sam").post(f"/participants/{pat}/medical-views")
    cora = sign_in("cora")
    address = f"/participants/{pat}/access"
    page = cora.get(address).text
    rows = {
        row.split("</a>")[0].rpartition(">")[2]: row
        for row in page.split("<tr>")
        if "/staff/" in row
    }
    assert set(rows) == {f"{one} Acacia" for one in ("Alice", "Cora", "Sam", "Fin", "Vic")}
    assert "Is in the team." in rows["Sam Acacia"]
    assert "The role sees every participant." in rows["Fin Acacia"]
    assert (
        'data-label="Medical details:" class="nowrap"><span class="soft">No' in rows["Vic Acacia"]
    )
    assert "Given" in rows["Fin Acacia"].split('data-label="Medical details:"')[1].split("</td>")[0]
    assert "Sam Acacia</th>" in page.partition("looks-title")[2]
    alone = cora.get(f"/participants/{world.olly(people)}/access").text
    assert "Sam Acacia" not in alone
    few = growth.queries(app, cora, address)
    growth.many_people(people, 6)
    assert growth.queries(app, cora, address) == few
    # Its own three, the transaction they are in, and what every page asks.
    every = growth.queries(app, cora, "/settings/password")
    assert few <= every + 1 + 3
    assert sign_in("vic").get(address).status_code == 403


def test_a_role_that_is_known_gives_what_it_says():
    with_medical = {role for role in Role if MEDICAL in ROLE_PERMISSIONS[role]}
    assert with_medical == {Role.ADMIN, Role.COORDINATOR, Role.SUPPORT_WORKER}
