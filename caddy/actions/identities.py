"""Accounts at other services: signing in with one, linking it, and taking it away.

Nobody becomes a member of staff here who is neither that nor invited.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import invitations, sessions, ways_in
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.domain.providers import Claimed, Provider
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import User, UserIdentity
from caddy.queries import mailed_links
from caddy.queries import ways_in as reads
from caddy.queries.ways_in import Owner
from caddy.tenancy import scope
from caddy.transaction import transaction

ANOTHER = (
    "Another account of {name} is linked to you already. Sign in with that one, or take it away "
    "under “How you sign in” first."
)


def sign_in(told: Claimed, provider: Provider, visitor: Visitor) -> UUID:
    """Return who may be signed in; raise RuleBroken with a sentence where nobody may.

    An account is known by its issuer and subject. One that is new is matched by its address,
    if the service says that it is verified: to a member of staff, or to who is invited.
    """
    owner = reads.owner_of_identity(told.issuer, told.subject)
    if owner is not None:
        return _use(owner, told, provider, visitor)
    if told.email is None or not told.is_email_verified:
        raise RuleBroken(
            None,
            "not_verified",
            f"{provider.name} does not say that it has verified your email address. Sign in "
            f"another way; then you can link {provider.name} under “How you sign in”.",
        )
    found = reads.active_person(told.email)
    if found is not None:
        user_id, organization_id = found
        with scope(organization_id):
            user = db.session.get_one(User, user_id)
            actor = sessions.actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
            link(told, provider, actor=actor)
        return user_id
    return _join(told, provider, visitor)


def _use(owner: Owner, told: Claimed, provider: Provider, visitor: Visitor) -> UUID:
    with scope(owner.organization_id):
        user = db.session.get_one(User, owner.user_id)
        if user.status is not UserStatus.ACTIVE:
            raise _nobody(told, provider)
        actor = sessions.actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
        with transaction(actor, unrecorded="the sign-in that follows is in the history"):
            identity = db.session.get(UserIdentity, owner.id)
            if identity is None:
                raise _nobody(told, provider)
            identity.last_used_at = clock.now()
    return owner.user_id


def _join(told: Claimed, provider: Provider, visitor: Visitor) -> UUID:
    """Take the one invitation that waits for an address."""
    waiting = mailed_links.invitations_of(told.email or "")
    if not waiting:
        raise _nobody(told, provider)
    if len(waiting) > 1 or not (told.first_name and told.last_name):
        raise RuleBroken(
            None,
            "open_the_mail",
            "You are invited. Open the link in the mail with the invitation to accept it.",
        )
    try:
        names = (told.first_name, told.last_name)
        return invitations.accept_with(_row(told), waiting[0], names, visitor)
    except NotFound as error:
        raise _nobody(told, provider) from error


def _nobody(told: Claimed, provider: Provider) -> RuleBroken:
    whose = told.email or f"this account of {provider.name}"
    return RuleBroken(
        None,
        "nobody",
        f"Nobody signs in here with {whose}. Ask your administrator to invite you.",
    )


def _row(told: Claimed) -> UserIdentity:
    return UserIdentity(
        issuer=told.issuer, subject=told.subject, email=told.email, last_used_at=clock.now()
    )


def link(told: Claimed, provider: Provider, *, actor: Actor) -> None:
    """Have a person sign in with their account at a service from now on; tell them by mail.

    Raises RuleBroken where it is somebody's already, or they have another one there.
    """
    try:
        with transaction(actor):
            user = ways_in.held(actor.user_id)
            same = select(UserIdentity.id).where(
                UserIdentity.user_id == user.id, UserIdentity.issuer == told.issuer
            )
            if db.session.scalar(same.limit(1)) is not None:
                raise RuleBroken(None, "another", ANOTHER.format(name=provider.name))
            identity = _row(told)
            identity.user_id = user.id
            db.session.add(identity)
            db.session.flush()  # an account that is somebody's is refused here
            audit.record(Fact.IDENTITY_LINKED, user, changes={"provider": provider.name})
            what = f"your account at {provider.name}"
            ways_in.tell(EmailTemplate.WAY_IN_ADDED, user, what)
    except IntegrityError as error:
        raise RuleBroken(
            None, "taken", f"Somebody signs in with this account of {provider.name} already."
        ) from error


def unlink(
    identity_id: UUID, session_id: UUID | None, names: Mapping[str, str], *, actor: Actor
) -> str:
    """Take one's own account at a service away, and sign out everywhere else.

    `names` are what services are called, by issuer. Returns what this one is called.
    """
    with transaction(actor):
        user = ways_in.held(actor.user_id)
        identity = db.session.scalars(
            select(UserIdentity).where(
                UserIdentity.id == identity_id, UserIdentity.user_id == user.id
            )
        ).one_or_none()
        if identity is None:
            raise NotFound("account")
        ways_in.refuse_last(user)
        name = names.get(identity.issuer, identity.issuer)
        db.session.delete(identity)
        sessions.close(user.id, but=session_id)
        live = [sessions.rights_changed(user.id)]
        audit.record(Fact.IDENTITY_UNLINKED, user, changes={"provider": name}, live=live)
        ways_in.tell(EmailTemplate.WAY_IN_REMOVED, user, f"your account at {name}")
        return name
