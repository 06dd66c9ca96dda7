"""Signing an organization up: what was asked waits behind a mailed link, then becomes real.

Until its first person has proved their address an organization is an empty shell without a
name of its own: nobody can sign in to it, and nobody's address or ABN is taken by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import account_mail
from caddy.actions.organizations import (
    check_state,
    clean_abn,
    clean_address,
    free_slug,
    refuse_taken_abn,
)
from caddy.actions.passwords import hash_password, refuse_weak
from caddy.columns import new_id
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.mailed_links import LIFETIMES, LinkPurpose
from caddy.domain.passwords import own_words_of
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import AuditLog, EmailLog, MailedLink, Organization, OrganizationTotal, User
from caddy.queries import users
from caddy.queries.mailed_links import OpenLink
from caddy.queue import NOBODY, Outbox
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction

KEPT = timedelta(days=7)
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class SignUp:
    """What someone enters who brings their organization to Caddy."""

    organization_name: str
    abn: str
    state: str
    first_name: str
    last_name: str
    email: str
    password: str


def ask(wanted: SignUp, visitor: Visitor) -> None:
    """Mail a link that makes the organization, or say by mail that there is an account already.

    Who looks on learns nothing: both take the same work, and only the mail says which it is.
    """
    check_state(wanted.state)
    abn = clean_abn(wanted.abn)
    address = clean_address(wanted.email)
    refuse_weak(
        wanted.password,
        own_words_of(wanted.first_name, wanted.last_name, address, wanted.organization_name),
    )
    hashed = hash_password(wanted.password)
    with unscoped("an address names one person among all organizations"):
        known = db.session.scalars(select(User).where(User.email == address)).one_or_none()
    if known is not None:
        _tell_known(known, visitor)
        return
    shell_id = new_id()
    with scope(shell_id), transaction(_nobody_at(shell_id, visitor)):
        shell = Organization(
            id=shell_id,
            name="Caddy",
            slug=f"sign-up-{shell_id.hex}",
            timezone=clock.STATE_ZONES[wanted.state],
            state=wanted.state,
        )
        db.session.add(shell)
        db.session.flush()  # the link points at it
        details = {
            "organization_name": wanted.organization_name,
            "abn": abn,
            "first_name": wanted.first_name,
            "last_name": wanted.last_name,
            "password_hash": hashed,
        }
        link = account_mail.make_link(LinkPurpose.SIGN_UP, address, visitor, details=details)
        hours = int(LIFETIMES[LinkPurpose.SIGN_UP].total_seconds()) // 3600
        account_mail.post(EmailTemplate.SIGN_UP, address, link, {**visitor.told(), "hours": hours})
        audit.record(Fact.SIGN_UP_ASKED, shell)


def _tell_known(user: User, visitor: Visitor) -> None:
    actor = _nobody_at(user.organization_id, visitor)
    with scope(user.organization_id), transaction(actor):
        mine = db.session.get_one(User, user.id)
        # Someone who has left could not sign in: nothing is sent to them.
        if mine.status is UserStatus.ACTIVE:
            context = {**visitor.told(), "link": "/sign-in"}
            account_mail.post(
                EmailTemplate.SIGN_UP_KNOWN, mine.email, mine, context, user_id=mine.id
            )
        audit.record(Fact.SIGN_UP_ASKED, mine)


def confirm(link: OpenLink, visitor: Visitor) -> UUID:
    """Make the organization and its first administrator; return who may be signed in now.

    Refuses where the ABN or the address was taken since the mail was sent.
    """
    told = link.details
    refuse_taken_abn(told["abn"])
    if users.taken_addresses([link.email]):
        raise RuleBroken(None, "email_taken", "Someone already signs in with this address.")
    slug = free_slug(told["organization_name"])
    actor = _nobody_at(link.organization_id, visitor)
    try:
        with scope(link.organization_id), transaction(actor):
            account_mail.use(link.id)
            organization = db.session.get_one(Organization, link.organization_id)
            organization.name = told["organization_name"]
            organization.slug = slug
            organization.abn = told["abn"]
            organization.contact_email = link.email
            organization.verified_at = clock.now()
            db.session.add(OrganizationTotal(rolled_on=clock.today(organization.timezone)))
            user = User(
                email=link.email,
                first_name=told["first_name"],
                last_name=told["last_name"],
                role=Role.ADMIN,
                password_hash=told["password_hash"],
            )
            db.session.add(user)
            # The password's hash has its place now: it does not stay in a second one.
            db.session.execute(
                update(MailedLink).where(MailedLink.id == link.id).values(details={})
            )
            db.session.flush()  # the history names the ids
            audit.record(
                Fact.ORGANIZATION_SIGNED_UP, organization, changes={"name": organization.name}
            )
            audit.record(Fact.USER_ADDED, user, changes={"role": user.role.value})
            return user.id
    except IntegrityError as error:
        raise RuleBroken(
            None, "taken_meanwhile", "This was signed up a moment ago. Try to sign in."
        ) from error


def forget_stale() -> int:
    """Delete up to 100 shells whose link nobody opened in a week; return how many."""
    stale = (
        select(Organization.id)
        .where(Organization.verified_at.is_(None))
        .where(Organization.created_at < clock.now() - KEPT)
        .limit(AT_ONCE)
    )
    nobody = system_actor(NOBODY, "Schedule", Source.JOB)
    with unscoped("a sign-up that was never confirmed belongs to nobody"):
        ids = list(db.session.scalars(stale))
        if not ids:
            return 0
        with transaction(nobody, unrecorded="of a sign-up that never was nothing is kept"):
            for table in (MailedLink, EmailLog, Outbox, AuditLog):
                db.session.execute(
                    delete(table)
                    .where(table.organization_id.in_(ids))
                    .execution_options(synchronize_session=False)
                )
            db.session.execute(
                delete(Organization)
                .where(Organization.id.in_(ids))
                .execution_options(synchronize_session=False)
            )
    return len(ids)


def _nobody_at(organization_id: UUID, visitor: Visitor) -> Actor:
    """Return the actor of someone who is nobody yet."""
    return Actor(
        organization_id=organization_id,
        user_id=None,
        name="Sign-up",
        role=None,
        ip=visitor.ip,
        user_agent=visitor.user_agent,
    )
