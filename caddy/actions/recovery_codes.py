"""Codes on paper: made ten at a time and shown once, kept as argon2id hashes, used once each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update

from caddy import audit, clock
from caddy.actions import factors
from caddy.actions.passwords import hash_password, matches
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.recovery_codes import PaperCode, new_codes, read
from caddy.extensions import db
from caddy.models import RecoveryCode, User
from caddy.queries import factors as held
from caddy.transaction import current_work, transaction

NO_FACTOR = "Recovery codes stand in for a second step. Set one up first."


def make(*, actor: Actor) -> list[str]:
    """Make ten new codes and return them: this once. Those there were work no more.

    Raises RuleBroken where the person has no second factor that they could stand in for.
    """
    if actor.user_id is None or not held.of(actor.user_id).is_any:
        raise RuleBroken(None, "no_factor", NO_FACTOR)
    made = hashed()
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        store(user, made)
        audit.record(Fact.RECOVERY_CODES_MADE, user)
    return [str(one) for one, _ in made]


def hashed() -> list[tuple[PaperCode, str]]:
    """Return ten new codes, each with its hash: slow on purpose, so outside any transaction."""
    return [(one, hash_password(one.secret)) for one in new_codes()]


def store(user: User, made: list[tuple[PaperCode, str]]) -> None:
    """Put new codes in the place of a person's old ones, inside an open transaction."""
    current_work()
    db.session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user.id)
        .execution_options(synchronize_session=False)
    )
    db.session.add_all(
        RecoveryCode(user_id=user.id, name=one.name, code_hash=hash_) for one, hash_ in made
    )


def use(user_id: UUID, typed: str, *, actor: Actor) -> bool:
    """Use a code up and say whether it was right; of two who send it at once one comes through.

    A code that there is not costs the same work as one that there is.
    """
    code = read(typed)
    row = (
        code
        and db.session.execute(
            select(RecoveryCode.id, RecoveryCode.code_hash).where(
                RecoveryCode.user_id == user_id,
                RecoveryCode.name == code.name,
                RecoveryCode.used_at.is_(None),
            )
        ).one_or_none()
    )
    is_right = matches(row.code_hash if row else None, code.secret if code else "")
    if row and is_right and _use_up(row.id, user_id, actor):
        return True
    factors.failed(user_id, actor=actor)
    return False


def _use_up(code_id: UUID, user_id: UUID, actor: Actor) -> bool:
    with transaction(actor):
        used = db.session.scalars(
            update(RecoveryCode)
            .where(RecoveryCode.id == code_id, RecoveryCode.used_at.is_(None))
            .values(used_at=clock.now())
            .returning(RecoveryCode.id)
            .execution_options(synchronize_session=False)
        ).all()
        if used:
            left = held.of(user_id).codes_left
            user = db.session.get_one(User, user_id)
            audit.record(Fact.RECOVERY_CODE_USED, user, changes={"left": left})
    return bool(used)
