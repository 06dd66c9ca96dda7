"""Erasing people who left: who they were goes; what they delivered keeps the id of nobody's name.

Each is one transaction that looks again before it begins. The audit log is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from caddy import audit, clock
from caddy.actions.erasure import discard
from caddy.actions.tasks import start_task
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict
from caddy.domain.facts import Fact
from caddy.domain.people import PresenceStatus
from caddy.domain.permissions import Permission
from caddy.domain.retention import (
    ERASED_FIRST_NAME,
    ERASED_TEXT,
    MOST_AT_ONCE,
    RetentionKind,
    check_confirmed,
)
from caddy.domain.tasks import Progress, TaskKind
from caddy.extensions import db
from caddy.models import (
    ComplianceScore,
    Document,
    DocumentVersion,
    EmailLog,
    ExpiryNotice,
    IdMapping,
    ImportRow,
    Notification,
    NotificationChoice,
    NotificationPreference,
    ParticipantWatcher,
    ParticipantWorker,
    Passkey,
    RecoveryCode,
    SavedFilter,
    SmsLog,
    StaffQualification,
    TotpFactor,
    User,
    UserIdentity,
    WorkerAvailability,
    WorkerLeave,
)
from caddy.queries import organizations, retention, retention_staff
from caddy.transaction import transaction

OWN = (
    *(StaffQualification, WorkerAvailability, WorkerLeave),
    *(ParticipantWorker, ParticipantWatcher, Notification, NotificationChoice),
    *(NotificationPreference, SmsLog, ExpiryNotice, TotpFactor, RecoveryCode),
    *(Passkey, UserIdentity, SavedFilter),
)
FORGOTTEN = (
    *("phone", "avatar_key", "password_hash", "external_id", "calendar_key_hash"),
    *("presence_page", "presence_seen_at"),
)


def ask_for_erasure(user_ids: Sequence[UUID], confirmed: int | None, *, actor: Actor) -> UUID:
    """Leave the erasure of people who left to the worker; return its task.

    Raises RuleBroken where the number that was typed is not theirs, Conflict where one of them
    must be kept.
    """
    wanted = list(dict.fromkeys(user_ids))
    check_confirmed(confirmed, len(wanted))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Conflict("nobody", f"Choose 1 to {MOST_AT_ONCE} people to erase.")
    today = clock.today(organizations.current().timezone)
    for one in wanted:
        _check(one, today)
    count = len(wanted)
    title = f"Erase the records of {count} {'person' if count == 1 else 'people'} who left"
    params = {"kind": RetentionKind.STAFF.value, "ids": " ".join(map(str, wanted))}
    needs = Permission.ORGANIZATION_WRITE
    return start_task(TaskKind.ERASURE, title, params, actor=actor, needs=needs)


def erase_each(user_ids: Sequence[UUID], tell: Progress, *, actor: Actor) -> tuple[int, int]:
    """Erase people one after the other; return how many were, and how many must be kept."""
    today = clock.today(organizations.current().timezone)
    refused = 0
    stored: dict[str, datetime] = {}
    try:
        for number, one in enumerate(user_ids):
            tell(number, len(user_ids))
            try:
                stored |= _erase(one, today, actor)
            except Conflict:
                refused += 1
    finally:
        discard(stored)
    return len(user_ids) - refused, refused


def _check(user_id: UUID, today: date) -> retention_staff.StaffDue:
    found = retention_staff.one(user_id, today)
    if found is None:
        raise Conflict("must_be_kept", "The list has changed: one of them must be kept.")
    return found


def _erase(user_id: UUID, today: date, actor: Actor) -> dict[str, datetime]:
    """Take away everything that names someone; return when each of their files was stored."""
    with transaction(actor):
        user = db.session.get(User, user_id, with_for_update=True)
        due = _check(user_id, today)
        if user is None:
            raise Conflict("erased", "The list has changed.")
        files = _erase_documents(user_id)
        for model in OWN:
            _run(delete(model).where(model.user_id == user_id))
        _run(delete(ComplianceScore).where(ComplianceScore.subject_id == user_id))
        _run(
            update(EmailLog)
            .where(EmailLog.user_id == user_id)
            .values(to_address="", subject=ERASED_TEXT, context={})
        )
        _run(
            update(ImportRow)
            .where(ImportRow.subject_id == user_id)
            .values(before={}, errors=[], cells=[])
        )
        _run(delete(IdMapping).where(IdMapping.new_id == user_id))
        _forget(user)
        audit.record(
            Fact.USER_ERASED,
            user,
            changes={
                "kind": RetentionKind.STAFF.value,
                "years": retention.years_of(RetentionKind.STAFF),
                "last_on": due.last_on,
                "services": due.services,
                "files": len(files),
            },
        )
        return files


def _erase_documents(user_id: UUID) -> dict[str, datetime]:
    """Delete the documents of someone and of their qualifications."""
    held = select(StaffQualification.id).where(StaffQualification.user_id == user_id)
    own = or_(Document.user_id == user_id, Document.qualification_id.in_(held))
    versions = DocumentVersion.document_id.in_(select(Document.id).where(own))
    rows = db.session.execute(
        select(DocumentVersion.sha256, DocumentVersion.created_at).where(versions)
    )
    found = {row.sha256: row.created_at for row in rows}
    _run(delete(DocumentVersion).where(versions))
    _run(delete(Document).where(own))
    return found


def _forget(user: User) -> None:
    """Leave of someone their id and role; the address is of a kind that no mail ever reaches."""
    for name in FORGOTTEN:
        setattr(user, name, None)
    user.email = f"{user.id.hex}@erased.invalid"
    user.first_name, user.last_name = ERASED_FIRST_NAME, user.id.hex[-8:].upper()
    user.permissions, user.shortcuts = [], []
    user.notify_by_email = user.notify_in_app = user.notify_by_sms = False
    user.presence_status = PresenceStatus.OFFLINE
    user.erased_at = clock.now()


def _run(statement: object) -> None:
    db.session.execute(
        statement,  # type: ignore[call-overload] # an update or a delete
        execution_options={"synchronize_session": False},
    )
