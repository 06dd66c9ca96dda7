"""What the compliance score looks at, gathered for many at once by the same few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from caddy import clock
from caddy.domain.care_records import CareKind
from caddy.domain.complaints import ACKNOWLEDGE_WITHIN
from caddy.domain.compliance_findings import (
    NOTES_OF_DAYS,
    YEAR,
    Held,
    OrganizationFacts,
    ParticipantFacts,
)
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.qualifications import QualificationKind
from caddy.domain.registers import Tone
from caddy.domain.restrictive_practices import report_due_on, stands
from caddy.domain.risks import RiskState
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    AgreementStatus,
    CareRecord,
    Complaint,
    EmergencyContact,
    Incident,
    Participant,
    Plan,
    Policy,
    RestrictivePractice,
    Risk,
    Service,
    ServiceAgreement,
    StaffQualification,
    User,
)
from caddy.queries import organizations

MOST_LOOKED_AT = 5_000
WORKERS = (Role.SUPPORT_WORKER, Role.COORDINATOR)
DELIVERED = (ServiceStatus.COMPLETED, ServiceStatus.BILLED)
Ids = Sequence[UUID]


def participants(after: UUID | None, limit: int) -> list[UUID]:
    """Return the next of the active participants, by id."""
    statement = (
        select(Participant.id)
        .where(Participant.status == "active", Participant.erased_at.is_(None))
        .order_by(Participant.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement.where(Participant.id > after) if after else statement))


def workers(after: UUID | None, limit: int) -> list[UUID]:
    """Return the next of the active support workers and coordinators, by id."""
    statement = (
        select(User.id)
        .where(User.status == UserStatus.ACTIVE, User.role.in_(WORKERS))
        .order_by(User.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement.where(User.id > after) if after else statement))


def of_participants(ids: Ids, today: date, now: datetime) -> list[ParticipantFacts]:
    """Return what is stored of some participants, in their order."""
    found = {one: ParticipantFacts(one) for one in ids}
    for row in db.session.execute(
        select(
            ServiceAgreement.participant_id,
            ServiceAgreement.starts_on,
            ServiceAgreement.review_on,
            ServiceAgreement.ends_on,
        ).where(
            ServiceAgreement.participant_id.in_(ids),
            ServiceAgreement.status == AgreementStatus.SIGNED,
            ServiceAgreement.starts_on <= today,
        )
    ):
        held = Held(row.starts_on, row.review_on, row.ends_on)
        found[row.participant_id].agreements.append(held)
    _care(found, ids)
    for one in db.session.scalars(
        select(Plan.participant_id)
        .distinct()
        .where(Plan.participant_id.in_(ids), Plan.starts_on <= today, Plan.ends_on >= today)
    ):
        found[one].has_plan = True
    for one in db.session.scalars(
        select(EmergencyContact.participant_id)
        .distinct()
        .where(EmergencyContact.participant_id.in_(ids))
    ):
        found[one].has_emergency_contact = True
    _services(found, ids, today)
    for row in db.session.execute(
        _reportable(now)
        .add_columns(Incident.participant_id)
        .where(Incident.participant_id.in_(ids))
        .group_by(Incident.participant_id)
    ):
        found[row.participant_id].reportable = row.all
        found[row.participant_id].reported_late = row.late
    return list(found.values())


def _care(found: dict[UUID, ParticipantFacts], ids: Ids) -> None:
    kinds = (CareKind.SHARE_INFORMATION, CareKind.SUPPORT_PLAN, CareKind.RISK_ASSESSMENT)
    for row in db.session.execute(
        select(
            CareRecord.participant_id,
            CareRecord.kind,
            CareRecord.given_on,
            CareRecord.review_on,
            CareRecord.expires_on,
        ).where(
            CareRecord.participant_id.in_(ids),
            CareRecord.kind.in_(kinds),
            CareRecord.withdrawn_on.is_(None),
        )
    ):
        of = found[row.participant_id]
        some = {
            CareKind.SHARE_INFORMATION: of.consents,
            CareKind.SUPPORT_PLAN: of.support_plans,
            CareKind.RISK_ASSESSMENT: of.risk_assessments,
        }[row.kind]
        some.append(Held(row.given_on, row.review_on, row.expires_on))
    # A risk of theirs that is kept and reviewed is an assessment too.
    for risk in db.session.execute(
        select(Risk.participant_id, func.max(Risk.review_on).label("review_on"))
        .where(Risk.participant_id.in_(ids), Risk.state != RiskState.CLOSED)
        .group_by(Risk.participant_id)
    ):
        held = Held(risk.review_on, risk.review_on)
        found[risk.participant_id].risk_assessments.append(held)


def _services(found: dict[UUID, ParticipantFacts], ids: Ids, today: date) -> None:
    is_bare = func.length(func.trim(Service.notes)) == 0
    for row in db.session.execute(
        select(
            Service.participant_id,
            func.count().label("services"),
            func.sum(case((is_bare, 1), else_=0)).label("bare"),
        )
        .where(Service.participant_id.in_(ids), Service.status.in_(DELIVERED))
        .where(Service.service_on > today - timedelta(days=NOTES_OF_DAYS))
        .where(Service.service_on <= today)
        .group_by(Service.participant_id)
    ):
        found[row.participant_id].services = row.services
        found[row.participant_id].services_without_notes = int(row.bare)


def held_by(ids: Ids) -> dict[UUID, dict[QualificationKind, date | None]]:
    """Return what each of some workers holds, with the last valid day of each."""
    held: dict[UUID, dict[QualificationKind, date | None]] = defaultdict(dict)
    for row in db.session.execute(
        select(
            StaffQualification.user_id, StaffQualification.kind, StaffQualification.expires_on
        ).where(StaffQualification.user_id.in_(ids))
    ):
        held[row.user_id][row.kind] = row.expires_on
    return held


def of_organization(
    today: date, now: datetime, participant_scores: Sequence[int], worker_scores: Sequence[int]
) -> OrganizationFacts:
    """Return what is stored of the organization in scope, with its people's scores."""
    policies = db.session.execute(
        select(
            func.count().label("all"),
            func.coalesce(
                func.sum(
                    case((or_(Policy.approved_on.is_(None), Policy.review_on < today), 1), else_=0)
                ),
                0,
            ).label("wrong"),
        ).where(or_(Policy.retired_on.is_(None), Policy.retired_on > today))
    ).one()
    complaints = db.session.execute(
        select(Complaint.received_on, Complaint.acknowledged_on)
        .where(Complaint.received_on > today - YEAR)
        .limit(MOST_LOOKED_AT)
    ).all()
    reportable = db.session.execute(_reportable(now)).one()
    practices = _practices(today)
    return OrganizationFacts(
        participants=len(participant_scores),
        participant_points=sum(participant_scores),
        workers=len(worker_scores),
        worker_points=sum(worker_scores),
        policies=policies.all,
        policies_wrong=int(policies.wrong),
        complaints=len(complaints),
        complaints_late=sum(
            (one.acknowledged_on or today) > one.received_on + ACKNOWLEDGE_WITHIN
            for one in complaints
        ),
        reportable=reportable.all,
        reported_late=int(reportable.late or 0),
        practices=len(practices),
        practices_wrong=sum(practices),
    )


def _reportable(now: datetime) -> Any:
    """Count the reportable incidents of a year, and those of which the Commission heard late."""
    is_late = or_(
        Incident.notified_at > Incident.notify_by,
        and_(Incident.notified_at.is_(None), Incident.notify_by < now),
    )
    return select(
        func.count().label("all"), func.sum(case((is_late, 1), else_=0)).label("late")
    ).where(Incident.notify_by.is_not(None), Incident.aware_at > now - YEAR)


def _practices(today: date) -> list[bool]:
    """Return of each restrictive practice in use whether something is wrong with it."""
    state = organizations.current().state
    rows = db.session.execute(
        select(RestrictivePractice)
        .where(RestrictivePractice.starts_on <= today)
        .where(or_(RestrictivePractice.ended_on.is_(None), RestrictivePractice.ended_on > today))
        .limit(MOST_LOOKED_AT)
    ).scalars()

    def is_holiday(day: date) -> bool:
        return clock.public_holiday(day, state) is not None

    return [
        stands(
            one.authorised_until,
            one.ended_on,
            one.behaviour_plan,
            report_due_on(one.starts_on, one.reported_until, is_holiday),
            today,
        ).tone
        is Tone.BAD
        for one in rows
    ]
