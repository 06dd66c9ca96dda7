"""Refusing to write over what someone else wrote since it was read.

The only place for rows whose version is the instant at which they were changed last.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from caddy.domain.errors import CHANGED, Conflict
from caddy.extensions import db
from caddy.models import User


def refuse_stale(row: Any, seen: datetime | None, noun: str) -> None:
    """Refuse where a row was changed after the version that was seen; the row is held already.

    Without `seen` whoever writes saw nothing before, and nothing is compared.
    """
    if seen is None or row.updated_at == seen:
        return
    user = db.session.get(User, row.updated_by) if row.updated_by else None
    raise Conflict(
        CHANGED,
        f"{user.name if user else 'Someone'} changed this {noun} in the meantime. "
        "Nothing of yours was saved yet.",
    )
