"""Passkeys: added, renamed, removed, and used to show who somebody is. Begins no session."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import sessions, ways_in
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.passkeys import (
    MOST_OF_ONE_PERSON,
    CopiedPasskey,
    KnownPasskey,
    NewPasskey,
    PasskeyRefused,
    Site,
    check_used,
    credential_id_of,
)
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import Passkey, User
from caddy.queries import ways_in as reads
from caddy.tenancy import scope
from caddy.transaction import transaction


def add(new: NewPasskey, name: str, *, actor: Actor) -> UUID:
    """Keep a passkey that a person's device has made, and tell them by mail."""
    try:
        with transaction(actor):
            user = ways_in.held(actor.user_id)
            owned = select(func.count(Passkey.id)).where(Passkey.user_id == user.id)
            if (db.session.scalar(owned) or 0) >= MOST_OF_ONE_PERSON:
                raise RuleBroken(
                    None,
                    "too_many",
                    f"You have {MOST_OF_ONE_PERSON} passkeys. Remove one that you do not use.",
                )
            passkey = Passkey(
                user_id=user.id,
                credential_id=new.credential_id,
                public_key=new.public_key,
                sign_count=new.sign_count,
                transports=list(new.transports),
                name=name,
                is_backed_up=new.is_backed_up,
            )
            db.session.add(passkey)
            db.session.flush()  # a passkey that is known already is refused here
            audit.record(Fact.PASSKEY_ADDED, user, changes={"name": name})
            ways_in.tell(EmailTemplate.WAY_IN_ADDED, user, f"the passkey “{name}”")
            return passkey.id
    except IntegrityError as error:
        raise RuleBroken(None, "known", "This passkey is in use already.") from error


def rename(passkey_id: UUID, name: str, *, actor: Actor) -> None:
    """Call one's own passkey something else."""
    with transaction(actor):
        passkey = _own(passkey_id, actor)
        before, passkey.name = passkey.name, name
        user = db.session.get_one(User, actor.user_id)
        audit.record(Fact.PASSKEY_RENAMED, user, changes={"name": (before, name)})


def remove(passkey_id: UUID, session_id: UUID | None, *, actor: Actor) -> str:
    """Take one's own passkey away, sign out everywhere else, and return what it was called."""
    with transaction(actor):
        user = ways_in.held(actor.user_id)
        passkey = _own(passkey_id, actor)
        ways_in.refuse_last(user)
        name = passkey.name
        db.session.delete(passkey)
        sessions.close(user.id, but=session_id)
        live = [sessions.rights_changed(user.id)]
        audit.record(Fact.PASSKEY_REMOVED, user, changes={"name": name}, live=live)
        ways_in.tell(EmailTemplate.WAY_IN_REMOVED, user, f"the passkey “{name}”")
        return name


def _own(passkey_id: UUID, actor: Actor) -> Passkey:
    found = reads.passkey(passkey_id, actor.user_id) if actor.user_id else None
    if found is None:
        raise NotFound("passkey")
    return found


def check(
    site: Site, challenge: bytes, answer: str, visitor: Visitor, only: UUID | None = None
) -> UUID:
    """Return whose passkey has answered a challenge; raise PasskeyRefused where it is not right.

    `only` is the one person whose passkeys count. What the device counts is kept, so that the
    same answer, and a copy of the device, is refused.
    """
    owner = reads.owner_of_passkey(credential_id_of(answer))
    if owner is None or (only is not None and owner.user_id != only):
        raise PasskeyRefused("It is nobody's who may sign in, or another's.")
    with scope(owner.organization_id):
        user = db.session.get_one(User, owner.user_id)
        actor = sessions.actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
        try:
            with transaction(actor, unrecorded="the sign-in that follows is in the history"):
                passkey = db.session.get(Passkey, owner.id, with_for_update=True)
                if passkey is None:
                    raise PasskeyRefused("It was removed a moment ago.")
                known = KnownPasskey(passkey.public_key, passkey.sign_count)
                used = check_used(site, challenge, answer, known)
                passkey.sign_count = used.sign_count
                passkey.is_backed_up = used.is_backed_up
                passkey.last_used_at = clock.now()
        except CopiedPasskey:
            with transaction(actor):
                mine = db.session.get_one(User, owner.user_id)
                name = db.session.get_one(Passkey, owner.id).name
                audit.record(Fact.PASSKEY_REFUSED, mine, changes={"name": name})
            raise
    return owner.user_id
