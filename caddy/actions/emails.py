"""What became of a stored mail: it went out, it waits, is held back, or is sent again."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, clock
from caddy.domain.actor import Actor
from caddy.domain.emails import MAY_BE_SENT_AGAIN, EmailStatus
from caddy.domain.errors import Conflict, NotFound
from caddy.domain.facts import Fact
from caddy.domain.mail_events import SuppressionReason
from caddy.extensions import db
from caddy.models import EmailLog, EmailSuppression
from caddy.queries import emails
from caddy.queue import ATTEMPTS, Job, later
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


def delay(email_id: UUID, reason: str, *, uses_try: bool = True, actor: Actor) -> None:
    """Write down why a mail did not go out this time; after the last try it has failed.

    A pause that the service asked for is no try.
    """
    with transaction(actor, unrecorded="a mail that waits is nobody's history"):
        email = _waiting(email_id)
        if email is None:
            return
        email.attempts += uses_try
        email.error = reason[:LONGEST_ERROR]
        if email.attempts >= ATTEMPTS:
            _give_up(email, reason)


def mark_suppressed(email_id: UUID, reason: SuppressionReason, *, actor: Actor) -> None:
    """Write down that a mail is held back: its address is not written to any more."""
    with transaction(actor):
        email = _waiting(email_id)
        if email is not None:
            email.status = EmailStatus.SUPPRESSED
            email.error = reason.sentence
            audit.record(Fact.EMAIL_SUPPRESSED, email, changes={"template": email.template})


def send_again(email_id: UUID, *, actor: Actor) -> str:
    """Send a mail that did not arrive once more; return the address it goes to."""
    with transaction(actor):
        email = db.session.get(EmailLog, email_id, with_for_update=True)
        if email is None:
            raise NotFound("mail")
        if email.status not in MAY_BE_SENT_AGAIN:
            raise Conflict("not_failed", "This mail is on its way or arrived: nothing was sent.")
        if emails.suppression_of(email.to_address):
            raise Conflict(
                "address_given_up",
                "Mail to this address came back. Allow it again first, under addresses given up.",
            )
        if not email.context:
            raise Conflict("erased", "What this mail said is not kept any more.")
        changes = {"status": (email.status.value, EmailStatus.QUEUED.value)}
        email.status = EmailStatus.QUEUED
        email.resends += 1
        email.attempts = 0
        email.provider_id = email.error = None
        email.sent_at = email.delivered_at = email.bounced_at = None
        later(Job.SEND_EMAIL, email.id)
        audit.record(Fact.EMAIL_SENT_AGAIN, email, changes=changes)
        return email.to_address


def lift_suppression(suppression_id: UUID, *, actor: Actor) -> str:
    """Allow mail to an address again; return the address."""
    with transaction(actor):
        found = db.session.get(EmailSuppression, suppression_id, with_for_update=True)
        if found is None or found.lifted_at is not None:
            raise NotFound("address")
        found.lifted_at = clock.now()
        found.lifted_by = actor.user_id
        audit.record(Fact.EMAIL_SUPPRESSION_LIFTED, found, changes={"reason": found.reason.value})
        return found.address


def _waiting(email_id: UUID) -> EmailLog | None:
    email = db.session.get(EmailLog, email_id, with_for_update=True)
    return email if email is not None and email.status is EmailStatus.QUEUED else None


def _give_up(email: EmailLog, reason: str) -> None:
    email.status = EmailStatus.FAILED
    email.error = reason[:LONGEST_ERROR]
    audit.record(Fact.EMAIL_FAILED, email, changes={"template": email.template})
