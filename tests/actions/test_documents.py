"""Documents: all of an upload or none of it, versions that stay, and who may see which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from sqlalchemy import func, select, update

from caddy import storage
from caddy.actions import attachments, services, staff
from caddy.actions import documents as actions
from caddy.domain.documents import DocumentEntry, DocumentKind, Expiry, Link, LinkName, expiry
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.files import FileKind
from caddy.domain.permissions import Role
from caddy.domain.subscriptions import PLANS, SubscriptionPlan
from caddy.extensions import db
from caddy.models import AuditLog, Document, DocumentVersion, Organization
from caddy.queries import documents, subscriptions
from caddy.queries.documents import DocumentFilter
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import one_of_each, samples, world
from tests.documents import added, of_pat, png, upload


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def facts(*names):
    rows = db.session.scalars(select(AuditLog).order_by(AuditLog.id))
    return [row for row in rows if row.action in names]


def titles(actor, **wanted):
    return sorted(row.title for row in documents.page(DocumentFilter(**wanted), actor)[0])


def test_several_files_become_documents_with_titles_from_their_names(people):
    entry = DocumentEntry(DocumentKind.PHOTO, "Not for several", ("Home", "2026"))
    files = upload("living-room_1.PNG", png()), upload("notes (may).txt", b"All is well.\n")
    first, second = added(people.alice, of_pat(people), *files, entry=entry)
    record = documents.record(first, people.alice)
    assert record.document.title == "Living room 1"
    assert (record.document.participant_id, record.document.tags) == (
        people.acacia.participant_id,
        ["Home", "2026"],
    )
    version = record.current
    assert (version.number, version.file_name) == (1, "living-room_1.png")
    assert (version.media_type, version.first_name) == (FileKind.PNG, "Alice")
    assert documents.record(second, people.alice).document.title == "Notes (may)"
    with storage.open_file(version.sha256) as file:
        assert len(file.read()) == version.size_bytes
    assert {row.entity_id for row in facts("document.added")} == {first, second}
    (alone,) = added(people.alice, None, entry=replace(entry, title="The lease"))
    assert documents.record(alone, people.alice).document.title == "The lease"


def test_where_one_file_is_not_taken_none_is_and_each_is_named(people):
    kept = set(storage.kept())
    bad = upload("page.pdf", b"<html>"), upload("broken.png", b"\x89PNG\r\n\x1a\nx")
    with pytest.raises(RuleBroken) as caught:
        added(people.alice, None, upload("fresh.pdf", samples.PDF + b"fresh"), *bad)
    assert caught.value.field == "files"
    assert "page.pdf: Choose a PDF" in caught.value.message
    assert "broken.png: This picture cannot be read" in caught.value.message
    assert db.session.scalar(select(func.count(Document.id))) == 0
    assert set(storage.kept()) == kept


@pytest.mark.parametrize(("plan", "megabytes"), [("free", 10), ("pro", 25), ("enterprise", 100)])
def test_how_large_a_file_and_all_of_them_may_be_is_the_plans(people, plan, megabytes):
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(Organization).values(subscription_plan=plan))
    chosen = SubscriptionPlan(plan)
    assert PLANS[chosen].file_bytes == megabytes * 1024 * 1024
    small = replace(PLANS[chosen], file_bytes=1000, storage_bytes=2000)
    with mock.patch.dict(PLANS, {chosen: small}):
        with pytest.raises(RuleBroken, match="A file has 0 MB"):
            added(people.alice, None, upload(content=samples.PDF.ljust(1001)))
        for _ in range(2):
            added(people.alice, None, upload(content=samples.PDF.ljust(1000)))
        with pytest.raises(RuleBroken, match="does not fit any more"):
            added(people.alice)
    # Files of services share the room with documents: there is one sum and one limit.
    entry = one_of_each.entry(people, people.acacia.participant_id)
    logged = services.log_service(entry, world.ZONE, "NSW", actor=people.sam)
    receipt = upload("r.pdf", samples.PDF.ljust(500))
    attachments.attach_to_service(logged.id, receipt, actor=people.alice)
    assert subscriptions.stored_bytes() == 2500
    full = replace(PLANS[chosen], storage_bytes=2500)
    with mock.patch.dict(PLANS, {chosen: full}):
        for add in (
            lambda: added(people.alice),
            lambda: attachments.attach_to_service(logged.id, upload(), actor=people.alice),
        ):
            with pytest.raises(RuleBroken, match="does not fit any more"):
                add()


def test_a_new_version_leaves_the_old_one_and_retiring_leaves_all(people):
    (made,) = added(people.sam, of_pat(people))
    before = documents.record(made, people.sam).current
    assert (
        actions.add_version(made, upload("signed.pdf", samples.PDF + b"2"), actor=people.sam) == 2
    )
    record = documents.record(made, people.sam)
    assert [one.number for one in record.versions] == [2, 1]
    assert record.versions[1].sha256 == before.sha256
    assert record.document.version == 2
    for one in record.versions:
        assert storage.is_there(one.sha256)
    actions.retire_document(made, actor=people.sam)
    actions.retire_document(made, actor=people.sam)
    assert titles(people.alice) == []
    assert titles(people.alice, is_active=False) == ["Consent form"]
    with pytest.raises(RuleBroken, match="retired"):
        actions.note_link(made, actor=people.sam)
    assert len(documents.record(made, people.alice).versions) == 2
    actions.restore_document(made, actor=people.sam)
    assert titles(people.alice, search="signed") == ["Consent form"]
    told = facts("document.version_added", "document.retired", "document.restored")
    assert [row.action for row in told] == [
        "document.version_added",
        "document.retired",
        "document.restored",
    ]


def test_what_is_said_of_a_document_is_changed_on_top_of_what_was_seen(people):
    (made,) = added(people.alice, of_pat(people))
    seen = documents.record(made, people.alice).document.updated_at
    entry = DocumentEntry(DocumentKind.MEDICAL, "Epilepsy plan", ("Health",), people.today)
    actions.change_document(made, entry, seen, actor=people.alice)
    with pytest.raises(Conflict, match="Alice"):
        actions.change_document(made, entry, seen, actor=people.sam)
    with pytest.raises(RuleBroken, match="title"):
        actions.change_document(made, replace(entry, title=" "), None, actor=people.alice)
    assert titles(people.alice, search="epilepsy", tag="HEALTH") == ["Epilepsy plan"]
    assert titles(people.alice, tag="epilepsy") == []
    assert titles(people.alice, kind=DocumentKind.MEDICAL) == ["Epilepsy plan"]
    assert titles(people.alice, expires_by=people.today - timedelta(days=1)) == []
    assert titles(people.alice, expires_by=people.today) == ["Epilepsy plan"]
    assert expiry(people.today - timedelta(days=1), people.today) is Expiry.EXPIRED
    (changed,) = facts("document.changed")
    assert changed.changes["title"] == ["Consent form", "Epilepsy plan"]


def test_everyone_sees_the_documents_that_are_theirs_to_see_and_no_others(people, own):
    """By whose it is: who may see it. The colleague's participant is Olly, whom Sam does not."""
    olly, sam = world.olly(people), people.acacia.people["sam"]
    everyone = {"alice", "cora", "sam", "vic"}
    leads = {"alice", "cora"}
    incident = Link(LinkName.INCIDENT, own["incident_id"])
    qualification = Link(LinkName.QUALIFICATION, own["qualification_id"])
    policy = DocumentKind.POLICY
    wanted = [
        ("pat", of_pat(people), DocumentKind.CONSENT, everyone),
        ("olly", Link(LinkName.PARTICIPANT, olly), DocumentKind.CONSENT, everyone - {"sam"}),
        ("service", Link(LinkName.SERVICE, own["service_id"]), DocumentKind.RECEIPT, everyone),
        ("agreement", Link(LinkName.AGREEMENT, own["agreement_id"]), DocumentKind.OTHER, everyone),
        ("incident", incident, DocumentKind.INCIDENT, leads | {"sam"}),
        ("policy", Link(LinkName.POLICY, own["policy_id"]), policy, everyone),
        ("sam", Link(LinkName.USER, sam), DocumentKind.IDENTITY, leads | {"sam"}),
        ("sam's paper", qualification, DocumentKind.CERTIFICATE, leads | {"sam"}),
        ("cora", Link(LinkName.USER, people.acacia.people["cora"]), DocumentKind.OTHER, leads),
        ("insurance", None, DocumentKind.INSURANCE, everyone - {"sam"}),
        ("procedure", None, DocumentKind.PROCEDURE, everyone),
    ]
    for title, link, kind, _ in wanted:
        added(people.alice, link, entry=DocumentEntry(kind, title, ("tried",)))
    roles = {"alice": Role.ADMIN, "cora": Role.COORDINATOR, "sam": Role.SUPPORT_WORKER}
    for who, role in {**roles, "vic": Role.VIEWER}.items():
        actor = people.acacia.actor(who, role)
        expected = sorted(title for title, *_, seen in wanted if who in seen)
        assert titles(actor, tag="tried") == expected, who
        shown = documents.page(DocumentFilter(tag="tried", is_active=True), people.alice)[0]
        for row in shown:
            assert (documents.record(row.id, actor) is not None) == (row.title in expected), who
            found = documents.version(row.version_id, actor)
            assert (found is not None) == (row.title in expected), who
        assert documents.count(DocumentFilter(tag="tried"), actor) == len(expected)


def test_a_worker_puts_documents_only_where_they_work_and_changes_only_those(people):
    olly = world.olly(people)
    sam = people.sam
    (theirs,) = added(people.alice, None, entry=DocumentEntry(DocumentKind.POLICY))
    for link in (
        None,
        Link(LinkName.PARTICIPANT, olly),
        Link(LinkName.USER, people.acacia.people["cora"]),
        Link(LinkName.PARTICIPANT, people.banksia.participant_id),
    ):
        with pytest.raises(NotFound):
            added(sam, link)
    assert documents.record(theirs, sam) is not None
    for change in (
        lambda: actions.retire_document(theirs, actor=sam),
        lambda: actions.add_version(theirs, upload(), actor=sam),
    ):
        with pytest.raises(NotFound):
            change()
    (own,) = added(sam, Link(LinkName.USER, sam.user_id))
    actions.retire_document(own, actor=sam)
    with scope(people.banksia.id):
        assert documents.record(own, people.charlie) is None


def test_a_qualification_that_is_removed_leaves_its_documents_to_the_person(people, own):
    (made,) = added(people.alice, Link(LinkName.QUALIFICATION, own["qualification_id"]))
    staff.remove_qualification(own["user_id"], own["qualification_id"], actor=people.alice)
    document = documents.record(made, people.alice).document
    assert (document.qualification_id, document.user_id) == (None, own["user_id"])
    assert [
        row.id for row in documents.of("user", own["user_id"], seen_by=None, with_medical=True)
    ] == [made]


def test_the_documents_of_a_thing_are_those_that_whoever_asks_may_see(people, own):
    (of_service,) = added(people.alice, Link(LinkName.SERVICE, own["service_id"]))
    (of_incident,) = added(people.alice, Link(LinkName.INCIDENT, own["incident_id"]))
    pat, sam = people.acacia.participant_id, people.acacia.people["sam"]
    of_participant = [
        row.id for row in documents.of("participant", pat, seen_by=sam, with_medical=True)
    ]
    assert of_service in of_participant
    assert of_incident not in of_participant
    nobody = people.acacia.people["fin"]
    assert documents.of("service", own["service_id"], seen_by=nobody, with_medical=True) == []
    rows = db.session.scalars(select(DocumentVersion.document_id)).all()
    assert set(of_participant) < set(rows)
