"""What members of staff hold: recorded once a kind, renewed by recording it again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.qualifications import QualificationKind, usual_expiry
from caddy.extensions import db
from caddy.models import StaffQualification, User
from caddy.transaction import transaction


def record_qualification(
    user_id: UUID,
    kind: QualificationKind,
    *,
    issued_on: date | None = None,
    expires_on: date | None = None,
    number: str | None = None,
    actor: Actor,
) -> UUID:
    """Store what someone holds, in place of what was recorded of the same kind.

    Without an end, the one that follows from the day of issue counts, where one does.
    """
    if expires_on is None and issued_on is not None:
        expires_on = usual_expiry(kind, issued_on)
    with transaction(actor):
        if db.session.get(User, user_id) is None:
            raise NotFound("person")
        row = db.session.scalars(
            select(StaffQualification)
            .where(StaffQualification.user_id == user_id, StaffQualification.kind == kind)
            .with_for_update()
        ).one_or_none()
        if row is None:
            row = StaffQualification(
                organization_id=actor.organization_id, user_id=user_id, kind=kind
            )
            db.session.add(row)
        row.number, row.issued_on, row.expires_on = number, issued_on, expires_on
        db.session.flush()
        audit.record(
            Fact.QUALIFICATION_RECORDED,
            row,
            changes={"user_id": user_id, "kind": kind, "expires_on": expires_on},
        )
        return row.id
