"""Passkeys: added, renamed, removed, and used to show who somebody is. Begins no session."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import factors, recovery_codes, sessions, ways_in
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.passkeys import (
    MOST_OF_ONE_PERSON,
    CopiedPasskey,
    KnownPasskey,
    NewPasskey,
    PasskeyRefused,
    Site,
)
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import Passkey, User
from caddy.queries import factors as held
from caddy.queries import ways_in as reads
from caddy.tenancy import scope
from caddy.transaction import transaction

TOO_MANY = f"You have {MOST_OF_ONE_PERSON} passkeys. Remove one that you do not use."


def add(new: NewPasskey, name: str, session_id: UUID | None, *, actor: Actor) -> list[str]:
    """Keep a passkey that a person's device has made: from now on it is a second factor, too.

    Returns the first recovery codes where there were none. Raises RuleBroken where the passkey
    is somebody's already, or the person has too many.
    """
    has_codes = actor.user_id is not None and held.of(actor.user_id).codes_left > 0
    made = [] if has_codes else recovery_codes.hashed()
    try:
        with transaction(actor):
            user = ways_in.held(actor.user_id)
            if held.of(user.id).passkeys >= MOST_OF_ONE_PERSON:
                raise RuleBroken(None, "too_many", TOO_MANY)
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
            if made:
                recovery_codes.store(user, made)
            factors.added(user, _called(name), session_id)
    except IntegrityError as error:
        raise RuleBroken(None, "known", "This passkey is in use already.") from error
    return [str(one) for one, _ in made]


def _called(name: str) -> str:
    return f"the passkey “{name}”"


def rename(passkey_id: UUID, name: str, *, actor: Actor) -> None:
    """Call one's own passkey something else."""
    with transaction(actor):
        passkey = _own(passkey_id, actor)
        before, passkey.name = passkey.name, name
        user = db.session.get_one(User, actor.user_id)
        audit.record(Fact.PASSKEY_RENAMED, user, changes={"name": (before, name)})


def remove(passkey_id: UUID, session_id: UUID | None, *, actor: Actor) -> str:
    """Take one's own passkey away, sign out everywhere else, and return what it was called.

    Raises RuleBroken where it is the last factor and one is needed, Conflict where it is the
    last way in.
    """
    with transaction(actor):
        user = ways_in.held(actor.user_id)
        passkey = _own(passkey_id, actor)
        ways_in.refuse_last(user)
        name = passkey.name
        db.session.delete(passkey)
        db.session.flush()
        factors.removed(user, _called(name), session_id)
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
    from caddy.domain.passkey_answers import check_used, credential_id_of

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
