"""Taking back what an import did to staff, agreements, services and items of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Enum, Uuid, delete, inspect, select, update

from caddy import audit
from caddy.actions import totals
from caddy.actions.totals import Move
from caddy.domain.errors import Conflict
from caddy.extensions import db
from caddy.models import (
    AgreedItem,
    AgreementStatus,
    Document,
    Import,
    ImportRow,
    Service,
    ServiceAgreement,
    StaffQualification,
    SupportItem,
    User,
)
from caddy.queries.import_dependents import created_by

LEAVE = {"synchronize_session": False}


def put_back(row: Any, changes: Mapping[str, Any]) -> None:
    """Give a row's columns the values they had, where nobody has changed them since."""
    for name, (before, after) in changes.items():
        if audit.plain(getattr(row, name)) != after:
            raise Conflict(
                "changed_since",
                f"This import cannot be taken back: {name.replace('_', ' ')} of one of its rows "
                "was changed since.",
            )
        setattr(row, name, _typed(row, name, before))


def _typed(row: Any, name: str, value: Any) -> Any:
    """Return a value as its column holds it, from how the history keeps it."""
    kind = inspect(type(row)).columns[name].type
    if value is None:
        return None
    if isinstance(kind, Enum):
        return kind.enum_class(value) if kind.enum_class else value
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, Uuid) else value


def held_row(model: Any, row_id: UUID | None) -> Any:
    """Return what an import changed; Conflict where it is gone."""
    row = db.session.get(model, row_id) if row_id else None
    if row is None:
        raise Conflict("changed_since", "Something that this import changed is not there any more.")
    return row


def undo_user(_import: Import, row: ImportRow) -> None:
    put_back(held_row(User, row.subject_id), row.before.get("changes", {}))
    for kind, before in row.before.get("qualifications", []):
        held = db.session.scalars(
            select(StaffQualification).where(
                StaffQualification.user_id == row.subject_id, StaffQualification.kind == kind
            )
        ).one_or_none()
        if held is None:
            continue
        if before is None:
            db.session.execute(
                update(Document)
                .where(Document.qualification_id == held.id)
                .values(qualification_id=None)
            )
            db.session.delete(held)
            continue
        for name, value in before.items():
            setattr(held, name, _typed(held, name, value))


def remove_users(import_id: UUID) -> None:
    made = created_by(import_id)
    for statement in (
        delete(StaffQualification).where(StaffQualification.user_id.in_(made)),
        delete(User).where(User.id.in_(made)),
    ):
        db.session.execute(statement.execution_options(**LEAVE))


def undo_agreement(_import: Import, row: ImportRow) -> None:
    agreement = held_row(ServiceAgreement, row.subject_id)
    put_back(agreement, row.before.get("changes", {}))
    if row.before.get("signed"):
        agreement.status = AgreementStatus.DRAFT
        agreement.signed_on = agreement.signed_by = None
    items = row.before.get("items")
    if items is not None:
        own = AgreedItem.agreement_id == agreement.id
        db.session.execute(delete(AgreedItem).where(own).execution_options(**LEAVE))
        db.session.add_all(
            AgreedItem(agreement_id=agreement.id, item_number=number, unit_price_cents=cents)
            for number, cents in items
        )


def remove_agreements(import_id: UUID) -> None:
    own = ServiceAgreement.id.in_(created_by(import_id))
    db.session.execute(delete(ServiceAgreement).where(own).execution_options(**LEAVE))


def remove_services(import_id: UUID) -> None:
    """Give back to the budgets what the services took, and take them out."""
    own = Service.id.in_(created_by(import_id))
    rows = db.session.execute(
        select(Service.budget_id, Service.service_on, Service.status, Service.total_cents).where(
            own
        )
    ).all()
    totals.hold({row.budget_id for row in rows})
    for row in rows:
        taken = totals.taken(row.status, row.total_cents)
        totals.move(row.budget_id, row.service_on, Move().minus(taken))
    db.session.execute(delete(Service).where(own).execution_options(**LEAVE))


def undo_item(_import: Import, row: ImportRow) -> None:
    put_back(held_row(SupportItem, row.subject_id), row.before.get("changes", {}))


def remove_items(import_id: UUID) -> None:
    own = SupportItem.id.in_(created_by(import_id))
    db.session.execute(delete(SupportItem).where(own).execution_options(**LEAVE))
