"""Writing the participants and plans of a batch, in the open transaction, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from caddy import audit, clock
from caddy.actions import budgets, shared_totals, totals
from caddy.actions.import_loading import Decision
from caddy.actions.participants import UNTOLD
from caddy.actions.plan_rows import PlanRows
from caddy.actions.plans import plan_added
from caddy.audit import Happened
from caddy.columns import new_id
from caddy.domain.facts import Fact
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.participants import ParticipantStatus, Profile
from caddy.extensions import db
from caddy.models import (
    EmergencyContact,
    MedicalRecord,
    Organization,
    Participant,
    ParticipantTag,
    Plan,
)
from caddy.models.participant import indexed_names
from caddy.transaction import add_many, current_work

MEDICAL = ("disabilities", "medications", "allergies", "dietary_requirements")
PARTS = {"tags", "emergency_contacts", *MEDICAL}


class Batch:
    """The rows of one batch, gathered and then written parents first."""

    def __init__(self, organization: Organization, today: date, reason: str) -> None:
        self.people: list[dict[str, Any]] = []
        self.records: list[dict[str, Any]] = []
        self.tags: list[dict[str, Any]] = []
        self.contacts: list[dict[str, Any]] = []
        self.facts: list[Happened] = []
        self.plans = PlanRows(organization, today, reason)
        self.reason = reason
        self.active = 0

    def add(self, decision: Decision) -> None:
        """Gather a new participant, with the plan where there is one."""
        work = decision.work
        profile: Profile = work.profile
        participant_id = decision.subject_id = new_id()
        self.people.append(_columns(participant_id, profile))
        self.active += profile.columns["status"] is ParticipantStatus.ACTIVE
        self.records.append({"participant_id": participant_id, **_medical(profile.medical)})
        self.parts(participant_id, profile.tags, profile.emergency_contacts)
        self.facts.append(
            Happened(
                Fact.PARTICIPANT_ADDED,
                Participant,
                participant_id,
                {"ndis_number": profile.ndis_number, "reason": self.reason},
            )
        )
        if work.plan is not None:
            self.plan(participant_id, work.plan.new)

    def plan(self, participant_id: UUID, plan: Any) -> UUID:
        plan_id, total = self.plans.add(participant_id, plan)
        self.facts.append(plan_added(plan_id, participant_id, plan, total))
        return plan_id

    def parts(
        self, participant_id: UUID, tags: Iterable[str], contacts: Iterable[dict[str, Any]]
    ) -> None:
        owner = {"participant_id": participant_id}
        self.tags += [{"tag": tag[:40], **owner} for tag in dict.fromkeys(tags)]
        self.contacts += [
            {
                "position": position,
                "is_primary": position == 0,
                "name": contact["name"],
                "relationship": contact.get("relationship") or "",
                "phone": contact.get("phone") or "",
                **owner,
            }
            for position, contact in enumerate(contacts)
        ]

    def write(self) -> None:
        for model, rows in (
            (Participant, self.people),
            (MedicalRecord, self.records),
            (ParticipantTag, self.tags),
            (EmergencyContact, self.contacts),
        ):
            add_many(model, rows)
        live = self.plans.write()
        # One topic stands for all: it renews the organization's sums. New budgets are on no page.
        audit.record_many(self.facts, live=live[-1:])
        moved = {"active_participants": self.active, "allocated_cents": self.plans.current_cents}
        if any(moved.values()):
            shared_totals.move_organization(**moved)


def store(
    decisions: Sequence[Decision], organization: Organization, today: date, reason: str
) -> None:
    """Write what was decided for some participants and plans."""
    batch = Batch(organization, today, reason)
    for decision in decisions:
        if decision.outcome is RowOutcome.CREATED:
            batch.add(decision)
        elif decision.outcome is RowOutcome.UPDATED:
            _change(decision, batch)
    batch.write()


def _change(decision: Decision, batch: Batch) -> None:
    work = decision.work
    person: Participant = work.known
    decision.before = {}
    if work.plan:
        decision.before |= _change_plan(person.id, work.plan, batch)
    if not work.changes:
        return
    told = {}
    for name, (before, after) in work.changes.items():
        told[name] = "changed" if name in UNTOLD or name in PARTS else (before, after)
        if name not in PARTS:
            setattr(person, name, after)
    person.index_names()
    _change_status(person, work.changes.get("status"), batch)
    _change_parts(person.id, work.changes, batch)
    decision.before["changes"] = audit.plain(work.changes)
    batch.facts.append(
        Happened(Fact.PARTICIPANT_CHANGED, Participant, person.id, told | {"reason": batch.reason})
    )


def _change_status(person: Participant, change: tuple[Any, Any] | None, batch: Batch) -> None:
    if change is None:
        return
    before, after = change
    is_archived = after is ParticipantStatus.ARCHIVED
    person.archived_at = clock.now() if is_archived else None
    person.archived_by = current_work().actor.user_id if is_archived else None
    batch.active += (after is ParticipantStatus.ACTIVE) - (before is ParticipantStatus.ACTIVE)


def _change_parts(person_id: UUID, changes: dict[str, tuple[Any, Any]], batch: Batch) -> None:
    """Put the parts of a participant as the file wants them in the place of those there were."""
    tags, contacts = changes.get("tags"), changes.get("emergency_contacts")
    if tags:
        db.session.execute(delete(ParticipantTag).where(ParticipantTag.participant_id == person_id))
    if contacts:
        db.session.execute(
            delete(EmergencyContact).where(EmergencyContact.participant_id == person_id)
        )
    batch.parts(person_id, tags[1] if tags else (), contacts[1] if contacts else ())
    medical = {name: changes[name][1] for name in MEDICAL if name in changes}
    if not medical:
        return
    record = db.session.scalars(
        select(MedicalRecord).where(MedicalRecord.participant_id == person_id)
    ).one_or_none()
    if record is None:
        batch.records.append({"participant_id": person_id, **_medical(medical)})
        return
    for name, value in medical.items():
        setattr(record, name, value)


def _change_plan(person_id: UUID, work: Any, batch: Batch) -> dict[str, Any]:
    """Add a plan, or bring a known one in line; return what takes it back again."""
    if work.new is not None:
        return {"plan_id": str(batch.plan(person_id, work.new))}
    plan: Plan = work.known
    for name, (_before, after) in work.changes.items():
        setattr(plan, name, after)
    first = len(batch.plans.budgets)
    for line in work.added:
        batch.plans.add_budget(person_id, plan.id, work.as_entered, line)
    added = batch.plans.budgets[first:]
    db.session.flush()
    totals.move_plan(plan.id, sum(row["allocated_cents"] for row in added))
    for budget, cents in work.adjusted:
        budgets.adjust(budget, budgets.Adjustment(cents, plan.starts_on, batch.reason))
    told = audit.plain(work.changes)
    if told or added:
        names = [row["support_category"] for row in added]
        batch.facts.append(
            Happened(Fact.PLAN_CHANGED, Plan, plan.id, {**work.changes, "budgets_added": names})
        )
    return {
        "plan_changes": {"id": str(plan.id), "changes": told} if told else None,
        "budget_ids": [str(row["id"]) for row in added],
        "adjusted": [[str(budget.id), cents] for budget, cents in work.adjusted],
    }


def _columns(participant_id: UUID, profile: Profile) -> dict[str, Any]:
    columns = profile.columns
    is_archived = columns["status"] is ParticipantStatus.ARCHIVED
    return {
        "id": participant_id,
        "ndis_number": profile.ndis_number,
        "date_of_birth": profile.date_of_birth,
        **indexed_names(
            columns["first_name"],
            columns["last_name"],
            columns.get("preferred_name"),
            profile.ndis_number,
        ),
        "archived_at": clock.now() if is_archived else None,
        "archived_by": current_work().actor.user_id if is_archived else None,
        **columns,
    }


def _medical(values: Any) -> dict[str, list[Any]]:
    return {name: list(values.get(name) or []) for name in MEDICAL}
