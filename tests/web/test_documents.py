"""Documents on their pages: sent, shown, taken, shared for ten minutes, found again."""

from __future__ import annotations

import io
import re

import itsdangerous
import pytest
from sqlalchemy import select, update

from caddy import clock, storage
from caddy.actions import teams
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName
from caddy.extensions import db
from caddy.models import AuditLog, Document, User
from caddy.queries import documents
from caddy.tenancy import scope
from caddy.transaction import transaction
from caddy.web import document_links
from tests import samples
from tests.documents import added, of_pat, png, upload


def file(name="consent_form.pdf", content=samples.PDF):
    return (io.BytesIO(content), name)


def openings(people):
    with scope(people.acacia.id):
        rows = db.session.scalars(
            select(AuditLog)
            .where(AuditLog.action == "document.downloaded")
            .order_by(AuditLog.happened_at)
        )
        return [(row.changes["how"], row.actor_name) for row in rows]


def one(people, actor, link, *, name="consent_form.pdf", content=samples.PDF):
    with scope(people.acacia.id):
        (made,) = added(actor, link, upload(name, content))
        return made, documents.record(made, actor).current.id


def test_files_are_sent_shown_changed_and_found_again(people, sign_in):
    client = sign_in("sam")
    pat = people.acacia.participant_id
    address = f"/documents?participant={pat}"
    refused = client.post(address, {"files": file("x.pdf", b"<svg>"), "kind": "consent"})
    assert refused.status_code == 422
    assert "Choose a PDF, a picture" in refused.text
    nothing = client.post(address, {"kind": "consent", "tags": "Kept"})
    assert "Choose a file." in nothing.text
    assert 'value="Kept"' in nothing.text
    assert client.post("/documents", {"files": file(), "kind": "consent"}).status_code == 404
    form = {"files": file(), "kind": "consent", "tags": "Signed, signed", "expires_on": ""}
    done = client.post(address, form)
    assert done.status_code == 303
    shown = client.get(done.location)
    assert "Consent form" in shown.text
    assert "<iframe" in shown.text
    edit = client.get(f"{done.location}/edit")
    version = re.search(r'name="version" type="hidden" value="([^"]+)"', edit.text)[1]
    change = {"title": "Consent of Pat", "kind": "consent", "tags": "", "version": version}
    assert client.post(f"{done.location}/edit", change).status_code == 303
    stale = client.post(f"{done.location}/edit", change | {"title": "Mine"})
    assert stale.status_code == 409
    assert "Consent of Pat" in stale.text
    assert "Mine" in stale.text
    several = client.post(
        address, {"files": [file("a.pdf"), file("b.png", png())], "kind": "photo"}
    )
    assert several.location == f"/participants/{pat}"
    page = client.get(several.location)
    assert "Consent of Pat" in page.text
    found = client.get("/documents?search=consent+pat")
    assert "1 document<" in found.text
    assert f'href="{done.location}"' in client.get("/search?q=consent").text
    table = client.get("/documents.csv?kind=photo")
    assert "A,Photo,Pat Green" in table.text
    assert "consent" not in table.text.lower()


def test_a_picture_and_a_pdf_are_shown_inside_and_nothing_else_is(people, sign_in):
    client = sign_in("alice")
    for name, content, kind in (
        ("a.pdf", samples.PDF, "application/pdf"),
        ("a.png", png(), "image/png"),
        ("a.csv", b"=1+1,2\n", None),
    ):
        made, version = one(people, people.alice, None, name=name, content=content)
        address = f"/documents/{made}/versions/{version}"
        taken = client.get(address)
        assert taken.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert taken.headers["Content-Length"] == str(len(taken.data))
        preview = client.get(f"{address}/preview")
        if kind is None:
            assert preview.status_code == 404
            continue
        policy = preview.headers["Content-Security-Policy"]
        assert preview.mimetype == kind
        assert preview.headers["Content-Disposition"].startswith("inline")
        assert preview.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in policy
        assert "script-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert ("sandbox" in policy) == (kind != "application/pdf")
        other = documents_of_nobody(people)
        assert client.get(f"/documents/{other}/versions/{version}").status_code == 404
    assert openings(people) == [
        *[("download", "Alice Acacia"), ("preview", "Alice Acacia")] * 2,
        ("download", "Alice Acacia"),
    ]


def documents_of_nobody(people):
    return one(people, people.alice, None)[0]


def test_a_file_whose_bytes_are_gone_is_a_page_that_says_so(people, sign_in):
    made, version = one(people, people.alice, None, content=samples.PDF + b"gone")
    with scope(people.acacia.id):
        sha256 = documents.version(version, people.alice).sha256
    assert storage.discard(sha256, clock.now())
    answer = sign_in("alice").get(f"/documents/{made}/versions/{version}")
    assert answer.status_code == 404
    assert "does not exist" in answer.text
    assert openings(people) == []


def link_made(client, made):
    shown = client.post(f"/documents/{made}/links")
    return re.search(r'value="https?://[^/]+(/documents/shared/[^"]+)"', shown.text)[1]


def test_a_link_gives_one_file_to_whoever_has_it_and_is_written_down(people, sign_in):
    made, _ = one(people, people.sam, of_pat(people))
    address = link_made(sign_in("sam"), made)
    for stranger in (None, "charlie"):
        taken = sign_in(stranger).get(address)
        assert taken.data == samples.PDF
        assert taken.headers["Content-Disposition"].startswith("attachment")
        assert taken.headers["Cache-Control"] == "no-store"
    assert openings(people) == [("link", "Sam Acacia")] * 2
    assert sign_in(None).get(f"{address}x").status_code == 404
    assert sign_in(None).get("/documents/shared/x").status_code == 404


@pytest.mark.parametrize("why", ["late", "team", "left", "retired", "other key"])
def test_a_link_opens_only_while_its_maker_may_see_the_document(people, sign_in, monkeypatch, why):
    made, version = one(people, people.sam, of_pat(people))
    address = link_made(sign_in("sam"), made)
    with scope(people.acacia.id):
        if why == "late":
            real = itsdangerous.TimestampSigner.get_timestamp
            later = staticmethod(lambda: real(None) + 601)
            monkeypatch.setattr(itsdangerous.TimestampSigner, "get_timestamp", later)
        elif why == "team":
            pat, sam = people.acacia.participant_id, people.acacia.people["sam"]
            teams.remove_from_team(pat, sam, actor=people.alice)
        elif why == "other key":
            signer = itsdangerous.URLSafeTimedSerializer("another", salt=document_links.SALT)
            parts = [people.acacia.id, people.sam.user_id, version]
            address = "/documents/shared/" + signer.dumps([one.hex for one in parts])
        else:
            with transaction(people.alice, unrecorded="a test"):
                who = update(User).where(User.id == people.acacia.people["sam"])
                gone = update(Document).values(is_active=False)
                db.session.execute(who.values(status="inactive") if why == "left" else gone)
    assert sign_in(None).get(address).status_code == 404
    assert openings(people) == []


def test_what_expires_is_on_the_first_page_of_those_who_may_see_it(people, sign_in):
    with scope(people.acacia.id):
        for kind, link in (
            (DocumentKind.INSURANCE, None),
            (DocumentKind.CONSENT, of_pat(people)),
            (DocumentKind.IDENTITY, Link(LinkName.USER, people.acacia.people["cora"])),
        ):
            added(people.alice, link, entry=DocumentEntry(kind, f"Paper {kind}", (), people.today))
    for who, kinds in (
        ("alice", {"insurance", "consent", "identity"}),
        ("sam", {"consent"}),
        ("vic", set()),  # who only looks has numbers there
        ("fin", set()),
    ):
        assert set(re.findall(r">Paper (\w+)<", sign_in(who).get("/").text)) == kinds, who


def test_only_uploads_of_those_who_are_signed_in_may_be_large(app, people, sign_in, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)

    def send(client, address):
        form = {"files": file("a.pdf", samples.PDF.ljust(200_000)), "kind": "other"}
        return client.post(address, form).status_code

    assert send(sign_in(None), "/documents?organization=1") == 413
    assert send(sign_in("alice"), "/documents?organization=1") == 303
    assert send(sign_in("alice"), "/settings/sites") == 413
    monkeypatch.setattr(app.view_functions["documents.create"], "__caddy_most_bytes__", 150_000)
    form = {"files": file("a.pdf", samples.PDF.ljust(200_000)), "kind": "other"}
    said = sign_in("alice").post("/documents?organization=1", form).text
    assert "A file has 25 MB at the most. That is what the Pro plan has." in said
