"""What became of a stored text message."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, clock
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.domain.telling import SmsStatus
from caddy.extensions import db
from caddy.models import SmsLog
from caddy.transaction import transaction


def mark_handled(sms_id: UUID, *, is_sent: bool, actor: Actor) -> None:
    """Write down that a text message went out, or was kept for want of a provider."""
    with transaction(actor):
        text = db.session.get(SmsLog, sms_id, with_for_update=True)
        if text is None or text.status is not SmsStatus.WAITING:
            return
        text.status = SmsStatus.SENT if is_sent else SmsStatus.KEPT
        text.handled_at = clock.now()
        audit.record(Fact.SMS_HANDLED, text, changes={"status": text.status.value})
