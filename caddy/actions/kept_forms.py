"""What somebody typed, kept for ten minutes while they show that it is still them.

In Redis alone, encrypted, under the name of their session; what is sent on is gone from there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken

from caddy.config import load_settings
from caddy.domain.sign_ins import CONFIRMED_FOR
from caddy.extensions import is_outage, redis_client

log = logging.getLogger(__name__)

NAME_BYTES = 16


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A request that waits: where it goes, its fields in order, and the page it came from.

    `had_files` where it brought any: they are not kept, and it is not sent on without them.
    """

    method: str
    path: str
    query: str
    fields: list[list[str]]
    came_from: str
    had_files: bool = False


def keep(form: KeptForm, session_id: UUID) -> str | None:
    """Keep a form and return the name it is asked for by; None where Redis is away."""
    name = secrets.token_urlsafe(NAME_BYTES)
    sealed = _box().encrypt(json.dumps(asdict(form)).encode())
    if _asked(lambda: redis_client().set(_key(name, session_id), sealed, ex=CONFIRMED_FOR)):
        return name
    return None


def find(name: str, session_id: UUID) -> KeptForm | None:
    """Return a form that waits for a session, if it is still there."""
    return _opened(_asked(lambda: redis_client().get(_key(name, session_id))))


def take(name: str, session_id: UUID) -> KeptForm | None:
    """Return a form and keep it no longer: of two who take it one gets it."""
    return _opened(_asked(lambda: redis_client().getdel(_key(name, session_id))))


def _key(name: str, session_id: UUID) -> str:
    told = hashlib.sha256(f"{session_id} {name}".encode()).hexdigest()
    return f"caddy:kept-form:{told}"


def _box() -> Fernet:
    """Return what seals with a key of this alone, worked out from the installation's."""
    secret = load_settings().secret_key.get_secret_value()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"kept form {secret}".encode()).digest()))


def _asked(ask: Any) -> Any:
    try:
        return ask()
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("kept_forms.storage_away")
        return None


def _opened(sealed: Any) -> KeptForm | None:
    try:
        return KeptForm(**json.loads(_box().decrypt(sealed))) if sealed else None
    except InvalidToken:  # sealed before the installation's key was changed
        return None
