"""Sending one stored text message."""

from __future__ import annotations

from uuid import UUID

from caddy import sms
from caddy.actions import texts as actions
from caddy.domain.actor import Actor
from caddy.queries import texts


def send_sms(subject_id: UUID, *, actor: Actor) -> None:
    """Hand a text message over once; one that was handled is not waiting any more."""
    waiting = texts.waiting(subject_id)
    if waiting is None:
        return
    sent = sms.send(sms.Text(waiting.to_number, waiting.body), idempotency_key=str(waiting.id))
    actions.mark_handled(waiting.id, is_sent=sent.provider_id is not None, actor=actor)
