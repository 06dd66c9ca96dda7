"""How a person wants to be told: of each kind, and not in their quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from caddy import audit, clock
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.telling import Digest, NewsKind, Ways
from caddy.extensions import db
from caddy.models import NotificationChoice, NotificationPreference, User
from caddy.queries import preferences
from caddy.tenancy import upsert
from caddy.transaction import transaction


def choose_kinds(ways: Mapping[NewsKind, Ways], *, actor: Actor) -> None:
    """Choose in which ways one is told of each kind from now on."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        before = preferences.of(user.id).ways
        changes: dict[str, Any] = {}
        for kind, chosen in ways.items():
            if before[kind] == chosen:
                continue
            values = {name: getattr(chosen, name) for name in Ways.__dataclass_fields__}
            _write(NotificationChoice, ("user_id", "kind"), {"kind": kind}, values, actor)
            changes[kind.value] = (_plain(before[kind]), _plain(chosen))
        audit.record(Fact.NOTIFICATION_KINDS_CHOSEN, user, changes=changes)


def choose_hours(
    quiet_from: time | None, quiet_until: time | None, digest: Digest, *, actor: Actor
) -> None:
    """Choose when one is not written to, in local time, and how soon of unread messages.

    Raises RuleBroken where one end of the hours is missing or both are the same.
    """
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_from" if quiet_from is None else "quiet_until"
        raise RuleBroken(missing, "half", "Enter both ends of your quiet hours, or neither.")
    if quiet_from is not None and quiet_from == quiet_until:
        raise RuleBroken("quiet_until", "same", "The hours end when they begin. Enter two times.")
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        before = preferences.of(user.id)
        values = {"quiet_from": quiet_from, "quiet_until": quiet_until, "digest": digest}
        _write(NotificationPreference, ("user_id",), {}, values, actor)
        changes = {
            name: (getattr(before, name), value)
            for name, value in values.items()
            if getattr(before, name) != value
        }
        audit.record(Fact.QUIET_HOURS_CHOSEN, user, changes=changes)


def note_digest(user_id: Any, *, actor: Actor) -> None:
    """Remember, in an open transaction, that a person was mailed of unread messages just now."""
    _write(
        NotificationPreference,
        ("user_id",),
        {},
        {"digested_at": clock.now()},
        actor,
        user_id=user_id,
        defaults={"digest": Digest.DAILY},
    )


def _write(
    model: Any,
    keys: tuple[str, ...],
    key_values: dict[str, Any],
    values: dict[str, Any],
    actor: Actor,
    *,
    user_id: Any = None,
    defaults: Mapping[str, Any] | None = None,
) -> None:
    """Store a person's row, whether or not there was one; two tabs at once do not collide."""
    instant = clock.now()
    stamps = {"updated_at": instant, "updated_by": actor.user_id}
    upsert(
        model,
        keys,
        {
            "id": new_id(),
            "user_id": user_id or actor.user_id,
            "created_at": instant,
            "created_by": actor.user_id,
            **stamps,
            **key_values,
            **(defaults or {}),
            **values,
        },
        {**stamps, **values},
    )


def _plain(ways: Ways) -> list[str]:
    return [name for name in Ways.__dataclass_fields__ if getattr(ways, name)]
