"""What was chosen on a list, and the signed note that undoes what was done: whose, how long.

The note is in the page's form alone: what was done to which rows, for the person who did it.
"""

from __future__ import annotations

from uuid import UUID

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from caddy.actions.selections import Done, Outcome
from caddy.config import load_settings
from caddy.domain.actor import Actor
from caddy.domain.selections import MOST, UNDO_MINUTES, Deed
from caddy.web import arguments

SALT = "caddy.undo"


def chosen_ids() -> list[UUID]:
    """Return the ids that were ticked, at most 100; what is no id is left out."""
    found = (arguments.parsed(one) for one in request.values.getlist("id"))
    return list(dict.fromkeys(one for one in found if one is not None))[:MOST]


def note_of(outcome: Outcome, actor: Actor) -> str:
    """Return what undoes an outcome within ten minutes; empty where nothing was done."""
    if not outcome.done:
        return ""
    rows = [[one.id.hex, one.mark] for one in outcome.done]
    return _signer().dumps([_whose(actor), outcome.deed.value, rows])


def read_note(note: str, actor: Actor) -> tuple[Deed, list[Done]] | None:
    """Return what a note undoes; None where it is too old, somebody else's, or none at all."""
    try:
        whose, deed, rows = _signer().loads(note, max_age=UNDO_MINUTES * 60)
        if whose != _whose(actor):
            return None
        return Deed(deed), [Done(UUID(hex=one), mark) for one, mark in rows]
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def _whose(actor: Actor) -> list[str]:
    return [str(actor.organization_id), str(actor.user_id)]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(load_settings().secret_key.get_secret_value(), salt=SALT)
