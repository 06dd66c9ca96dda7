"""Sending one stored mail: rendered from its template, handed over, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from jinja2 import StrictUndefined

from caddy import mail
from caddy.actions import emails as actions
from caddy.actions.account_mail import secret_of
from caddy.config import load_settings
from caddy.domain.actor import Actor
from caddy.domain.emails import restored
from caddy.domain.mailed_links import PATHS
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.mail import MailRefused, MailUnavailable, Message
from caddy.models import MailedLink
from caddy.queries import emails, mailed_links


def send_email(subject_id: UUID, *, actor: Actor) -> None:
    """Send a mail once, however often this runs.

    One that went out is not waiting any more; where only the answer was lost, the service
    knows the mail again by its id. Where the service is away, the outbox tries again.
    """
    email = emails.waiting(subject_id)
    link = _link(email) if email is not None else None
    # Nothing of the database is held while the network is waited for.
    db.session.close()
    if email is None:
        return
    if email.user_id and email.user_status is not UserStatus.ACTIVE:
        actions.mark_failed(email.id, "This person may not sign in any more.", actor=actor)
        return
    if link is not None and link.path is None:
        actions.mark_failed(email.id, "Its link is not needed any more.", actor=actor)
        return
    try:
        sent = mail.send(_message(email, link.told if link else {}), idempotency_key=str(email.id))
    except MailRefused as refusal:
        actions.mark_failed(email.id, str(refusal), actor=actor)
    except MailUnavailable as trouble:
        actions.delay(email.id, str(trouble), actor=actor)
        raise
    else:
        actions.mark_sent(email.id, sent.provider_id, actor=actor)


@dataclass(frozen=True, slots=True)
class Link:
    """The link that a mail carries; without a path it works no more."""

    path: str | None

    @property
    def told(self) -> dict[str, str]:
        return {"link": self.path or ""}


def _link(email: Any) -> Link | None:
    """Return the link of a mail that carries one: its secret is worked out now, kept nowhere."""
    if email.subject_type != MailedLink.__tablename__:
        return None
    found = mailed_links.to_send(email.subject_id)
    if found is None:
        return Link(None)
    purpose, nonce = found
    return Link(PATHS[purpose].format(token=secret_of(purpose, nonce)))


def _message(email: Any, more: dict[str, str]) -> Message:
    context = {
        **restored(email.context),
        **more,
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
