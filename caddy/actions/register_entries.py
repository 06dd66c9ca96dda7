"""Entries of the registers: added, changed, used, acted on, read. Incidents have their own.

What is told of people in confidence is never in the audit log: it says that it changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from caddy import audit, clock
from caddy.actions.versions import refuse_stale
from caddy.domain.actor import Actor
from caddy.domain.care_records import NewCareRecord
from caddy.domain.complaints import NewComplaint
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.policies import NewPolicy
from caddy.domain.restrictive_practices import NewPractice, NewUse, check_use
from caddy.domain.risks import NewRisk
from caddy.extensions import Base, db
from caddy.models import (
    CareRecord,
    Complaint,
    Incident,
    Participant,
    Policy,
    PolicyReading,
    PracticeUse,
    RegisterAction,
    RestrictivePractice,
    Risk,
    Site,
    User,
)
from caddy.queries import organizations, visibility
from caddy.transaction import transaction

NewEntry = NewCareRecord | NewComplaint | NewPolicy | NewPractice | NewRisk
SOMETHING = "something told in confidence"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where entries of a kind are kept, and what is recorded of them."""

    model: Any
    noun: str
    added: Fact
    changed: Fact


KEPT: Mapping[type[NewEntry], Kept] = {
    NewCareRecord: Kept(CareRecord, "record", Fact.CARE_RECORD_ADDED, Fact.CARE_RECORD_CHANGED),
    NewComplaint: Kept(Complaint, "complaint", Fact.COMPLAINT_ADDED, Fact.COMPLAINT_CHANGED),
    NewPolicy: Kept(Policy, "policy", Fact.POLICY_ADDED, Fact.POLICY_CHANGED),
    NewPractice: Kept(
        RestrictivePractice,
        "restrictive practice",
        Fact.RESTRICTIVE_PRACTICE_ADDED,
        Fact.RESTRICTIVE_PRACTICE_CHANGED,
    ),
    NewRisk: Kept(Risk, "risk", Fact.RISK_ADDED, Fact.RISK_CHANGED),
}


def add_entry(entry: NewEntry, *, actor: Actor) -> UUID:
    """Add an entry to the register of its kind."""
    kept = KEPT[type(entry)]
    with transaction(actor):
        _check(entry, None, actor)
        row = kept.model(organization_id=actor.organization_id, **_columns(entry))
        db.session.add(row)
        db.session.flush()  # the audit entry names the id
        given = {name: value for name, value in _columns(entry).items() if value is not None}
        audit.record(kept.added, row, changes=told(kept.model, given))
        return row.id  # type: ignore[no-any-return]


def change_entry(
    row_id: UUID, entry: NewEntry, *, seen: datetime | None = None, actor: Actor
) -> None:
    """Bring an entry in line with what was entered; refused where it changed since `seen`."""
    kept = KEPT[type(entry)]
    with transaction(actor):
        row = db.session.get(kept.model, row_id, with_for_update=True)
        if row is None:
            raise NotFound(kept.noun)
        refuse_seen(getattr(row, "participant_id", None), actor, kept.noun)
        refuse_stale(row, seen, kept.noun)
        _check(entry, row_id, actor)
        audit.record(kept.changed, row, changes=apply(row, _columns(entry)))


def apply(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set columns of a row; return what changed as the audit log may tell it."""
    changes: dict[str, Any] = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            changes[name] = (before, after)
            setattr(row, name, after)
    return told(type(row), changes)


def told(model: type[Base], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes without what is told in confidence: that it changed is all that is said."""
    columns = inspect(model).columns
    return {
        name: SOMETHING if columns[name].info.get("is_sensitive") else value
        for name, value in changes.items()
    }


def _columns(entry: NewEntry) -> dict[str, Any]:
    return {one.name: getattr(entry, one.name) for one in fields(entry)} | entry.derived


def _check(entry: NewEntry, own_id: UUID | None, actor: Actor) -> None:
    entry.check(_today())
    check_names(
        getattr(entry, "participant_id", None),
        getattr(entry, "owner_id", None),
        getattr(entry, "site_id", None),
        actor,
    )
    if isinstance(entry, NewPolicy):
        holder = db.session.scalar(select(Policy.id).where(Policy.title == entry.title))
        if holder is not None and holder != own_id:
            raise RuleBroken("title", "policy_taken", "There is a policy with this title already.")


def check_names(
    participant_id: UUID | None, owner_id: UUID | None, site_id: UUID | None, actor: Actor
) -> None:
    """Refuse people and places that are not there, or not the actor's to see."""
    if participant_id is not None and not visibility.is_seen(participant_id, actor.seen_by):
        raise RuleBroken("participant_id", "no_participant", "Choose a participant of the list.")
    if participant_id is not None:
        # Whoever is erased meanwhile waits for this row, and is not written of again.
        whom = db.session.get_one(Participant, participant_id, with_for_update=True)
        if whom.erased_at is not None:
            raise RuleBroken("participant_id", "erased", "This participant was erased.")
    if owner_id is not None and db.session.get(User, owner_id) is None:
        raise RuleBroken("owner_id", "no_person", "Choose a person of the list.")
    if site_id is not None and db.session.get(Site, site_id) is None:
        raise RuleBroken("site_id", "no_site", "Choose a site of the list.")


def refuse_seen(participant_id: UUID | None, actor: Actor, noun: str) -> None:
    """Raise NotFound where a row is of a participant whom the actor does not see."""
    if participant_id is not None and not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound(noun)


def _today() -> date:
    return clock.today(organizations.current().timezone)


def add_use(practice_id: UUID, use: NewUse, *, actor: Actor) -> UUID:
    """Record that a restrictive practice was used."""
    with transaction(actor):
        practice = db.session.get(RestrictivePractice, practice_id)
        if practice is None:
            raise NotFound("restrictive practice")
        refuse_seen(practice.participant_id, actor, "restrictive practice")
        check_use(use, clock.now())
        row = PracticeUse(
            practice_id=practice_id, used_at=use.used_at, minutes=use.minutes, reason=use.reason
        )
        db.session.add(row)
        db.session.flush()  # the audit entry names the id
        told_of = {"practice_id": practice_id, "used_at": use.used_at, "minutes": use.minutes}
        audit.record(Fact.PRACTICE_USED, row, changes=told_of)
        return row.id


@dataclass(frozen=True, slots=True)
class NewAction:
    """What is to be done, by whom and by when."""

    what: str
    due_on: date
    owner_id: UUID | None = None


# What an action can be about, by the column that names it.
ABOUT: Mapping[str, Any] = {"incident_id": Incident, "complaint_id": Complaint, "risk_id": Risk}


def add_action(link: str, row_id: UUID, entry: NewAction, *, actor: Actor) -> UUID:
    """Note what is to be done about an incident, a complaint or a risk: `link` names its column."""
    with transaction(actor):
        about = db.session.get(ABOUT[link], row_id, with_for_update=True)
        if about is None:
            raise NotFound("entry")
        refuse_seen(about.participant_id, actor, "entry")
        if about.state == "closed":
            raise Conflict("closed", "This is closed. Nothing more is done about it.")
        check_names(None, entry.owner_id, None, actor)
        row = RegisterAction(
            organization_id=actor.organization_id,
            what=entry.what,
            due_on=entry.due_on,
            owner_id=entry.owner_id,
            **{link: row_id},
        )
        db.session.add(row)
        db.session.flush()  # the audit entry names the id
        changes = {link: row_id, "due_on": entry.due_on, "owner_id": entry.owner_id}
        audit.record(Fact.REGISTER_ACTION_ADDED, row, changes=changes)
        return row.id


def finish_action(action_id: UUID, *, actor: Actor) -> tuple[str, UUID]:
    """Note that something was done today; return what it was about: the column and the row."""
    with transaction(actor):
        row = db.session.get(RegisterAction, action_id, with_for_update=True)
        if row is None:
            raise NotFound("action")
        link = next(one for one in ABOUT if getattr(row, one) is not None)
        about = db.session.get_one(ABOUT[link], getattr(row, link))
        refuse_seen(about.participant_id, actor, "action")
        row.done_on = row.done_on or _today()
        audit.record(Fact.REGISTER_ACTION_DONE, row, changes={"done_on": row.done_on})
        return link, about.id


def read_policy(policy_id: UUID, *, actor: Actor) -> None:
    """Note that a person has read a policy in the edition that holds; once is enough."""
    with transaction(actor):
        policy = db.session.get(Policy, policy_id)
        if policy is None or actor.user_id is None:
            raise NotFound("policy")
        if policy.approved_on is None or policy.retired_on is not None:
            raise Conflict("policy_not_in_force", "This policy does not hold just now.")
        read = select(PolicyReading).where(
            PolicyReading.policy_id == policy_id,
            PolicyReading.user_id == actor.user_id,
            PolicyReading.edition == policy.edition,
        )
        if db.session.scalars(read).one_or_none() is not None:
            return
        db.session.add(
            PolicyReading(
                policy_id=policy_id,
                user_id=actor.user_id,
                edition=policy.edition,
                read_at=clock.now(),
            )
        )
        audit.record(Fact.POLICY_READ, policy, changes={"edition": policy.edition})
