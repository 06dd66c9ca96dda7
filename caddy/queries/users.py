"""Who a session or the address of a calendar belongs to, and who is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import String, and_, bindparam, select

from caddy import clock
from caddy.config import load_settings
from caddy.domain.calendar_keys import key_hash
from caddy.domain.mailed_links import token_hash
from caddy.domain.people import PresenceStatus, UserStatus
from caddy.domain.permissions import Permission, Role, effective_permissions
from caddy.domain.sign_ins import SignInWay
from caddy.domain.subscriptions import Subscription
from caddy.extensions import db
from caddy.models import Organization, User, UserSession
from caddy.queries import inboxes, saved_filters
from caddy.queries.subscriptions import subscription_columns, subscription_of
from caddy.tenancy import rows, unscoped

ADDRESSES_AT_ONCE = 400
ONLINE_WITHIN = timedelta(minutes=5)
MOST_ONLINE_SHOWN = 30


def taken_addresses(addresses: Sequence[str]) -> set[str]:
    """Return those of some addresses with which someone signs in, wherever that is."""
    with unscoped("an address names one person among all organizations"):
        return {
            address
            for at in range(0, len(addresses), ADDRESSES_AT_ONCE)
            for address in db.session.scalars(
                select(User.email).where(User.email.in_(addresses[at : at + ADDRESSES_AT_ONCE]))
            )
        }


def named(email: str) -> UUID | None:
    """Return who of the organization in scope signs in with an address, if anyone does."""
    return db.session.scalar(select(User.id).where(User.email == email.strip().lower()))


@dataclass(frozen=True, slots=True)
class SessionUser:
    """A signed-in person and what every page needs of their organization."""

    id: UUID
    organization_id: UUID
    name: str
    initials: str
    email: str
    role: Role
    permissions: frozenset[Permission]
    organization_name: str
    timezone: str
    state: str
    light_amber_percent: int
    light_red_percent: int
    pace_variance_percent: int
    unread_notifications: int  # counted no further than 100
    unread_messages: int
    has_saved_filters: bool  # of their own, or shared by colleagues
    subscription: Subscription
    is_second_factor_required: bool
    session: CurrentSession | None = None  # None where a job acts for them

    @property
    def needs_factor(self) -> bool:
        """Say whether a second factor has to be set up first.

        A session that has shown none is of someone who has none: with one they are asked for it
        before a session begins, and setting one up ends all sessions but the one that did.
        """
        has_shown_one = self.session is None or self.session.second_factor_at is not None
        return self.is_second_factor_required and not has_shown_one


@dataclass(frozen=True, slots=True)
class CurrentSession:
    """The session in which a person asks for something."""

    id: UUID
    way: SignInWay
    last_seen_at: datetime
    expires_at: datetime
    second_factor_at: datetime | None
    confirmed_at: datetime | None


def of_session(token: str) -> SessionUser | None:
    """Return whose session a token names, or None where it is over or they may not sign in.

    Looks without a scope: it is what the scope is taken from. One statement, at every request.
    """
    now = clock.now()
    told = {
        "token_hash": token_hash(token),
        "now": now,
        "idle_since": now - timedelta(hours=load_settings().session_idle_hours),
    }
    with unscoped("the scope of a request is taken from the person in its session"):
        found = rows(_session_columns(), told)
    if not found:
        return None
    row = found[0]
    session = CurrentSession(
        row.session_id,
        row.way,
        row.last_seen_at,
        row.expires_at,
        row.second_factor_at,
        row.confirmed_at,
    )
    return _session_user(row, session)


def active(user_id: UUID) -> SessionUser | None:
    """Return a person outside any session, or None where they may no longer sign in."""
    with unscoped("whose organization it is, the person says"):
        row = db.session.execute(_person_columns().where(User.id == user_id)).one_or_none()
    return _session_user(row) if row is not None else None


@lru_cache(maxsize=1)
def _session_columns() -> Any:
    return (
        _person_columns()
        .add_columns(
            UserSession.id.label("session_id"),
            UserSession.way,
            UserSession.last_seen_at,
            UserSession.expires_at,
            UserSession.second_factor_at,
            UserSession.confirmed_at,
        )
        .join(
            UserSession,
            and_(
                UserSession.user_id == User.id,
                UserSession.organization_id == User.organization_id,
            ),
        )
        .where(UserSession.token_hash == bindparam("token_hash", type_=String()))
        .where(UserSession.revoked_at.is_(None))
        .where(UserSession.expires_at > bindparam("now", type_=UserSession.expires_at.type))
        .where(
            UserSession.last_seen_at > bindparam("idle_since", type_=UserSession.last_seen_at.type)
        )
    )


@lru_cache(maxsize=1)
def _person_columns() -> Any:
    return (
        select(
            User.id,
            User.organization_id,
            User.first_name,
            User.last_name,
            User.email,
            User.role,
            User.permissions,
            Organization.name.label("organization_name"),
            Organization.timezone,
            Organization.state,
            Organization.light_amber_percent,
            Organization.light_red_percent,
            Organization.pace_variance_percent,
            Organization.is_second_factor_required,
            *subscription_columns(),
            *inboxes.columns(),
            saved_filters.is_shown_any(),
        )
        .join(Organization, Organization.id == User.organization_id)
        .where(User.status == UserStatus.ACTIVE)
    )


def _session_user(row: Any, session: CurrentSession | None = None) -> SessionUser:
    permissions = effective_permissions(row.role, row.permissions)
    return SessionUser(
        id=row.id,
        organization_id=row.organization_id,
        name=f"{row.first_name} {row.last_name}",
        initials=f"{row.first_name[:1]}{row.last_name[:1]}".upper(),
        email=row.email,
        role=row.role,
        permissions=permissions,
        organization_name=row.organization_name,
        timezone=row.timezone,
        state=row.state,
        light_amber_percent=row.light_amber_percent,
        light_red_percent=row.light_red_percent,
        pace_variance_percent=row.pace_variance_percent,
        unread_notifications=row.unread_notifications,
        unread_messages=inboxes.unread_messages(row, permissions),
        has_saved_filters=row.has_saved_filters,
        subscription=subscription_of(row),
        is_second_factor_required=row.is_second_factor_required,
        session=session,
    )


@dataclass(frozen=True, slots=True)
class CalendarOwner:
    """Whose calendar a secret opens."""

    id: UUID
    organization_id: UUID
    timezone: str


def of_calendar_key(key: str) -> CalendarOwner | None:
    """Return the active person whose calendar has this secret in its address, if there is one.

    Looks without a scope: a calendar brings no session, and the secret is all that names it.
    """
    with unscoped("the secret of a calendar's address is what names its person"):
        row = db.session.execute(
            select(User.id, User.organization_id, Organization.timezone)
            .join(Organization, Organization.id == User.organization_id)
            .where(User.calendar_key_hash == key_hash(key), User.status == UserStatus.ACTIVE)
        ).one_or_none()
    return CalendarOwner(*row) if row is not None else None


def online() -> list[Any]:
    """Return up to 30 people of the organization seen in the last five minutes, latest first."""
    return list(
        db.session.execute(
            select(
                User.id,
                User.first_name,
                User.last_name,
                User.role,
                User.presence_status,
                User.presence_page,
                User.presence_seen_at,
            )
            .where(User.presence_seen_at > clock.now() - ONLINE_WITHIN)
            .where(User.presence_status != PresenceStatus.OFFLINE)
            .order_by(User.presence_seen_at.desc())
            .limit(MOST_ONLINE_SHOWN)
        )
    )
