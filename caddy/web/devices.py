"""Browsers that an account was used in before, known by a signed cookie that lives long.

The cookie signs nobody in. It only keeps one's own tries apart from those of strangers, and
says whether a sign-in is worth a mail.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from caddy.config import load_settings

LIVES_SECONDS = 400 * 86_400  # browsers keep no cookie longer
MOST_PEOPLE = 5  # who share a tablet


def mark_for(email: str) -> str | None:
    """Return by which mark this browser is known to an account, or None where it is not."""
    return _marks().get(_of(email))


def remember(email: str) -> None:
    """Have the answer to this request make the browser known to an account."""
    marks = _marks()
    marks.setdefault(_of(email), secrets.token_hex(16))
    kept = dict(list(marks.items())[-MOST_PEOPLE:])

    @after_this_request
    def _keep(response: Response) -> Response:
        settings = load_settings()
        response.set_cookie(
            _name(),
            _signer().dumps(kept),
            max_age=LIVES_SECONDS,
            secure=settings.is_production,
            httponly=True,
            samesite="Lax",
        )
        return response


def _name() -> str:
    return "__Host-caddy-device" if load_settings().is_production else "caddy-device"


def _of(email: str) -> str:
    """Return what stands for an account in the cookie: not its address."""
    return hashlib.sha256(f"device {email.strip().lower()}".encode()).hexdigest()[:32]


def _marks() -> dict[str, str]:
    told = request.cookies.get(_name(), "")
    try:
        marks: Any = _signer().loads(told, max_age=LIVES_SECONDS) if told else {}
    except BadData:
        return {}
    return marks if isinstance(marks, dict) else {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="caddy device")
