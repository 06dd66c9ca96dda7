"""What tests of signing in share: the secrets of mailed links, and what was mailed."""

from __future__ import annotations

from sqlalchemy import select

from caddy.actions.account_mail import secret_of
from caddy.domain.mailed_links import PATHS
from caddy.extensions import db
from caddy.models import EmailLog, MailedLink
from caddy.tenancy import unscoped


def path_of(purpose) -> str:
    """Return the path of the newest link of a purpose, as its mail has it."""
    with unscoped("a test"):
        nonce = db.session.scalars(
            select(MailedLink.nonce)
            .where(MailedLink.purpose == purpose)
            .order_by(MailedLink.id.desc())
            .limit(1)
        ).one()
    return PATHS[purpose].format(token=secret_of(purpose, nonce))


def mailed() -> list[tuple[str, str]]:
    """Return the template and the address of every mail, in order."""
    with unscoped("a test"):
        rows = db.session.execute(
            select(EmailLog.template, EmailLog.to_address).order_by(EmailLog.id)
        )
        return [(row.template, row.to_address) for row in rows]
