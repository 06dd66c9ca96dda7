"""Sending one stored mail: rendered from its template, handed over, and written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app
from jinja2 import StrictUndefined

from caddy import mail, metrics
from caddy.actions import emails as actions
from caddy.config import load_settings
from caddy.domain.actor import Actor
from caddy.domain.emails import restored
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.mail import MailRefused, MailUnavailable, Message
from caddy.queries import emails


def send_email(subject_id: UUID, *, actor: Actor) -> None:
    """Send a mail once, however often this runs.

    One that went out is not waiting any more; where only the answer was lost, the service
    knows the mail again by its id. Where the service is away, the outbox tries again.
    """
    email = emails.waiting(subject_id)
    # Nothing of the database is held while the network is waited for.
    db.session.close()
    if email is None:
        return
    if email.user_id and email.user_status is not UserStatus.ACTIVE:
        actions.mark_failed(email.id, "This person may not sign in any more.", actor=actor)
        return
    try:
        sent = mail.send(_message(email), idempotency_key=str(email.id))
    except MailRefused as refusal:
        actions.mark_failed(email.id, str(refusal), actor=actor)
        metrics.note_outcome("mail", email.template, "refused")
    except MailUnavailable as trouble:
        actions.delay(email.id, str(trouble), actor=actor)
        metrics.note_outcome("mail", email.template, "delayed")
        raise
    else:
        actions.mark_sent(email.id, sent.provider_id, actor=actor)
        metrics.note_outcome("mail", email.template, "sent")


def _message(email: Any) -> Message:
    context = {
        **restored(email.context),
        "subject": email.subject,
        "first_name": email.first_name or "",
        "organization_name": email.organization_name,
        "url": load_settings().public_url.rstrip("/"),
    }
    return Message(
        to=email.to_address,
        subject=email.subject,
        html=_render(f"{email.template}.html", context),
        text=_render(f"{email.template}.txt", context),
    )


def _render(name: str, context: dict[str, Any]) -> str:
    strict = current_app.jinja_env.overlay(undefined=StrictUndefined)
    return strict.get_template(f"emails/{name}").render(context)
