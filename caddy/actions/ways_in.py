"""What adding and removing a way of signing in share: the mail, and that one is always left."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy.actions import account_mail
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import Conflict
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import User
from caddy.queries import organizations, ways_in
from caddy.transaction import current_work

LAST_ONE = (
    "This is the only way to sign in that you have. Choose a password first: sign out, and take "
    "“Forgot your password?” on the page where you sign in."
)


def held(user_id: UUID | None) -> User:
    """Return a person, held until the commit: what they sign in with changes one at a time."""
    return db.session.scalars(select(User).where(User.id == user_id).with_for_update()).one()


def refuse_last(user: User) -> None:
    """Raise Conflict where a person without a password would take away their last way in."""
    if user.password_hash is None and ways_in.count(user.id) <= 1:
        raise Conflict("last_way_in", LAST_ONE)


def tell(template: EmailTemplate, user: User, what: str) -> None:
    """Tell a person by mail, inside an open transaction, what was added or removed."""
    actor = current_work().actor
    zone = organizations.current().timezone
    visitor = Visitor(actor.ip, actor.user_agent)
    account_mail.tell(template, user, visitor, zone, what=what, link="/settings/sign-in")
