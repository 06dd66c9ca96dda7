"""Giving back a file, always as a download, to those who may see whose it is."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from caddy import storage
from caddy.domain.permissions import Permission
from caddy.queries import attachments
from caddy.web.access import requires, seen_by

blueprint = Blueprint("attachments", __name__, url_prefix="/attachments")


@blueprint.get("/<uuid:attachment_id>")
@requires(Permission.PARTICIPANTS_READ)
def show(attachment_id: UUID) -> ResponseReturnValue:
    found = attachments.one(attachment_id, seen_by=seen_by())
    if found is None or not storage.path_of(found.sha256).is_file():
        abort(404)
    response = send_file(
        storage.path_of(found.sha256),
        mimetype=found.content_type,
        as_attachment=True,
        download_name=found.file_name,
        etag=False,
        last_modified=None,
    )
    # As every personal page: kept nowhere on the way, and shown by nothing inside the browser.
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
