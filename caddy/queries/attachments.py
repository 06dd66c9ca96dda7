"""Files that belong to a service or an agreement: lists, and one to give back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from caddy.extensions import db
from caddy.models import Attachment
from caddy.queries import agreements, services

MOST_LISTED = 100


def of_service(service_id: UUID) -> list[Any]:
    return _of(Attachment.service_id == service_id)


def of_agreement(agreement_id: UUID) -> list[Any]:
    return _of(Attachment.agreement_id == agreement_id)


def _of(condition: ColumnElement[bool]) -> list[Any]:
    return list(
        db.session.execute(
            select(
                Attachment.id, Attachment.file_name, Attachment.size_bytes, Attachment.created_at
            )
            .where(condition)
            .order_by(Attachment.id)
            .limit(MOST_LISTED)
        )
    )


def one(attachment_id: UUID, *, seen_by: UUID | None) -> Attachment | None:
    """Return a file of a service or an agreement that a person may see."""
    found = db.session.get(Attachment, attachment_id)
    if found is None:
        return None
    if found.service_id is not None:
        return found if services.one(found.service_id, seen_by=seen_by) else None
    if found.agreement_id is not None and agreements.record(found.agreement_id, seen_by=seen_by):
        return found
    return None
