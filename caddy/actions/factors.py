"""What every second factor has in common: what follows when one comes, or goes.

The factors themselves are made and checked beside this: `totp.py`, `recovery_codes.py`.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, update

from caddy import audit, clock
from caddy.actions import account_mail, sessions
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import Passkey, RecoveryCode, TotpFactor, User, UserSession
from caddy.queries import factors, organizations
from caddy.transaction import current_work, transaction

LAST = (
    "Your organization asks for a second step when you sign in, and this is your only one. "
    "Set up another one first."
)
NOTHING = "There is no second step to take away."


def added(user: User, factor: str, session_id: UUID | None) -> None:
    """Have a new factor count, inside the open transaction that stored it.

    The session at hand has shown it; all others end, the person is told by mail, and the history
    says so. `factor` is what it is called in a sentence: "an authenticator app".
    """
    current_work()
    _show(user.id, session_id, is_shown=True)
    _ended(user, Fact.FACTOR_ADDED, factor, session_id)
    _tell(EmailTemplate.FACTOR_ADDED, user, factor)


def removed(user: User, factor: str, session_id: UUID | None) -> None:
    """Have a factor count no more, inside the open transaction that deleted it.

    Without any other factor the codes on paper go too, and sessions have shown none.
    Raises RuleBroken where the organization asks for one and this was the last.
    """
    current_work()
    if not factors.of(user.id).is_any:
        if organizations.current().is_second_factor_required:
            raise RuleBroken(None, "last_factor", LAST)
        _forget(RecoveryCode, user.id)
        _show(user.id, session_id, is_shown=False)
    _ended(user, Fact.FACTOR_REMOVED, factor, session_id)
    _tell(EmailTemplate.FACTOR_REMOVED, user, factor)


def reset(user_id: UUID, *, actor: Actor) -> None:
    """Take all second factors of a colleague away, who has lost them; ends all their sessions.

    Raises NotFound where nobody is there, RuleBroken where there is nothing to take away or one
    would take away one's own.
    """
    if user_id == actor.user_id:
        raise RuleBroken(None, "own_factors", "Change your own on the page “How you sign in”.")
    with transaction(actor):
        user = db.session.get(User, user_id)
        if user is None:
            raise NotFound("person")
        if not factors.of(user_id).is_any:
            raise RuleBroken(None, "no_factor", NOTHING)
        for model in (TotpFactor, RecoveryCode, Passkey):
            _forget(model, user_id)
        sessions.close(user_id)
        audit.record(Fact.FACTORS_RESET, user, live=[sessions.rights_changed(user_id)])
        _tell(EmailTemplate.FACTOR_REMOVED, user, f"all of them, by {actor.name}")


def failed(user_id: UUID, *, actor: Actor) -> None:
    """Write down that somebody who knew the first factor did not come through the second."""
    with transaction(actor):
        audit.record(Fact.SECOND_FACTOR_FAILED, db.session.get_one(User, user_id))


def _show(user_id: UUID, session_id: UUID | None, *, is_shown: bool) -> None:
    """Write into the session at hand whether it has shown a second factor."""
    now = clock.now()
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.id == session_id)
        .values(second_factor_at=now if is_shown else None, confirmed_at=now)
        .execution_options(synchronize_session=False)
    )


def _ended(user: User, fact: Fact, factor: str, session_id: UUID | None) -> None:
    sessions.close(user.id, but=session_id)
    audit.record(fact, user, changes={"factor": factor}, live=[sessions.rights_changed(user.id)])


def _tell(template: EmailTemplate, user: User, factor: str) -> None:
    """Mail someone what was done with their account, from where and when."""
    actor = current_work().actor
    visitor = Visitor(actor.ip, actor.user_agent)
    zone = organizations.current().timezone
    account_mail.tell(template, user, visitor, zone, factor=factor)


def _forget(model: type[TotpFactor | RecoveryCode | Passkey], user_id: UUID) -> None:
    db.session.execute(
        delete(model).where(model.user_id == user_id).execution_options(synchronize_session=False)
    )
