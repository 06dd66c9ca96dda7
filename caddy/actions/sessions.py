"""Sessions: every way of signing in begins one here, and every way of leaving ends it here."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from caddy import audit, clock
from caddy.actions import account_mail
from caddy.config import load_settings
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.mailed_links import token_hash
from caddy.domain.people import PresenceStatus, UserStatus
from caddy.domain.permissions import effective_permissions
from caddy.domain.sign_ins import LONGEST_AGENT, SessionToken, SignInWay, Visitor
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import MailedLink, User, UserSession
from caddy.queries import sessions as queries
from caddy.queue import NOBODY
from caddy.tenancy import scope, unscoped
from caddy.transaction import current_work, transaction

TOKEN_BYTES = 32
KEPT = timedelta(days=90)


def begin(
    user_id: UUID,
    way: SignInWay,
    *,
    ip: str | None,
    user_agent: str | None,
    has_second_factor: bool,
    shown_at: datetime | None = None,
) -> SessionToken:
    """Sign a person in and return the secret that their browser keeps.

    The token is known to the browser alone: of it the SHA-256 is stored. `shown_at` is when the
    second factor was shown, where that was before. Raises NotFound where the person may not sign
    in.
    """
    with unscoped("the organization of a person who signs in is not yet known"):
        user = db.session.get(User, user_id)
    if user is None or user.status is not UserStatus.ACTIVE:
        raise NotFound("person")
    token = SessionToken(secrets.token_urlsafe(TOKEN_BYTES))
    now = clock.now()
    with (
        scope(user.organization_id),
        transaction(actor_for(user, ip=ip, user_agent=user_agent)),
    ):
        mine = db.session.get_one(User, user_id)
        mine.last_active_at = now
        db.session.add(
            UserSession(
                user_id=user_id,
                token_hash=token_hash(token),
                way=way,
                last_seen_at=now,
                expires_at=now + timedelta(days=load_settings().session_days),
                ip=ip,
                user_agent=(user_agent or "")[:LONGEST_AGENT] or None,
                second_factor_at=now if has_second_factor else shown_at,
                confirmed_at=now,
            )
        )
        audit.record(Fact.USER_SIGNED_IN, mine, changes={"way": way.value})
    return token


def actor_for(user: User, *, ip: str | None, user_agent: str | None) -> Actor:
    """Return the actor of someone who has no session yet."""
    return Actor(
        organization_id=user.organization_id,
        user_id=user.id,
        name=user.name,
        role=user.role,
        permissions=effective_permissions(user.role, user.permissions),
        source=Source.WEB,
        ip=ip,
        user_agent=user_agent,
    )


def confirm(session_id: UUID, *, actor: Actor) -> None:
    """Remember that the person in a session showed just now that it is still them."""
    with transaction(actor):
        db.session.execute(
            update(UserSession)
            .where(UserSession.id == session_id, UserSession.user_id == actor.user_id)
            .values(confirmed_at=clock.now())
        )
        audit.record(Fact.SESSION_CONFIRMED, db.session.get_one(User, actor.user_id))


def touch(session_id: UUID, *, actor: Actor) -> None:
    """Remember that a session is in use. Asked for at most once in ten minutes."""
    with transaction(actor, unrecorded="being about is nobody's history"):
        db.session.execute(
            update(UserSession)
            .where(UserSession.id == session_id)
            .values(last_seen_at=clock.now(), ip=actor.ip)
        )


def sign_out(session_id: UUID, *, actor: Actor) -> None:
    """End the session a person is in, and show them as gone."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        user.presence_status = PresenceStatus.OFFLINE
        close(user.id, only=session_id)
        audit.record(Fact.USER_SIGNED_OUT, user, live=[rights_changed(user.id)])


def revoke(session_id: UUID, *, actor: Actor) -> None:
    """End one of one's own sessions, at once; its live panels end too."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        if not close(user.id, only=session_id):
            raise NotFound("session")
        audit.record(Fact.SESSION_REVOKED, user, live=[rights_changed(user.id)])


def revoke_all(*, but: UUID | None = None, actor: Actor) -> int:
    """End all of one's own sessions, or all others; return how many."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        count = close(user.id, but=but)
        audit.record(
            Fact.SESSIONS_REVOKED, user, changes={"count": count}, live=[rights_changed(user.id)]
        )
        return count


def close(user_id: UUID, *, only: UUID | None = None, but: UUID | None = None) -> int:
    """End sessions of someone inside an open transaction, whose action records it.

    Tell `rights_changed` with the fact: live panels end with it.
    """
    current_work()
    ends = (
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(UserSession.id)
        .execution_options(synchronize_session=False)
    )
    if only is not None:
        ends = ends.where(UserSession.id == only)
    if but is not None:
        ends = ends.where(UserSession.id != but)
    return len(db.session.scalars(ends).all())


def rights_changed(user_id: UUID) -> Topic:
    """Return the live event by which every panel of a person ends and asks again who they are."""
    return Topic("user", user_id, int(clock.now().timestamp() * 1000))


def be_present(status: PresenceStatus, page: str | None, *, actor: Actor) -> None:
    """Remember that a person is about, and where. Sent by an open page once a minute."""
    with transaction(actor, unrecorded="being about is nobody's history"):
        db.session.execute(
            update(User)
            .where(User.id == actor.user_id)
            .values(
                presence_status=status,
                presence_page=(page or "")[:200] or None,
                presence_seen_at=clock.now(),
                last_active_at=clock.now(),
            )
        )


def note_new_device(session_id: UUID, zone: str, *, actor: Actor) -> None:
    """Tell a person by mail that they signed in where they never had, but for the first time."""
    with scope(actor.organization_id):
        if actor.user_id is None or not queries.has_other(actor.user_id, session_id):
            return
        with transaction(actor):
            user = db.session.get_one(User, actor.user_id)
            visitor = Visitor(actor.ip, actor.user_agent)
            account_mail.tell(EmailTemplate.NEW_DEVICE, user, visitor, zone)
            audit.record(Fact.NEW_DEVICE_SEEN, user)


def forget_old() -> None:
    """Delete sessions and mailed links that were over three months ago."""
    long_ago = clock.now() - KEPT
    nobody = system_actor(NOBODY, "Schedule", Source.JOB)
    with unscoped("what is long over is deleted for all organizations at once"):
        for table in (UserSession, MailedLink):
            if db.session.scalar(select(table.id).where(table.expires_at < long_ago).limit(1)):
                with transaction(nobody, unrecorded="the sign-in itself stays in the history"):
                    db.session.execute(
                        delete(table)
                        .where(table.expires_at < long_ago)
                        .execution_options(synchronize_session=False)
                    )
