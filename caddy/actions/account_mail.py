"""Mails about signing in: what they say of a visitor, the links in them. Nobody turns them off."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from caddy import clock
from caddy.columns import new_id
from caddy.config import load_settings
from caddy.domain import emails
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import NotFound
from caddy.domain.mailed_links import LIFETIMES, LinkPurpose, link_token, token_hash
from caddy.domain.sign_ins import LONGEST_AGENT, Visitor
from caddy.domain.words import say_date, say_time
from caddy.extensions import Base, db
from caddy.models import EmailLog, MailedLink, User
from caddy.queue import Job, later
from caddy.transaction import current_work

MOST_OPEN_LINKS = 5  # of one purpose and person: more mails than that help nobody


def post(
    template: EmailTemplate,
    to: str,
    subject: Base,
    context: Mapping[str, Any],
    *,
    user_id: UUID | None = None,
) -> None:
    """Store a mail and leave the job that sends it; belongs inside an open transaction."""
    current_work()
    emails.check(template, context)
    row = EmailLog(
        id=new_id(),
        user_id=user_id,
        to_address=to,
        subject=emails.subject_of(template, context),
        template=template.value,
        subject_type=subject.__tablename__,
        subject_id=subject.id,  # type: ignore[attr-defined] # every table has one
        context=emails.stored(context),
        idempotency_key=f"{template.value}:{new_id()}",
    )
    db.session.add(row)
    later(Job.SEND_EMAIL, row.id)


def tell(template: EmailTemplate, user: User, visitor: Visitor, zone: str, **more: str) -> None:
    """Tell a person of something that was done with their account just now; `more` says what."""
    moment = clock.local(clock.now(), zone)
    when = f"{say_date(moment.date())} at {say_time(moment)}"
    context = {**visitor.told(), "when": when, "link": "/settings/sessions", **more}
    post(template, user.email, user, context, user_id=user.id)


def make_link(
    purpose: LinkPurpose,
    email: str,
    visitor: Visitor,
    *,
    user: User | None = None,
    details: Mapping[str, Any] | None = None,
) -> MailedLink:
    """Store a link of which nobody knows the secret yet: the mail's job works it out.

    Belongs inside an open transaction; `post` a mail with the link as its subject.
    """
    current_work()
    nonce = secrets.token_hex(32)
    link = MailedLink(
        id=new_id(),
        purpose=purpose,
        user_id=user.id if user else None,
        email=email,
        nonce=nonce,
        token_hash=token_hash(secret_of(purpose, nonce)),
        details=dict(details or {}),
        ip=visitor.ip,
        user_agent=(visitor.user_agent or "")[:LONGEST_AGENT] or None,
        expires_at=clock.now() + LIFETIMES[purpose],
    )
    db.session.add(link)
    db.session.flush()  # the mail and the history name its id
    return link


def secret_of(purpose: LinkPurpose, nonce: str) -> str:
    """Return a link's token, worked out with the installation's key."""
    return link_token(load_settings().secret_key.get_secret_value(), purpose, nonce)


def has_enough_links(purpose: LinkPurpose, user_id: UUID) -> bool:
    """Say whether a person was sent so many links that wait that another would be a nuisance."""
    open_links = (
        select(MailedLink.id)
        .where(MailedLink.user_id == user_id, MailedLink.purpose == purpose)
        .where(MailedLink.expires_at > clock.now(), MailedLink.used_at.is_(None))
        .limit(MOST_OPEN_LINKS)
    )
    return len(db.session.scalars(open_links).all()) >= MOST_OPEN_LINKS


def use(link_id: UUID) -> None:
    """Use a link up inside an open transaction; raise NotFound where it was, or is over.

    One statement: of two who press the button at once, one comes through.
    """
    used = db.session.scalars(
        update(MailedLink)
        .where(MailedLink.id == link_id, MailedLink.expires_at > clock.now())
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
        .values(used_at=clock.now())
        .returning(MailedLink.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not used:
        raise NotFound("link")


def revoke_links(user_id: UUID) -> None:
    """End all links that wait for a person, inside an open transaction."""
    db.session.execute(
        update(MailedLink)
        .where(MailedLink.user_id == user_id)
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
