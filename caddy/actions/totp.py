"""The codes of an app: its key is made, confirmed with a first code, checked, and taken away."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from caddy import clock
from caddy.actions import factors, recovery_codes
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.totp import counter_of, new_secret
from caddy.extensions import db
from caddy.models import TotpFactor, User
from caddy.queries import factors as held
from caddy.transaction import transaction

APP = "an authenticator app"
THERE_IS_ONE = "You have an app already. Remove it first to set up another one."
NOT_BEGUN = "Begin again: there is no app to confirm."
WRONG = "That is not the code of the app. Wait for its next code and enter that."


def begin(*, actor: Actor) -> None:
    """Make the key of a new app; it counts for nothing until a first code confirms it.

    Raises Conflict where there is an app already.
    """
    with (
        suppress(IntegrityError),  # asked for twice at once: one of the two keys is as good
        transaction(actor, unrecorded="nothing is set up before its first code"),
    ):
        row = _row(actor.user_id)
        if row is not None and row.confirmed_at is not None:
            raise Conflict("has_app", THERE_IS_ONE)
        if row is None:
            row = TotpFactor(user_id=actor.user_id)
            db.session.add(row)
        row.secret = new_secret()


def confirm(code: str, session_id: UUID | None, *, actor: Actor) -> list[str]:
    """Have a new app count, and return the first recovery codes where there were none.

    Raises RuleBroken where the code is not its, Conflict where no app waits for one.
    """
    has_codes = actor.user_id is not None and held.of(actor.user_id).codes_left > 0
    made = [] if has_codes else recovery_codes.hashed()
    with transaction(actor):
        row = _row(actor.user_id)
        if row is None or row.confirmed_at is not None:
            raise Conflict("no_app", NOT_BEGUN)
        counter = counter_of(row.secret, code, clock.now(), None)
        if counter is None:
            raise RuleBroken("code", "wrong_code", WRONG)
        row.confirmed_at = row.last_used_at = clock.now()
        row.last_counter = counter
        user = db.session.get_one(User, actor.user_id)
        if made:
            recovery_codes.store(user, made)
        db.session.flush()
        factors.added(user, APP, session_id)
    return [str(one) for one, _ in made]


def remove(session_id: UUID | None, *, actor: Actor) -> None:
    """Take one's app away; raises RuleBroken where it is the last factor and one is needed."""
    with transaction(actor):
        row = _row(actor.user_id)
        if row is None or row.confirmed_at is None:
            return
        db.session.delete(row)
        db.session.flush()
        factors.removed(db.session.get_one(User, actor.user_id), APP, session_id)


def check(user_id: UUID, code: str, *, actor: Actor) -> bool:
    """Take a code and say whether it was right: each once, and none older than the last taken."""
    row = db.session.execute(
        select(TotpFactor.id, TotpFactor.secret, TotpFactor.last_counter).where(
            TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None)
        )
    ).one_or_none()
    counter = counter_of(row.secret, code, clock.now(), row.last_counter) if row else None
    if row and counter is not None and _take(row.id, counter, actor):
        return True
    factors.failed(user_id, actor=actor)
    return False


def _take(factor_id: UUID, counter: int, actor: Actor) -> bool:
    """Keep the counter of a code that was taken; of two who send the same at once one comes in."""
    with transaction(actor, unrecorded="the sign-in that follows is in the history"):
        taken = db.session.scalars(
            update(TotpFactor)
            .where(TotpFactor.id == factor_id)
            .where(TotpFactor.last_counter.is_(None) | (TotpFactor.last_counter < counter))
            .values(last_counter=counter, last_used_at=clock.now())
            .returning(TotpFactor.id)
            .execution_options(synchronize_session=False)
        ).all()
    return bool(taken)


def _row(user_id: UUID | None) -> TotpFactor | None:
    return db.session.scalars(
        select(TotpFactor).where(TotpFactor.user_id == user_id).with_for_update()
    ).one_or_none()
