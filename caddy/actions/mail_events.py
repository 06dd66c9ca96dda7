"""Taking what the mail service tells: kept once, the mail goes on, an address is given up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from caddy import audit, clock
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailStatus
from caddy.domain.facts import Fact
from caddy.domain.mail_events import MailEvent, SuppressionReason, sending_key, status_after
from caddy.extensions import db
from caddy.models import EmailEvent, EmailLog, EmailSuppression
from caddy.queries import emails
from caddy.tenancy import insert_missing
from caddy.transaction import transaction

FACTS = {EmailStatus.BOUNCED: Fact.EMAIL_BOUNCED, EmailStatus.COMPLAINED: Fact.EMAIL_COMPLAINED}
TIMES = {
    EmailStatus.DELIVERED: "delivered_at",
    EmailStatus.BOUNCED: "bounced_at",
    EmailStatus.COMPLAINED: "complained_at",
}


def take_event(email_id: UUID, event: MailEvent, message_id: str, *, actor: Actor) -> bool:
    """Keep one piece of news of a mail; told a second time it changes nothing and is False."""
    with transaction(actor, unrecorded="the table of events is its own history"):
        email = db.session.get(EmailLog, email_id, with_for_update=True)
        if email is None or not _keep(email, event, message_id):
            return False
        before = email.status
        if not _is_of_this_sending(email, event):
            return True
        _go_on(email, event)
        if event.reason is not None:
            _give_up(email, event, event.reason)
        if email.status is not before and email.status in FACTS:
            audit.record(FACTS[email.status], email, changes={"template": email.template})
        return True


def _is_of_this_sending(email: EmailLog, event: MailEvent) -> bool:
    """Say whether it is told of the latest sending: what befell an earlier one is over."""
    if email.provider_id is None:
        return event.own_key == sending_key(email.id, email.resends)
    return email.provider_id == event.provider_id


def _keep(email: EmailLog, event: MailEvent, message_id: str) -> bool:
    row: dict[str, Any] = {
        **_stamped(),
        "email_id": email.id,
        "message_id": message_id,
        "kind": event.kind.value,
        "detail": event.detail,
        "happened_at": event.happened_at,
    }
    return bool(insert_missing(EmailEvent, ("message_id",), [row]))


def _go_on(email: EmailLog, event: MailEvent) -> None:
    after = status_after(email.status, event.kind)
    if after is not email.status:
        email.status = after
        email.sent_at = email.sent_at or event.happened_at
        email.error = event.detail or None
    name = TIMES.get(after)
    if name and getattr(email, name) is None:
        setattr(email, name, event.happened_at)
    email.provider_id = email.provider_id or event.provider_id


def _give_up(email: EmailLog, event: MailEvent, reason: SuppressionReason) -> None:
    """Write to an address no more. Whoever is told of this twice gives it up once."""
    if emails.suppression_of(email.to_address) is None:
        db.session.add(
            EmailSuppression(
                address=email.to_address.lower(),
                reason=reason,
                detail=event.detail,
                email_id=email.id,
                suppressed_at=clock.now(),
            )
        )


def _stamped() -> dict[str, Any]:
    instant = clock.now()
    return {"id": new_id(), "created_at": instant, "updated_at": instant}
