"""Files that belong to a service or an agreement: lists, and one to give back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from caddy.extensions import db
from caddy.models import Attachment

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


def one(attachment_id: UUID) -> Attachment | None:
    return db.session.get(Attachment, attachment_id)
