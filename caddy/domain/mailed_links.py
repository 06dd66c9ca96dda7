"""Links that come by email and are used once: what for, and for how long. The only place."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from enum import StrEnum


class LinkPurpose(StrEnum):
    """What opening a link and pressing its button does."""

    SIGN_UP = "sign_up"
    INVITATION = "invitation"
    MAGIC_LINK = "magic_link"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a word for a purpose, not a password


LIFETIMES = {
    LinkPurpose.SIGN_UP: timedelta(days=2),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.MAGIC_LINK: timedelta(minutes=15),
    LinkPurpose.PASSWORD_RESET: timedelta(hours=1),
}
# Where each leads, written down here because no request is there when a mail is sent.
PATHS = {
    LinkPurpose.SIGN_UP: "/sign-ups/{token}",
    LinkPurpose.INVITATION: "/invitations/{token}",
    LinkPurpose.MAGIC_LINK: "/sign-in/links/{token}",
    LinkPurpose.PASSWORD_RESET: "/password-resets/{token}",
}


def link_token(secret_key: str, purpose: LinkPurpose, nonce: str) -> str:
    """Return the 256 bits that a link carries, as 64 hexadecimal digits.

    They are worked out when the mail is sent and stored nowhere: who reads the database knows
    only the nonce, who knows the key lacks it.
    """
    told = f"caddy mailed link {purpose.value} {nonce}".encode()
    return hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """Return what is stored of a token that a browser or a mail carries."""
    return hashlib.sha256(token.encode()).hexdigest()
