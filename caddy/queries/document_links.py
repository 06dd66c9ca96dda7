"""What a document can belong to: whether someone may put one there, whose it is, its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from caddy.domain.actor import Actor
from caddy.domain.documents import Link, LinkName
from caddy.domain.permissions import Permission
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import CareRecord, Incident, Participant, Policy, StaffQualification, User
from caddy.queries import agreements, services, visibility


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that documents can be put to, as a sentence names it; and whose they are then."""

    label: str
    participant_id: UUID | None = None
    user_id: UUID | None = None


def target(link: Link | None, actor: Actor) -> Target | None:
    """Return what a link names, or None where someone may not put documents there.

    Without a link it is the organization itself, which those may who see all of it.
    """
    if link is None:
        return Target("The organization") if actor.seen_by is None else None
    return _FINDERS[link.name](link.id, actor)


def link_of(document: Any) -> Link | None:
    """Return what a document belongs to, by the nearest of the things that it names."""
    order = (
        *(LinkName.SERVICE, LinkName.AGREEMENT, LinkName.INCIDENT, LinkName.POLICY),
        *(LinkName.QUALIFICATION, LinkName.CARE_RECORD, LinkName.PARTICIPANT, LinkName.USER),
    )
    for name in order:
        link_id = getattr(document, f"{name}_id")
        if link_id is not None:
            return Link(name, link_id)
    return None


def may_change(document: Any, actor: Actor) -> bool:
    """Say whether someone may change a document that they see: where they may put one, they may."""
    return target(link_of(document), actor) is not None


def _participant(participant_id: UUID, actor: Actor) -> Target | None:
    if not visibility.is_seen(participant_id, actor.seen_by):
        return None
    found = db.session.get_one(Participant, participant_id)
    return Target(found.name, participant_id=found.id) if found.erased_at is None else None


def _user(user_id: UUID, actor: Actor) -> Target | None:
    leads = actor.seen_by is None and actor.may(Permission.PARTICIPANTS_WRITE)
    found = db.session.get(User, user_id)
    if found is None or not (leads or user_id == actor.user_id):
        return None
    return Target(found.name, user_id=found.id)


def _service(service_id: UUID, actor: Actor) -> Target | None:
    found = services.one(service_id, seen_by=actor.seen_by)
    if found is None:
        return None
    name = f"{found.first_name} {found.last_name}, service on {say_date(found.service_on)}"
    return Target(name, participant_id=found.participant_id)


def _agreement(agreement_id: UUID, actor: Actor) -> Target | None:
    found = agreements.record(agreement_id, seen_by=actor.seen_by)
    if found is None:
        return None
    name = f"Service agreement with {found.participant_name}"
    return Target(name, participant_id=found.agreement.participant_id)


def _incident(incident_id: UUID, actor: Actor) -> Target | None:
    statement = select(Incident.id, Incident.participant_id, Incident.kind).where(
        Incident.id == incident_id
    )
    if actor.seen_by is not None:
        statement = statement.where(
            or_(
                visibility.supports(Incident.participant_id, actor.seen_by),
                Incident.reported_by == actor.seen_by,
            )
        )
    found = db.session.execute(statement).one_or_none()
    if found is None or not actor.may(Permission.INCIDENTS_READ):
        return None
    return Target(f"Incident: {found.kind.label}", participant_id=found.participant_id)


def _policy(policy_id: UUID, actor: Actor) -> Target | None:
    found = db.session.get(Policy, policy_id)
    if found is None or actor.seen_by is not None or not actor.may(Permission.REGISTERS_READ):
        return None
    return Target(f"Policy: {found.title}")


def _qualification(qualification_id: UUID, actor: Actor) -> Target | None:
    found = db.session.get(StaffQualification, qualification_id)
    whose = _user(found.user_id, actor) if found else None
    if found is None or whose is None:
        return None
    return Target(f"{whose.label}: {found.kind.label}", user_id=found.user_id)


def _care_record(care_record_id: UUID, actor: Actor) -> Target | None:
    found = db.session.get(CareRecord, care_record_id)
    whose = _participant(found.participant_id, actor) if found else None
    if found is None or whose is None or not actor.may(Permission.PARTICIPANTS_READ):
        return None
    return Target(f"{whose.label}: {found.kind.label}", participant_id=found.participant_id)


_FINDERS: dict[LinkName, Callable[[UUID, Actor], Target | None]] = {
    LinkName.PARTICIPANT: _participant,
    LinkName.USER: _user,
    LinkName.SERVICE: _service,
    LinkName.INCIDENT: _incident,
    LinkName.POLICY: _policy,
    LinkName.QUALIFICATION: _qualification,
    LinkName.AGREEMENT: _agreement,
    LinkName.CARE_RECORD: _care_record,
}
