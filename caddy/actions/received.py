"""Doing once what a phone may send twice: the key and its outcome are stored with the act.

The only place that writes them. It knows nothing of what is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from caddy import clock
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.errors import Conflict
from caddy.extensions import db
from caddy.models import ReceivedAction
from caddy.queue import NOBODY
from caddy.tenancy import unscoped
from caddy.transaction import transaction

KEPT = timedelta(days=30)
OTHERWISE = (
    "This was stored already, as it was first sent. Open the service and correct it there, then "
    "discard this."
)

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a key of a phone's own; `kept_at` is when it was pressed, if it waited."""

    key: UUID
    content_sha256: str
    kept_at: datetime | None = None


def once(
    sent: Sent | None, kind: type[Outcome], act: Callable[[], Outcome], *, actor: Actor
) -> Outcome:
    """Do something in one transaction; what was sent before is answered as it was then.

    Refused is the same key with something else behind it: it would be dropped unseen.
    """
    if sent is None:
        with transaction(actor):
            return act()
    try:
        with transaction(actor):
            if (stored := _stored(sent, actor)) is not None:
                return _as_answered(sent, stored, kind)
            row = ReceivedAction(
                organization_id=actor.organization_id,
                user_id=actor.user_id,
                key=sent.key,
                content_sha256=sent.content_sha256,
                outcome={},
            )
            db.session.add(row)
            db.session.flush()  # whoever sends the same at once waits here, and is answered below
            outcome = act()
            row.outcome = TypeAdapter(kind).dump_python(outcome, mode="json")
            return outcome
    except IntegrityError:
        db.session.rollback()
        if (stored := _stored(sent, actor)) is None:
            raise
        return _as_answered(sent, stored, kind)


def _stored(sent: Sent, actor: Actor) -> ReceivedAction | None:
    return db.session.scalars(
        select(ReceivedAction).where(
            ReceivedAction.user_id == actor.user_id, ReceivedAction.key == sent.key
        )
    ).one_or_none()


def _as_answered(sent: Sent, stored: ReceivedAction, kind: type[Outcome]) -> Outcome:
    if stored.content_sha256 != sent.content_sha256:
        raise Conflict("sent_otherwise", OTHERWISE)
    return TypeAdapter(kind).validate_python(stored.outcome)


def forget_old() -> None:
    """Delete the keys of 30 days ago: no phone sends by itself what is as old as that."""
    long_ago = clock.now() - KEPT
    old = ReceivedAction.created_at < long_ago
    nobody = system_actor(NOBODY, "Schedule", Source.JOB)
    with unscoped("what is long over is deleted for all organizations at once"):
        if db.session.scalar(select(ReceivedAction.id).where(old).limit(1)):
            with transaction(nobody, unrecorded="what was done stays in the history"):
                db.session.execute(
                    delete(ReceivedAction).where(old).execution_options(synchronize_session=False)
                )
