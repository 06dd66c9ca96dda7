"""Telling people in Caddy and by mail, what they have read of it, and what they want of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from caddy import audit, clock
from caddy.columns import new_id
from caddy.domain import emails
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailStatus, EmailTemplate
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.extensions import Base, db
from caddy.models import EmailLog, Notification, User
from caddy.queue import Job, later
from caddy.tenancy import OrganizationOwned, insert_missing
from caddy.transaction import current_work, transaction


def notify(  # noqa: PLR0913 - what is told has this many parts
    users: Iterable[User],
    *,
    kind: str,
    title: str,
    body: str,
    link: str,
    subject: Base,
    dedupe_key: str,
    email_template: EmailTemplate | None = None,
    context: Mapping[str, Any] | None = None,
) -> int:
    """Tell people of something once, each in the ways they chose; return how many were told now.

    Belongs inside an open transaction, whose action records the fact. `subject` is the stored
    row it is about, `link` a path of Caddy, `dedupe_key` the occasion, of at most 160 letters.
    People who may not sign in are told nothing. What each mail needs as `context` is in
    domain/emails.py; `link` is added to it.
    """
    current_work()
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError(f"{link!r} is not a path of Caddy.")
    told = sorted((one for one in users if one.status is UserStatus.ACTIVE), key=lambda one: one.id)
    about = {"subject_type": subject.__tablename__, "subject_id": subject.id}  # type: ignore[attr-defined] # every table has one
    shown = {"kind": kind, "title": title, "body": body, "link": link, "dedupe_key": dedupe_key}
    reached = _store(
        Notification,
        ("user_id", "dedupe_key"),
        [{"user_id": one.id, **shown, **about} for one in told if one.notify_in_app],
    )
    if email_template is not None:
        mailed = [one for one in told if one.notify_by_email]
        letter = {**_letter(email_template, {**(context or {}), "link": link}), **about}
        reached |= _mail(mailed, letter, dedupe_key)
    return len(reached)


def _letter(template: EmailTemplate, context: Mapping[str, Any]) -> dict[str, Any]:
    emails.check(template, context)
    return {
        "template": template.value,
        "subject": emails.subject_of(template, context),
        "context": emails.stored(context),
        "status": EmailStatus.QUEUED,
    }


def _mail(users: Sequence[User], letter: dict[str, Any], dedupe_key: str) -> set[UUID]:
    """Store a mail for each person and leave the job that sends it; return who gets one now."""
    rows = [
        {
            "id": new_id(),
            "user_id": one.id,
            "to_address": one.email,
            "idempotency_key": f"{dedupe_key}:{one.id}",
            **letter,
        }
        for one in users
    ]
    reached = _store(EmailLog, ("idempotency_key",), rows)
    for row in rows:
        if row["user_id"] in reached:
            later(Job.SEND_EMAIL, row["id"])
    return reached


def _store(
    model: type[OrganizationOwned], keys: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> set[UUID]:
    """Insert those rows whose occasion is not there yet; return the people of the new ones."""
    work = current_work()
    instant = clock.now()
    stamps = {
        "created_at": instant,
        "updated_at": instant,
        "created_by": work.actor.user_id,
        "updated_by": work.actor.user_id,
    }
    complete = [{"id": new_id(), **stamps, **row} for row in rows]
    stored = insert_missing(model, keys, complete)
    if stored:
        work.changed_rows = True  # no flush sees these rows; that a fact is owed stays true
    return {row["user_id"] for row in complete if row["id"] in stored}


def mark_read(notification_id: UUID, *, actor: Actor) -> str:
    """Remember that a person has read one of their notifications; return where it leads."""
    with transaction(actor, unrecorded="what a person has read is nobody's history"):
        found = db.session.scalars(
            select(Notification)
            .where(Notification.id == notification_id)
            .where(Notification.user_id == actor.user_id)
        ).one_or_none()
        if found is None:
            raise NotFound("notification")
        found.read_at = found.read_at or clock.now()
        return found.link


def mark_all_read(*, actor: Actor) -> int:
    """Remember that a person has read all of their notifications; return how many were new."""
    with transaction(actor, unrecorded="what a person has read is nobody's history"):
        read = db.session.execute(
            update(Notification)
            .where(Notification.user_id == actor.user_id, Notification.read_at.is_(None))
            .values(read_at=clock.now(), updated_at=clock.now(), updated_by=actor.user_id)
            .returning(Notification.id)
            .execution_options(synchronize_session=False)
        )
        return len(read.all())


def choose(*, by_email: bool, in_app: bool, actor: Actor) -> None:
    """Choose in which ways one is told from now on."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        changes = {
            "notify_by_email": (user.notify_by_email, by_email),
            "notify_in_app": (user.notify_in_app, in_app),
        }
        user.notify_by_email = by_email
        user.notify_in_app = in_app
        audit.record(Fact.NOTIFICATIONS_CHOSEN, user, changes=changes)
