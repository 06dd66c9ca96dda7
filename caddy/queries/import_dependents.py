"""What depends on the rows that an import made: while something does, it is not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    Attachment,
    Budget,
    BudgetAdjustment,
    CareRecord,
    ClaimLine,
    ClaimService,
    Complaint,
    Document,
    Import,
    ImportRow,
    Incident,
    Participant,
    ParticipantWatcher,
    ParticipantWorker,
    Plan,
    Policy,
    PolicyReading,
    RegisterAction,
    RestrictivePractice,
    Risk,
    Schedule,
    Service,
    ServiceAgreement,
    Signing,
    User,
)

REGISTERS: tuple[Any, ...] = (CareRecord, Complaint, Incident, RestrictivePractice, Risk)


@dataclass(frozen=True, slots=True)
class Dependent:
    """How many rows of a kind depend on an import, as a sentence says it."""

    count: int
    what: str


def created_by(import_id: UUID) -> Any:
    """Return the ids of what an import made new, as a subquery."""
    return select(ImportRow.subject_id).where(
        ImportRow.import_id == import_id, ImportRow.outcome == RowOutcome.CREATED
    )


def of(found: Import) -> list[Dependent]:
    """Return what depends on the rows that an import made, or was done to them since."""
    made = created_by(found.id)
    asked: dict[ImportKind, list[tuple[str, Any]]] = {
        ImportKind.PARTICIPANTS: _of_participants(made, found),
        ImportKind.PLANS: [],
        ImportKind.STAFF: _of_staff(made),
        ImportKind.AGREEMENTS: [
            ("services under its agreements", Service.agreement_id.in_(made)),
            ("documents of its agreements", Attachment.agreement_id.in_(made)),
            ("signatures of its agreements", Signing.agreement_id.in_(made)),
            ("documents put to its agreements", Document.agreement_id.in_(made)),
            ("agreements changed since", _since(ServiceAgreement, made, found)),
        ],
        ImportKind.SERVICES: [
            ("services on claims", ClaimService.service_id.in_(made)),
            ("documents of its services", Attachment.service_id.in_(made)),
            ("incidents during its services", Incident.service_id.in_(made)),
            ("signatures of its services", Signing.service_id.in_(made)),
            ("documents put to its services", Document.service_id.in_(made)),
            (
                "services changed since",
                Service.id.in_(made)
                & or_(
                    Service.version > 1,
                    Service.status.not_in([ServiceStatus.COMPLETED, ServiceStatus.CANCELLED]),
                ),
            ),
        ],
        ImportKind.CATALOGUE: [("services of its items", Service.support_item_id.in_(made))],
    }
    counted = [Dependent(_count(where), what) for what, where in asked[found.kind]]
    return [one for one in counted if one.count]


def _of_participants(made: Any, found: Import) -> list[tuple[str, Any]]:
    return [
        ("services of its participants", Service.participant_id.in_(made)),
        ("agreements with its participants", ServiceAgreement.participant_id.in_(made)),
        ("schedules of its participants", Schedule.participant_id.in_(made)),
        ("claimed lines of its participants", ClaimLine.participant_id.in_(made)),
        ("documents of its participants", Document.participant_id.in_(made)),
        ("workers in its participants' teams", ParticipantWorker.participant_id.in_(made)),
        ("people who watch its participants", ParticipantWatcher.participant_id.in_(made)),
        *(
            ("entries of registers about its participants", table.participant_id.in_(made))
            for table in REGISTERS
        ),
        ("participants changed since", _since(Participant, made, found)),
        (
            "plans changed or added since",
            Plan.participant_id.in_(made) & (Plan.updated_at > found.finished_at),
        ),
        (
            "budget adjustments since",
            (BudgetAdjustment.created_at > found.finished_at)
            & BudgetAdjustment.budget_id.in_(_budgets_of(made)),
        ),
    ]


def _budgets_of(made: Any) -> Any:
    return select(Budget.id).where(Budget.participant_id.in_(made))


def _of_staff(made: Any) -> list[tuple[str, Any]]:
    return [
        ("services by its staff", Service.support_worker_id.in_(made)),
        ("incidents that its staff reported", Incident.reported_by.in_(made)),
        ("policies that its staff read", PolicyReading.user_id.in_(made)),
        *(
            ("entries of registers that its staff look after", table.owner_id.in_(made))
            for table in (Complaint, Policy, RegisterAction, Risk)
        ),
        ("teams with its staff", ParticipantWorker.user_id.in_(made)),
        ("documents of its staff", Document.user_id.in_(made)),
        ("plans coordinated by its staff", Plan.support_coordinator_id.in_(made)),
        (
            "people who were given a way to sign in",
            User.id.in_(made) & or_(User.password_hash.is_not(None), User.external_id.is_not(None)),
        ),
    ]


def _since(model: Any, made: Any, found: Import) -> Any:
    return model.id.in_(made) & (model.updated_at > found.finished_at)


def _count(where: Any) -> int:
    return db.session.scalar(select(func.count()).where(where)) or 0
