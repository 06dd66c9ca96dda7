"""The bytes of documents: downloaded, shown inside a page, or opened by a link. All noted."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from caddy.actions import documents as actions
from caddy.domain.files import SHOWN
from caddy.domain.permissions import Permission
from caddy.queries import documents
from caddy.web.access import actor, public, requires
from caddy.web.document_links import opened
from caddy.web.limits import TRIES
from caddy.web.security import limiter
from caddy.web.sent_files import shown, stored

blueprint = Blueprint("document_files", __name__, url_prefix="/documents")


@blueprint.get("/<uuid:document_id>/versions/<uuid:version_id>")
@requires(Permission.DOCUMENTS_READ)
def download(document_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Give a version, always as a download, and write down who took it."""
    found = documents.version(version_id, actor, document_id)
    if found is None:
        abort(404)
    response = stored(found.sha256, found.file_name, found.media_type)
    actions.note_opening(found, "download", actor=actor)
    return response


@blueprint.get("/<uuid:document_id>/versions/<uuid:version_id>/preview")
@requires(Permission.DOCUMENTS_READ)
def preview(document_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Show a picture or a PDF inside the document's own page, and nothing else anywhere."""
    found = documents.version(version_id, actor, document_id)
    if found is None or found.media_type not in SHOWN:
        abort(404)
    response = shown(found.sha256, found.file_name, found.media_type)
    actions.note_opening(found, "preview", actor=actor)
    return response


@blueprint.get("/shared/<string(maxlength=400):signed>")
@public
@limiter.limit(TRIES["document_links.opened"])
def shared(signed: str) -> ResponseReturnValue:
    """Give the one file that a link was made for, in the name of who made it.

    A link that has run out, one that was changed, and one whose maker may not see the
    document any more are answered alike.
    """
    with opened(signed) as link:
        found = documents.version(link.version_id, link.actor) if link else None
        if link is None or found is None or not documents.is_active(found.document_id):
            abort(404)
        response = stored(found.sha256, found.file_name, found.media_type)
        actions.note_opening(found, "link", actor=link.actor)
    return response
