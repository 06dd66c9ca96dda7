"""What second factors a person has: one statement, asked by who signs in or looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from caddy.extensions import db
from caddy.models import Passkey, RecoveryCode, TotpFactor, User


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show besides their first factor. Codes on paper are none by themselves."""

    app_since: datetime | None = None
    app_used_at: datetime | None = None
    codes_left: int = 0
    has_password: bool = False
    passkeys: int = 0

    @property
    def has_app(self) -> bool:
        return self.app_since is not None

    @property
    def count(self) -> int:
        """Return how many second factors there are: the last is not taken where one is needed."""
        return int(self.has_app) + self.passkeys

    @property
    def is_any(self) -> bool:
        return self.count > 0


def of(user_id: UUID) -> Factors:
    """Return what someone of the organization in scope has; nothing of who is not there."""
    left = (
        select(func.count(RecoveryCode.id))
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    passkeys = select(func.count(Passkey.id)).where(Passkey.user_id == user_id).scalar_subquery()
    row = db.session.execute(
        select(
            TotpFactor.confirmed_at,
            TotpFactor.last_used_at,
            left,
            User.password_hash.is_not(None),
            passkeys,
        )
        .select_from(User)
        .outerjoin(
            TotpFactor,
            (TotpFactor.user_id == User.id)
            & (TotpFactor.organization_id == User.organization_id)
            & TotpFactor.confirmed_at.is_not(None),
        )
        .where(User.id == user_id)
    ).one_or_none()
    return Factors(*row) if row is not None else Factors()


def having(user_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of some people have a second factor, in one statement."""
    if not user_ids:
        return set()
    with_app = select(TotpFactor.user_id).where(
        TotpFactor.user_id.in_(user_ids), TotpFactor.confirmed_at.is_not(None)
    )
    with_passkey = select(Passkey.user_id).where(Passkey.user_id.in_(user_ids))
    return set(db.session.scalars(with_app.union(with_passkey)))


def begun(user_id: UUID) -> str | None:
    """Return the key of an app that was not confirmed with a first code yet, if there is one."""
    return db.session.scalar(
        select(TotpFactor.secret).where(
            TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_(None)
        )
    )
