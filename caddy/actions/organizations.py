"""Setting up an organization, its people and its thresholds."""

from __future__ import annotations

import itertools
import re
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from caddy import audit, clock
from caddy.actions.passwords import hash_password, refuse_weak
from caddy.columns import new_id
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.catalogue import STATES
from caddy.domain.ndis.identifiers import parse_abn
from caddy.domain.passwords import own_words_of
from caddy.domain.permissions import Role
from caddy.domain.subscriptions import PLANS, SubscriptionPlan
from caddy.extensions import db
from caddy.models import Organization, OrganizationTotal, User
from caddy.queries import organizations
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction


def clean_address(email: str) -> str:
    """Return an address as it is stored, or refuse what is none."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise RuleBroken("email", "bad_email", f"This is not an email address: {error}") from error


def create_organization(
    name: str,
    *,
    abn: str | None = None,
    timezone: str,
    state: str,
    plan: SubscriptionPlan = SubscriptionPlan.PRO,
    participant_limit: int | None = None,
) -> UUID:
    """Make an empty organization. Its ABN is checked where one is given.

    It has room for as many participants as its plan, unless told otherwise.
    """
    check_state(state)
    clean = clean_abn(abn) if abn else None
    organization_id = new_id()
    slug = free_slug(name)
    refuse_taken_abn(clean)
    with (
        scope(organization_id),
        transaction(system_actor(organization_id, "Caddy", Source.COMMAND)),
    ):
        organization = Organization(
            id=organization_id,
            name=name,
            slug=slug,
            abn=clean,
            timezone=timezone,
            state=state,
            subscription_plan=plan,
            participant_limit=PLANS[plan].participants
            if participant_limit is None
            else participant_limit,
            verified_at=clock.now(),
        )
        db.session.add(organization)
        db.session.flush()  # everything of the organization points at it
        db.session.add(
            OrganizationTotal(organization_id=organization_id, rolled_on=clock.today(timezone))
        )
        audit.record(Fact.ORGANIZATION_CREATED, organization, changes={"name": name})
    return organization_id


def check_state(state: str) -> None:
    if state not in STATES:
        raise RuleBroken("state", "unknown_state", f"The state is one of {', '.join(STATES)}.")


def clean_abn(abn: str) -> str:
    """Return an ABN's eleven digits, or refuse what is none."""
    try:
        return parse_abn(abn)
    except ValueError as error:
        raise RuleBroken("abn", "bad_abn", str(error)) from error


def refuse_taken_abn(abn: str | None) -> None:
    with unscoped("slugs and ABNs are unique among all organizations"):
        if abn and db.session.scalar(select(Organization.id).where(Organization.abn == abn)):
            raise RuleBroken("abn", "abn_taken", "An organization with this ABN is here already.")


def free_slug(name: str) -> str:
    """Return a short name for commands that no other organization has."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50] or "organization"
    with unscoped("slugs and ABNs are unique among all organizations"):
        taken = set(
            db.session.scalars(
                select(Organization.slug).where(Organization.slug.startswith(stem)).limit(10_000)
            )
        )
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)


def add_user(
    *, email: str, first_name: str, last_name: str, role: Role, password: str, actor: Actor
) -> UUID:
    """Give a member of staff a way to sign in."""
    address = clean_address(email)
    refuse_weak(password, own_words_of(first_name, last_name, address))
    with unscoped("an address names one person among all organizations"):
        if db.session.scalar(select(User.id).where(User.email == address)):
            raise RuleBroken("email", "email_taken", "Someone already signs in with this address.")
    hashed = hash_password(password)
    with scope(actor.organization_id), transaction(actor):
        user = User(
            organization_id=actor.organization_id,
            email=address,
            first_name=first_name,
            last_name=last_name,
            role=role,
            password_hash=hashed,
        )
        db.session.add(user)
        db.session.flush()  # the audit entry names the id
        audit.record(Fact.USER_ADDED, user, changes={"role": role.value})
        return user.id


def set_light_thresholds(amber_percent: int, red_percent: int, *, actor: Actor) -> None:
    """Choose from which share of a budget its light turns amber, and red."""
    if not 0 < amber_percent < red_percent <= 100:  # noqa: PLR2004 - percent
        raise RuleBroken(
            "red_percent", "thresholds", "Amber comes before red, and both are between 1 and 100."
        )
    with transaction(actor):
        organization = organizations.current()
        changes = {
            "light_amber_percent": (organization.light_amber_percent, amber_percent),
            "light_red_percent": (organization.light_red_percent, red_percent),
        }
        organization.light_amber_percent = amber_percent
        organization.light_red_percent = red_percent
        audit.record(Fact.THRESHOLDS_CHANGED, organization, changes=changes)
