"""Telling people in Caddy and by mail, what they have read of it, and what they want of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from caddy import audit, clock, events
from caddy.columns import new_id
from caddy.domain import emails
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailStatus, EmailTemplate
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.domain.telling import SmsStatus, Ways, end_of_quiet, is_urgent, news_kind
from caddy.extensions import Base, db
from caddy.models import EmailLog, Notification, SmsLog, User
from caddy.queries import organizations, preferences
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
    in_app: bool = True,
) -> int:
    """Tell people of something once, each in the ways they chose; return how many were told now.

    Belongs inside an open transaction, whose action records the fact. `subject` is the stored
    row it is about, `link` a path of Caddy, `dedupe_key` the occasion, of at most 160 letters.
    `kind` decides what people can switch off (domain/telling.py): a way is used where they use
    it at all and want it for this kind. Mails and text messages wait for the end of someone's
    quiet hours, unless the kind is urgent; the bell counts at once.

    Without `in_app` the bell does not ring: something else in Caddy counts it already.

    People who may not sign in are told nothing. What each mail needs as `context` is in
    domain/emails.py; `link` is added to it.
    """
    current_work()
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError(f"{link!r} is not a path of Caddy.")
    told = sorted((one for one in users if one.status is UserStatus.ACTIVE), key=lambda one: one.id)
    wishes = preferences.wishes([one.id for one in told], news_kind(kind))
    ways = {one.id: _general(one).within(wishes.ways.get(one.id, Ways())) for one in told}
    about = {"subject_type": subject.__tablename__, "subject_id": subject.id}  # type: ignore[attr-defined] # every table has one
    shown = {"kind": kind, "title": title, "body": body, "link": link, "dedupe_key": dedupe_key}
    reached = _store(
        Notification,
        ("user_id", "dedupe_key"),
        [{"user_id": one.id, **shown, **about} for one in told if in_app and ways[one.id].in_app],
    )
    _ring(reached)
    waits = {} if is_urgent(kind) else _waits(wishes.quiet)
    if email_template is not None:
        mailed = [one for one in told if ways[one.id].by_email]
        letter = {**_letter(email_template, {**(context or {}), "link": link}), **about}
        reached |= _mail(mailed, letter, dedupe_key, waits)
    texted = [one for one in told if ways[one.id].by_sms and one.phone]
    reached |= _text(texted, {"body": _short(kind), **about}, dedupe_key, waits)
    return len(reached)


def _general(user: User) -> Ways:
    """Return the ways that someone uses at all; those for one kind only narrow them."""
    return Ways(user.notify_in_app, user.notify_by_email, user.notify_by_sms)


def _ring(user_ids: Iterable[UUID]) -> None:
    """Have the bells of people count anew once the transaction has committed."""
    live = [events.news("inbox", one) for one in user_ids]
    if live:
        audit.announce_later(live)


def _waits(quiet: Mapping[UUID, tuple[time, time]]) -> dict[UUID, datetime]:
    """Return until when those whose quiet hours it is are not written to."""
    if not quiet:
        return {}
    local = clock.local(clock.now(), organizations.current().timezone)
    ends = {one: end_of_quiet(local, *hours) for one, hours in quiet.items()}
    return {one: end for one, end in ends.items() if end > local}


def _short(kind: str) -> str:
    """Return what a text message says: it names nobody, for it may be read on any screen."""
    return f"Caddy: {news_kind(kind).label.lower()}. Sign in to read more."


def _text(
    users: Sequence[User], text: dict[str, Any], dedupe_key: str, waits: Mapping[UUID, datetime]
) -> set[UUID]:
    """Store a text message for each person and leave the job that sends it."""
    rows = [
        {
            "id": new_id(),
            "user_id": one.id,
            "to_number": one.phone,
            "idempotency_key": f"{dedupe_key}:{one.id}",
            "status": SmsStatus.WAITING,
            **text,
        }
        for one in users
    ]
    reached = _store(SmsLog, ("idempotency_key",), rows)
    for row in rows:
        if row["user_id"] in reached:
            later(Job.SEND_SMS, row["id"], waits.get(row["user_id"]))
    return reached


def _letter(template: EmailTemplate, context: Mapping[str, Any]) -> dict[str, Any]:
    emails.check(template, context)
    return {
        "template": template.value,
        "subject": emails.subject_of(template, context),
        "context": emails.stored(context),
        "status": EmailStatus.QUEUED,
    }


def _mail(
    users: Sequence[User], letter: dict[str, Any], dedupe_key: str, waits: Mapping[UUID, datetime]
) -> set[UUID]:
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
            later(Job.SEND_EMAIL, row["id"], waits.get(row["user_id"]))
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
        _ring([found.user_id])
        return found.link


def read_by_link(link: str, user_id: UUID) -> None:
    """Count what leads to a page as read, in the open transaction that has shown it."""
    read = db.session.execute(
        update(Notification)
        .where(Notification.user_id == user_id, Notification.read_at.is_(None))
        .where(Notification.link == link)
        .values(read_at=clock.now())
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    if read.all():
        _ring([user_id])


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
        _ring([actor.user_id] if actor.user_id else [])
        return len(read.all())


def choose(*, by_email: bool, in_app: bool, by_sms: bool = False, actor: Actor) -> None:
    """Choose in which ways one is told from now on."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        changes = {
            "notify_by_email": (user.notify_by_email, by_email),
            "notify_in_app": (user.notify_in_app, in_app),
        }
        if user.notify_by_sms != by_sms:
            changes["notify_by_sms"] = (user.notify_by_sms, by_sms)
        user.notify_by_email = by_email
        user.notify_in_app = in_app
        user.notify_by_sms = by_sms
        audit.record(Fact.NOTIFICATIONS_CHOSEN, user, changes=changes)
