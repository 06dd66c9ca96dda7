"""Taking back what an import did to participants: themselves, their plans, the money of these."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from caddy.actions import budgets, shared_totals, totals
from caddy.actions.import_participant_rows import MEDICAL, PARTS
from caddy.actions.import_undo import LEAVE, held_row, put_back
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.participants import ParticipantStatus
from caddy.extensions import db
from caddy.models import (
    Budget,
    EmergencyContact,
    Import,
    ImportRow,
    MedicalRecord,
    Participant,
    ParticipantTag,
    Plan,
    Service,
)
from caddy.queries.import_dependents import created_by

SPENT = "This import cannot be taken back: its money is spent or promised already."


def undo_participant(found: Import, row: ImportRow) -> None:
    """Give a participant back what an import changed, and take its plans and budgets out."""
    before = row.before
    changes = before.get("changes", {})
    person = held_row(Participant, row.subject_id)
    status = person.status
    put_back(person, {name: pair for name, pair in changes.items() if name not in PARTS})
    person.index_names()
    if "status" in changes:
        is_archived = person.status is ParticipantStatus.ARCHIVED
        person.archived_at = person.updated_at if is_archived else None
        moved = (person.status is ParticipantStatus.ACTIVE) - (status is ParticipantStatus.ACTIVE)
        shared_totals.move_organization(active_participants=moved)
    _put_back_parts(person.id, changes)
    for budget_id, cents in before.get("adjusted", []):
        budget = held_row(Budget, UUID(budget_id))
        back = budgets.Adjustment(-cents, budget.starts_on, f"Taken back: {found.file_name}"[:400])
        try:
            budgets.adjust(budget, back)
        except RuleBroken as error:
            raise Conflict("money_spent", SPENT) from error
    _remove_budgets([UUID(one) for one in before.get("budget_ids", [])])
    plan_changes = before.get("plan_changes")
    if plan_changes:
        put_back(held_row(Plan, UUID(plan_changes["id"])), plan_changes["changes"])
    if "plan_id" in before:
        _remove_plan(UUID(before["plan_id"]))


def _put_back_parts(person_id: UUID, changes: dict[str, Any]) -> None:
    if "tags" in changes:
        own = ParticipantTag.participant_id == person_id
        db.session.execute(delete(ParticipantTag).where(own).execution_options(**LEAVE))
        db.session.add_all(
            ParticipantTag(participant_id=person_id, tag=tag) for tag in changes["tags"][0]
        )
    if "emergency_contacts" in changes:
        theirs = EmergencyContact.participant_id == person_id
        db.session.execute(delete(EmergencyContact).where(theirs).execution_options(**LEAVE))
        db.session.add_all(
            EmergencyContact(participant_id=person_id, position=at, is_primary=at == 0, **contact)
            for at, contact in enumerate(changes["emergency_contacts"][0])
        )
    medical = {name: changes[name][0] for name in MEDICAL if name in changes}
    if medical:
        record = db.session.scalars(
            select(MedicalRecord).where(MedicalRecord.participant_id == person_id)
        ).one()
        for name, value in medical.items():
            setattr(record, name, value)


def _remove_budgets(ids: list[UUID]) -> None:
    """Take budgets out of a plan that stays."""
    if not ids:
        return
    rows = list(db.session.scalars(select(Budget).where(Budget.id.in_(ids))))
    _refuse_used(Budget.id.in_(ids))
    for row in rows:
        totals.move_plan(row.plan_id, -row.allocated_cents)
    _forget(sum(row.allocated_cents for row in rows if row.is_current))
    db.session.flush()
    db.session.execute(delete(Budget).where(Budget.id.in_(ids)).execution_options(**LEAVE))


def _remove_plan(plan_id: UUID) -> None:
    _refuse_used(Budget.plan_id == plan_id)
    current = select(func.sum(Budget.allocated_cents)).where(
        Budget.plan_id == plan_id, Budget.is_current.is_(True)
    )
    _forget(int(db.session.scalar(current) or 0))
    db.session.execute(delete(Plan).where(Plan.id == plan_id).execution_options(**LEAVE))


def _refuse_used(which: Any) -> None:
    """Refuse to take money away that a service of any kind was taken from."""
    used = select(Service.id).where(Service.budget_id.in_(select(Budget.id).where(which))).limit(1)
    if db.session.scalar(used) is not None:
        raise Conflict("money_spent", SPENT)


def _forget(current_cents: int) -> None:
    if current_cents:
        shared_totals.move_organization(allocated_cents=-current_cents)


def remove_participants(import_id: UUID) -> None:
    """Take out the participants that an import made; all that is theirs goes with them."""
    made = created_by(import_id)
    current = select(func.sum(Budget.allocated_cents)).where(
        Budget.participant_id.in_(made), Budget.is_current.is_(True)
    )
    active = select(func.count(Participant.id)).where(
        Participant.id.in_(made), Participant.status == ParticipantStatus.ACTIVE
    )
    moved = {
        "allocated_cents": -int(db.session.scalar(current) or 0),
        "active_participants": -int(db.session.scalar(active) or 0),
    }
    own = Participant.id.in_(made)
    db.session.execute(delete(Participant).where(own).execution_options(**LEAVE))
    shared_totals.move_organization(**moved)
