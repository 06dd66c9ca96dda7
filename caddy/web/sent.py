"""What a phone's outbox sends: the key of each thing, when it was done, and how it is answered.

The only place that reads these fields; `static/js/outbox.js` is who sends them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from uuid import UUID

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions.received import Sent
from caddy.web.pages import wants_json

# What may differ between two sendings of the same: who proves what, and where the phone was.
NOT_CONTENT = frozenset(
    "csrf_token sent_key kept_at is_watched version latitude longitude idempotency_key back".split()
)
LONGEST_WAIT = timedelta(days=60)


def sent() -> Sent | None:
    """Return what came with the request's key; None where a page sent it without one."""
    key = request.form.get("sent_key", "")
    if not key:
        return None
    try:
        return Sent(UUID(key), _content(), _kept_at())
    except ValueError:
        abort(400)


def _content() -> str:
    """Return the SHA-256 of what was sent, and to where."""
    fields = sorted(
        [name, value]
        for name, value in request.form.items(multi=True)
        if name not in NOT_CONTENT and value
    )
    return hashlib.sha256(json.dumps([request.path, fields]).encode()).hexdigest()


def _kept_at() -> datetime | None:
    """Return when it was done, as the phone's clock has it; None where that cannot be."""
    text = request.form.get("kept_at", "")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    now = clock.now()
    if at.tzinfo is None or not now - LONGEST_WAIT <= at <= now:
        return None
    return at


def stored(
    service_id: UUID, sentence: str, version: int = 1, after: str | None = None
) -> ResponseReturnValue:
    """Answer what was stored: an outbox with its address and version, a browser with its page.

    The page is the service's, or `after`.
    """
    address = after or url_for("services.show", service_id=service_id)
    if wants_json():
        if "is_watched" in request.form:
            flash(sentence)
        return jsonify(url=address, sentence=sentence, version=version)
    flash(sentence)
    return redirect(address, 303)
