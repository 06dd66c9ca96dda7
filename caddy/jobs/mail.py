"""Sending one stored mail: written, handed over, and noted down."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from caddy import clock, mail, metrics
from caddy.actions import emails as actions
from caddy.domain.actor import Actor
from caddy.domain.mail_events import sending_key
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.jobs import letters
from caddy.mail import MailRefused, MailUnavailable
from caddy.queries import emails

# So long a busy service is waited for, without using up tries; then each refusal is one.
WAITS_FREELY = timedelta(days=2)


def send_email(subject_id: UUID, *, actor: Actor) -> None:
    """Send a mail once, however often this runs.

    One that went out is not waiting any more; where only the answer was lost, the service
    knows the mail again by its key. Where the service is away, the outbox tries again.
    """
    email = emails.waiting(subject_id)
    if email is None:
        return
    if email.user_id and email.user_status is not UserStatus.ACTIVE:
        actions.mark_failed(email.id, "This person may not sign in any more.", actor=actor)
        return
    if letters.is_over(email):
        actions.mark_failed(email.id, "Its link is not needed any more.", actor=actor)
        return
    if email.suppression:
        actions.mark_suppressed(email.id, email.suppression, actor=actor)
        return
    message = letters.write(email)
    # Nothing of the database is held while the network is waited for.
    db.session.close()
    try:
        sent = mail.send(message, idempotency_key=sending_key(email.id, email.resends))
    except MailRefused as refusal:
        actions.mark_failed(email.id, str(refusal), actor=actor)
        metrics.note_outcome("mail", email.template, "refused")
    except MailUnavailable as trouble:
        if clock.now() - email.created_at > WAITS_FREELY:
            trouble.uses_try = True
        actions.delay(email.id, str(trouble), uses_try=trouble.uses_try, actor=actor)
        metrics.note_outcome("mail", email.template, "delayed")
        raise
    else:
        actions.mark_sent(email.id, sent.provider_id, actor=actor)
        metrics.note_outcome("mail", email.template, "sent")
