"""A stored mail as its receiver sees it: both of its forms, from its template. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from jinja2 import StrictUndefined, UndefinedError

from caddy.actions.account_mail import secret_of
from caddy.config import load_settings
from caddy.domain.emails import told_by
from caddy.domain.mail_events import OWN_KEY_TAG, sending_key
from caddy.domain.mailed_links import PATHS
from caddy.mail import Message
from caddy.models import MailedLink
from caddy.queries import mailed_links, signing_links


def write(email: Any) -> Message:
    """Return a mail from what `queries.emails.letter` found; whatever is not told is an error."""
    return _written(email, {**signing_links.for_mail(email.context), **_account_link(email)})


def is_over(email: Any) -> bool:
    """Say whether a mail is for a link by which nobody comes in any more."""
    return _is_account_link(email) and mailed_links.to_send(email.subject_id) is None


def _is_account_link(email: Any) -> bool:
    return bool(email.subject_type == MailedLink.__tablename__)


def _account_link(email: Any) -> dict[str, str]:
    """Return the link of a mail that lets someone in: its secret is worked out, kept nowhere."""
    found = mailed_links.to_send(email.subject_id) if _is_account_link(email) else None
    if found is None:
        return {}
    purpose, nonce = found
    return {"link": PATHS[purpose].format(token=secret_of(purpose, nonce))}


def _written(email: Any, secrets: Mapping[str, Any]) -> Message:
    settings = load_settings()
    context = {
        **told_by(email.template, email.context),
        **secrets,
        "subject": email.subject,
        "first_name": email.first_name or "",
        "organization_name": email.organization_name,
        "url": settings.public_url.rstrip("/"),
    }
    return Message(
        to=email.to_address,
        subject=email.subject,
        html=_render(f"{email.template}.html", context),
        text=_render(f"{email.template}.txt", context),
        tags=(
            ("environment", settings.environment),
            ("template", email.template),
            (OWN_KEY_TAG, sending_key(email.id, email.resends)),
        ),
    )


def shown(email: Any) -> Message | None:
    """Return a mail to look at, or None where what it said is not kept any more.

    A link that lets whoever has it sign is the receiver's alone: in production it leads nowhere.
    One that lets whoever has it in never leads anywhere here.
    """
    secrets: dict[str, Any] = dict(signing_links.for_mail(email.context))
    if load_settings().is_production:
        secrets = dict.fromkeys(secrets, "/")
    if _is_account_link(email):
        secrets["link"] = "/"
    try:
        return _written(email, secrets)
    except UndefinedError:
        return None


def _render(name: str, context: dict[str, Any]) -> str:
    strict = current_app.jinja_env.overlay(undefined=StrictUndefined)
    return strict.get_template(f"emails/{name}").render(context)
