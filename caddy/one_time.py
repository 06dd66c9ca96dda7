"""What is kept between two requests for a few minutes and taken once: challenges, states.

The browser holds only the secret name. The one door; Redis forgets what nobody takes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping

from caddy.extensions import redis_client

NAME_BYTES = 32


def keep(kind: str, told: Mapping[str, str], seconds: int) -> str:
    """Keep something and return the secret by which it is taken, of 256 random bits."""
    name = secrets.token_urlsafe(NAME_BYTES)
    redis_client().set(_place(kind, name), json.dumps(dict(told)), ex=seconds)
    return name


def take(kind: str, name: str) -> dict[str, str] | None:
    """Return what was kept, and forget it; None where it was taken, is over, or never was.

    One command: of two who come at once, one gets it.
    """
    found = redis_client().getdel(_place(kind, name))
    return json.loads(found) if isinstance(found, bytes | str) else None


def _place(kind: str, name: str) -> str:
    # Who reads Redis learns no name that works.
    return f"once:{kind}:{hashlib.sha256(name.encode()).hexdigest()}"
