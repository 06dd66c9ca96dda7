"""What tests of documents share: files as they come in, and adding them."""

from __future__ import annotations

import io

from PIL import Image

from caddy.actions import documents
from caddy.actions.attachments import Upload
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName
from tests.samples import PDF

CONSENT = DocumentEntry(DocumentKind.CONSENT)


def upload(name="consent form.pdf", content=PDF):
    return Upload(io.BytesIO(content), name)


def added(actor, link=None, *uploads, entry=CONSENT):
    """Add documents and return their ids; without a link they are the organization's own."""
    return documents.add_documents(uploads or [upload()], entry, link, actor=actor)


def of_pat(people):
    return Link(LinkName.PARTICIPANT, people.acacia.participant_id)


def png():
    held = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(held, "PNG")
    return held.getvalue()
