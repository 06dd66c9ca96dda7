"""Adding documents and versions of them, changing what is said of them, retiring, sharing.

A version that was stored is never changed, and none takes the place of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy import audit, storage
from caddy.actions.attachments import Upload
from caddy.actions.refused_files import noted
from caddy.actions.versions import refuse_stale
from caddy.domain.actor import Actor
from caddy.domain.documents import (
    LINK_MINUTES,
    LONGEST_TITLE,
    MOST_AT_ONCE,
    MOST_VERSIONS,
    DocumentEntry,
    Link,
    allowed,
    guess_title,
)
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.files import clean_name
from caddy.domain.subscriptions import check_room
from caddy.extensions import db
from caddy.models import Document, DocumentVersion
from caddy.queries import document_links, documents, organizations, subscriptions
from caddy.storage import Staged
from caddy.transaction import current_work, transaction


def add_documents(
    uploads: Sequence[Upload], entry: DocumentEntry, link: Link | None, *, actor: Actor
) -> list[UUID]:
    """Add a document for each file, all of them or none; return their ids in order.

    A title is for one file; of several, and without one, it is guessed from the file's name.
    Raises NotFound where what they are linked to is not the actor's to see, RuleBroken on
    `files` with a sentence for each file that is not taken.
    """
    if not 0 < len(uploads) <= MOST_AT_ONCE:
        raise RuleBroken(
            "files", "how_many", f"Choose 1 to {MOST_AT_ONCE} files, the others after that."
        )
    if document_links.target(link, actor) is None:
        raise NotFound("document")
    with ExitStack() as held:
        staged = _staged(uploads, held, actor)
        for one in staged:
            one.keep()
        with transaction(actor):
            target = document_links.target(link, actor)
            if target is None:
                raise NotFound("document")
            _check_room(staged)
            return [
                _add(upload, file, entry, link, target, is_only=len(uploads) == 1).id
                for upload, file in zip(uploads, staged, strict=True)
            ]


def _staged(uploads: Sequence[Upload], held: ExitStack, actor: Actor) -> list[Staged]:
    """Take every file in for a while; refuse them together, with what is wrong with each."""
    takes = allowed(organizations.current().subscription_plan)
    found: list[Staged] = []
    refused: list[RuleBroken] = []
    names: list[str] = []
    for upload in uploads:
        try:
            with noted(upload.name, actor):
                found.append(held.enter_context(storage.staged(upload.stream, takes, upload.name)))
        except RuleBroken as error:
            refused.append(error)
            names.append(upload.name.rpartition("/")[2][-LONGEST_TITLE:] or "A file")
    if refused and len(uploads) == 1:
        raise RuleBroken("files", refused[0].code, refused[0].message)
    if refused:
        said = " ".join(
            f"{name}: {error.message}" for name, error in zip(names, refused, strict=True)
        )
        raise RuleBroken("files", "files_refused", f"{said} Nothing was added yet.")
    return found


def _check_room(staged: Sequence[Staged]) -> None:
    coming = sum(one.size_bytes for one in staged)
    check_room(subscriptions.stored_bytes(), coming, subscriptions.current(), "files")


def _add(
    upload: Upload,
    file: Staged,
    entry: DocumentEntry,
    link: Link | None,
    target: document_links.Target,
    *,
    is_only: bool,
) -> Document:
    title = (entry.title if is_only else "") or guess_title(upload.name)
    row = Document(kind=entry.kind, title=title, tags=list(entry.tags), expires_on=entry.expires_on)
    if link is not None:
        setattr(row, f"{link.name}_id", link.id)
    row.participant_id, row.user_id = target.participant_id, target.user_id
    name = clean_name(upload.name, file.kind)
    row.index_words(name)
    db.session.add(row)
    db.session.flush()
    changes: dict[str, Any] = {"title": title, "kind": entry.kind.value, "file_name": name}
    if link is not None:
        changes[f"{link.name}_id"] = link.id
    if target.participant_id is not None:
        changes["participant_id"] = target.participant_id
    _add_version(row, file, name, 1)
    audit.record(Fact.DOCUMENT_ADDED, row, changes=changes | {"sha256": file.sha256})
    return row


def _add_version(document: Document, file: Staged, name: str, number: int) -> DocumentVersion:
    version = DocumentVersion(
        document_id=document.id,
        number=number,
        sha256=file.sha256,
        file_name=name,
        media_type=file.kind.value,
        size_bytes=file.size_bytes,
        uploaded_by=current_work().actor.user_id,
    )
    document.version = number
    db.session.add(version)
    return version


def add_version(document_id: UUID, upload: Upload, *, actor: Actor) -> int:
    """Add a new version of a document and return its number. Earlier ones stay as they are."""
    if documents.record(document_id, actor) is None:
        raise NotFound("document")
    with ExitStack() as held:
        (file,) = _staged([upload], held, actor)
        file.keep()
        with transaction(actor):
            document = _held(document_id, actor)
            newest = db.session.scalar(
                select(func.max(DocumentVersion.number)).where(
                    DocumentVersion.document_id == document_id
                )
            )
            number = (newest or 0) + 1
            if number > MOST_VERSIONS:
                raise RuleBroken(
                    "files", "many_versions", f"A document has {MOST_VERSIONS} versions at most."
                )
            _check_room([file])
            name = clean_name(upload.name, file.kind)
            document.index_words(name)
            _add_version(document, file, name, number)
            audit.record(
                Fact.DOCUMENT_VERSION_ADDED,
                document,
                changes={
                    "title": document.title,
                    "version": (number - 1, number),
                    "file_name": name,
                    "sha256": file.sha256,
                },
            )
            return number


def change_document(
    document_id: UUID, entry: DocumentEntry, seen: datetime | None, *, actor: Actor
) -> None:
    """Change a document's title, kind, tags and expiry; raise Conflict where someone else has."""
    title = entry.title.strip()
    if not title:
        raise RuleBroken("title", "no_title", "Enter a title.")
    with transaction(actor, unrecorded="nothing may be otherwise"):
        document = _held(document_id, actor)
        refuse_stale(document, seen, "document")
        after = {
            "title": title,
            "kind": entry.kind,
            "tags": list(entry.tags),
            "expires_on": entry.expires_on,
        }
        changes = {
            name: (getattr(document, name), value)
            for name, value in after.items()
            if getattr(document, name) != value
        }
        if not changes:
            return
        for name, (_, value) in changes.items():
            setattr(document, name, value)
        document.index_words(documents.versions(document_id)[0].file_name)
        audit.record(Fact.DOCUMENT_CHANGED, document, changes=changes)


def retire_document(document_id: UUID, *, actor: Actor) -> None:
    """Take a document out of lists and checks. It is kept, and can be restored."""
    _set_active(document_id, Fact.DOCUMENT_RETIRED, is_active=False, actor=actor)


def restore_document(document_id: UUID, *, actor: Actor) -> None:
    """Bring a retired document back."""
    _set_active(document_id, Fact.DOCUMENT_RESTORED, is_active=True, actor=actor)


def _set_active(document_id: UUID, fact: Fact, *, is_active: bool, actor: Actor) -> None:
    with transaction(actor, unrecorded="it may be so already"):
        document = _held(document_id, actor)
        if document.is_active is not is_active:
            document.is_active = is_active
            audit.record(fact, document, changes={"title": document.title})


def note_opening(version: DocumentVersion, how: str, *, actor: Actor) -> None:
    """Write down that someone took a version: as a `download`, a `preview`, or by a `link`."""
    file_name, sha256, number = version.file_name, version.sha256, version.number
    document_id = version.document_id
    with transaction(actor):
        document = db.session.get_one(Document, document_id)
        audit.record(
            Fact.DOCUMENT_DOWNLOADED,
            document,
            changes={
                "title": document.title,
                "how": how,
                "version": number,
                "file_name": file_name,
                "sha256": sha256,
            },
        )


def note_link(document_id: UUID, *, actor: Actor) -> UUID:
    """Write down that someone makes a link to a document; return the version that it opens."""
    with transaction(actor):
        record = documents.record(document_id, actor)
        if record is None:
            raise NotFound("document")
        if not record.document.is_active:
            raise RuleBroken(None, "retired", "This document is retired. Restore it first.")
        audit.record(
            Fact.DOCUMENT_LINK_MADE,
            record.document,
            changes={
                "title": record.document.title,
                "version": record.document.version,
                "minutes": LINK_MINUTES,
            },
        )
        version_id: UUID = record.current.id
        return version_id


def _held(document_id: UUID, actor: Actor) -> Document:
    """Return a document that the actor may change, its row locked until the transaction ends."""
    statement = select(Document).where(Document.id == document_id, documents.seen(actor))
    document = db.session.scalars(statement.with_for_update()).one_or_none()
    if document is None or not document_links.may_change(document, actor):
        raise NotFound("document")
    return document
