"""What a browser is asked to answer with a passkey: kept here for five minutes, taken once.

The session has the secret name of what was asked, so that only the browser that was asked can
answer.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from uuid import UUID

from flask import request, session

from caddy import one_time
from caddy.config import load_settings
from caddy.domain.passkeys import CHALLENGE_SECONDS, PasskeyRefused

CHALLENGE_BYTES = 32
NAME = "passkey"


class Purpose(StrEnum):
    """For what an answer counts: none is good for the other."""

    MAKE = "make"
    USE = "use"


def fresh(purpose: Purpose, user_id: UUID | None = None) -> bytes:
    """Return random bytes to sign, and remember them in place of what was asked before."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    told = {"challenge": challenge.hex(), "purpose": purpose.value, "user": str(user_id or "")}
    session[NAME] = one_time.keep(NAME, told, CHALLENGE_SECONDS)
    return challenge


def taken(purpose: Purpose, user_id: UUID | None = None) -> bytes:
    """Return what this browser was asked to sign; raise PasskeyRefused where it was not, or was."""
    name = session.pop(NAME, None)
    told = one_time.take(NAME, name) if isinstance(name, str) else None
    if told is None:
        raise PasskeyRefused("Nothing was asked, or it was answered, or it is over.")
    if told["purpose"] != purpose.value or told["user"] != str(user_id or ""):
        raise PasskeyRefused("Something else, or someone else, was asked.")
    return bytes.fromhex(told["challenge"])


def elsewhere() -> str | None:
    """Return at which address passkeys work, where this page was opened at another."""
    site = load_settings().passkey_site
    host = request.host.partition(":")[0].lower()
    return None if host == site.host else site.origin
