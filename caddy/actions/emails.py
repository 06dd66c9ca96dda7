"""What became of a stored mail: it went out, it waits, or it never will go out."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, clock
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailStatus
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import EmailLog
from caddy.queue import ATTEMPTS
from caddy.transaction import transaction

LONGEST_ERROR = 2_000


def mark_sent(email_id: UUID, provider_id: str, *, actor: Actor) -> None:
    """Write down that a mail was taken, and by which id the service knows it."""
    with transaction(actor):
        email = _waiting(email_id)
        if email is None:
            return
        email.status = EmailStatus.SENT
        email.sent_at = clock.now()
        email.attempts += 1
        email.provider_id = provider_id[:200]
        email.error = None
        audit.record(Fact.EMAIL_SENT, email, changes={"template": email.template})


def mark_failed(email_id: UUID, reason: str, *, actor: Actor) -> None:
    """Write down that a mail will not go out, and why."""
    with transaction(actor):
        email = _waiting(email_id)
        if email is not None:
            email.attempts += 1
            _give_up(email, reason)


def delay(email_id: UUID, reason: str, *, actor: Actor) -> None:
    """Write down why a mail did not go out this time; after the last try it has failed."""
    with transaction(actor, unrecorded="a mail that waits is nobody's history"):
        email = _waiting(email_id)
        if email is None:
            return
        email.attempts += 1
        email.error = reason[:LONGEST_ERROR]
        if email.attempts >= ATTEMPTS:
            _give_up(email, reason)


def _waiting(email_id: UUID) -> EmailLog | None:
    email = db.session.get(EmailLog, email_id, with_for_update=True)
    return email if email is not None and email.status is EmailStatus.QUEUED else None


def _give_up(email: EmailLog, reason: str) -> None:
    email.status = EmailStatus.FAILED
    email.error = reason[:LONGEST_ERROR]
    audit.record(Fact.EMAIL_FAILED, email, changes={"template": email.template})
