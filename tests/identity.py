"""What tests of signing in share: the secrets of mailed links, and what was mailed."""

from __future__ import annotations

import re

import pyotp
from sqlalchemy import select

from caddy import clock
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


def code(secret, steps=1):
    """Return the code that an app shows so many half minutes from now.

    The next one is good already, and still good should this half minute end meanwhile.
    """
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()), counter_offset=steps)


def with_app(client):
    """Set up an app for who is signed in; return its key and the recovery codes.

    Its first code is the one of now, so that the next is still to be taken.
    """
    client.post("/settings/sign-in/app")
    page = client.get("/settings/sign-in/app").text
    secret = re.search(r'factor__key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    done = client.post("/settings/sign-in/app/confirmation", {"code": code(secret, 0)})
    assert done.status_code in {200, 303}, done.text
    return secret, re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", done.text)
