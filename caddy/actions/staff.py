"""What is recorded of staff: what they hold, when they can be rostered, when they are away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, update

from caddy import audit, clock
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.staff import (
    Leave,
    QualificationEntry,
    Window,
    check_leave,
    check_window,
    checked_qualification,
)
from caddy.extensions import db
from caddy.models import Document, StaffQualification, User, WorkerAvailability, WorkerLeave
from caddy.queries import organizations
from caddy.transaction import transaction

Row = TypeVar("Row", StaffQualification, WorkerAvailability, WorkerLeave)
MOST = 500


def record_qualification(user_id: UUID, entry: QualificationEntry, *, actor: Actor) -> None:
    """Record what someone holds; of each kind the newest record is the one that is kept."""
    with transaction(actor):
        user = _lock(user_id)
        entry = checked_qualification(entry, clock.today(organizations.current().timezone))
        row = db.session.scalars(
            select(StaffQualification)
            .where(StaffQualification.user_id == user_id)
            .where(StaffQualification.kind == entry.kind)
        ).one_or_none()
        if row is None:
            row = StaffQualification(
                organization_id=actor.organization_id, user_id=user_id, kind=entry.kind
            )
            db.session.add(row)
        changes = {}
        for name in ("number", "issued_on", "expires_on"):
            before, after = getattr(row, name), getattr(entry, name)
            if before != after:
                changes[name] = (before, after)
                setattr(row, name, after)
        audit.record(
            Fact.QUALIFICATION_RECORDED, user, changes={"kind": entry.kind.value, **changes}
        )


def remove_qualification(user_id: UUID, qualification_id: UUID, *, actor: Actor) -> None:
    """Take away a qualification that was recorded by mistake."""
    with transaction(actor):
        user = _lock(user_id)
        row = _own(StaffQualification, user_id, qualification_id)
        _let_go_of_documents(qualification_id)
        db.session.delete(row)
        audit.record(
            Fact.QUALIFICATION_REMOVED,
            user,
            changes={"kind": row.kind.value, "number": row.number, "expires_on": row.expires_on},
        )


def _let_go_of_documents(qualification_id: UUID) -> None:
    """Leave the documents of a qualification that goes to the person themselves."""
    db.session.execute(
        update(Document)
        .where(Document.qualification_id == qualification_id)
        .values(qualification_id=None)
    )


def add_availability(user_id: UUID, windows: Sequence[Window], *, actor: Actor) -> None:
    """Record hours of the week in which someone can be rostered. Without any, all are."""
    with transaction(actor):
        user = _lock(user_id)
        rows = _all(WorkerAvailability, user_id)
        others = [Window(row.weekday, row.start_time, row.end_time) for row in rows]
        for window in windows:
            check_window(window, others)
            others.append(window)
            db.session.add(
                WorkerAvailability(
                    organization_id=actor.organization_id,
                    user_id=user_id,
                    weekday=window.weekday,
                    start_time=window.start_time,
                    end_time=window.end_time,
                )
            )
        audit.record(
            Fact.AVAILABILITY_ADDED, user, changes={"windows": [str(one) for one in windows]}
        )


def remove_availability(user_id: UUID, window_id: UUID, *, actor: Actor) -> None:
    with transaction(actor):
        user = _lock(user_id)
        row = _own(WorkerAvailability, user_id, window_id)
        db.session.delete(row)
        window = Window(row.weekday, row.start_time, row.end_time)
        audit.record(Fact.AVAILABILITY_REMOVED, user, changes={"window": str(window)})


def add_leave(user_id: UUID, leave: Leave, *, actor: Actor) -> None:
    """Record days on which someone is away. Why is kept beside them, not in the history."""
    with transaction(actor):
        user = _lock(user_id)
        rows = _all(WorkerLeave, user_id)
        check_leave(leave, (Leave(row.starts_on, row.ends_on) for row in rows))
        db.session.add(
            WorkerLeave(
                organization_id=actor.organization_id,
                user_id=user_id,
                starts_on=leave.starts_on,
                ends_on=leave.ends_on,
                reason=leave.reason,
            )
        )
        audit.record(
            Fact.LEAVE_ADDED,
            user,
            changes={"starts_on": leave.starts_on, "ends_on": leave.ends_on},
        )


def remove_leave(user_id: UUID, leave_id: UUID, *, actor: Actor) -> None:
    with transaction(actor):
        user = _lock(user_id)
        row = _own(WorkerLeave, user_id, leave_id)
        db.session.delete(row)
        audit.record(
            Fact.LEAVE_REMOVED,
            user,
            changes={"starts_on": row.starts_on, "ends_on": row.ends_on},
        )


def _lock(user_id: UUID) -> User:
    """Return the person, held: two writers at once see each other's hours and leave."""
    user = db.session.scalars(
        select(User).where(User.id == user_id).with_for_update()
    ).one_or_none()
    if user is None:
        raise NotFound("person")
    return user


def _own(model: type[Row], user_id: UUID, row_id: UUID) -> Row:
    row = db.session.scalars(
        select(model).where(model.id == row_id, model.user_id == user_id)
    ).one_or_none()
    if row is None:
        raise NotFound("entry")
    return row


def _all(model: type[Row], user_id: UUID) -> list[Row]:
    return list(db.session.scalars(select(model).where(model.user_id == user_id).limit(MOST)))
