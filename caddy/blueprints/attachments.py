"""Giving back a file, always as a download, to those who may see whose it is."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from caddy.actions.exports import note_attachment
from caddy.domain.permissions import Permission
from caddy.queries import attachments
from caddy.web.access import actor, requires, seen_by
from caddy.web.sent_files import stored

blueprint = Blueprint("attachments", __name__, url_prefix="/attachments")


@blueprint.get("/<uuid:attachment_id>")
@requires(Permission.PARTICIPANTS_READ)
def show(attachment_id: UUID) -> ResponseReturnValue:
    found = attachments.one(attachment_id, seen_by=seen_by())
    if found is None:
        abort(404)
    sha256, file_name, content_type = found.sha256, found.file_name, found.content_type
    note_attachment(attachment_id, actor=actor)
    return stored(sha256, file_name, content_type)
