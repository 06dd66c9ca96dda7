"""Signing in with a link that was mailed: asking for one, and using it up."""

from __future__ import annotations

from uuid import UUID

from caddy import audit
from caddy.actions import account_mail, sessions
from caddy.actions.password_changes import ask_for_link
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import User
from caddy.queries.mailed_links import OpenLink
from caddy.tenancy import scope
from caddy.transaction import transaction


def ask(email: str, visitor: Visitor) -> None:
    """Mail a link that signs in once, where someone has this address. Says nothing."""
    ask_for_link(email, visitor, LinkPurpose.MAGIC_LINK, Fact.MAGIC_LINK_ASKED)


def redeem(link: OpenLink, visitor: Visitor) -> UUID:
    """Use a link up and return who may be signed in now; raise NotFound where it was used."""
    if link.user_id is None:
        raise NotFound("link")
    with scope(link.organization_id):
        user = db.session.get_one(User, link.user_id)
        actor = sessions.actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
        with transaction(actor):
            account_mail.use(link.id)
            audit.record(Fact.MAGIC_LINK_USED, db.session.get_one(User, link.user_id))
    return link.user_id
