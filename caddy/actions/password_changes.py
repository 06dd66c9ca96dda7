"""Choosing a password anew: with the one there is, or with a link that was mailed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.actions import account_mail, sessions
from caddy.actions.passwords import hash_password, matches, refuse_weak
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.mailed_links import LIFETIMES, LinkPurpose
from caddy.domain.passwords import own_words_of
from caddy.domain.people import UserStatus
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import User
from caddy.queries import organizations
from caddy.queries.mailed_links import OpenLink
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction


def change(current: str, new: str, session_id: UUID | None, *, actor: Actor) -> None:
    """Change one's password; all one's other sessions end, the one at hand stays."""
    user = db.session.get_one(User, actor.user_id)
    organization = organizations.current()
    if user.password_hash is None:
        raise RuleBroken(
            "current", "no_password", "You have no password yet. Ask for a link to choose one."
        )
    if not matches(user.password_hash, current):
        raise RuleBroken("current", "wrong_password", "This is not your password.")
    refuse_weak(new, _own_words(user, organization.name), "new")
    hashed = hash_password(new)
    with transaction(actor):
        mine = db.session.get_one(User, actor.user_id)
        _set(mine, hashed, but=session_id)
        audit.record(Fact.USER_PASSWORD_CHANGED, mine, live=[sessions.rights_changed(mine.id)])
        visitor = Visitor(actor.ip, actor.user_agent)
        account_mail.tell(
            EmailTemplate.PASSWORD_CHANGED, mine, visitor, organizations.current().timezone
        )


def ask_for_reset(email: str, visitor: Visitor) -> None:
    """Mail a link to choose a new password, where someone has this address. Says nothing."""
    ask_for_link(email, visitor, LinkPurpose.PASSWORD_RESET, Fact.PASSWORD_RESET_ASKED)


def ask_for_link(email: str, visitor: Visitor, purpose: LinkPurpose, fact: Fact) -> None:
    """Mail a link of a purpose to who has an address, if anyone may sign in with it."""
    with unscoped("the organization of a person who asks for a link is not yet known"):
        user = db.session.scalars(
            select(User).where(
                User.email == email.strip().lower(), User.status == UserStatus.ACTIVE
            )
        ).one_or_none()
    if user is None:
        return
    actor = sessions.actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
    with scope(user.organization_id), transaction(actor):
        if account_mail.has_enough_links(purpose, user.id):
            return
        mine = db.session.get_one(User, user.id)
        link = account_mail.make_link(purpose, mine.email, visitor, user=mine)
        minutes = int(LIFETIMES[purpose].total_seconds()) // 60
        account_mail.post(
            EmailTemplate(purpose.value),
            mine.email,
            link,
            {**visitor.told(), "minutes": minutes},
            user_id=mine.id,
        )
        audit.record(fact, mine)


def reset(link: OpenLink, new: str, visitor: Visitor) -> None:
    """Choose a new password with a mailed link; every session and every other link ends."""
    if link.user_id is None:
        raise NotFound("link")
    names = (link.first_name or "", link.last_name or "", link.email, link.organization_name)
    refuse_weak(new, own_words_of(*names), "new")
    hashed = hash_password(new)
    with scope(link.organization_id):
        user = db.session.get_one(User, link.user_id)
        actor = sessions.actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
        with transaction(actor):
            account_mail.use(link.id)
            mine = db.session.get_one(User, link.user_id)
            _set(mine, hashed)
            audit.record(Fact.USER_PASSWORD_RESET, mine, live=[sessions.rights_changed(mine.id)])
            account_mail.tell(EmailTemplate.PASSWORD_CHANGED, mine, visitor, link.timezone)


def _set(user: User, hashed: str, *, but: UUID | None = None) -> None:
    user.password_hash = hashed
    sessions.close(user.id, but=but)
    account_mail.revoke_links(user.id)


def _own_words(user: User, organization_name: str) -> frozenset[str]:
    return own_words_of(user.first_name, user.last_name, user.email, organization_name)
