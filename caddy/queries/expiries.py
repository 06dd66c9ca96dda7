"""What ends within 60 days or ended lately, from every table that keeps an end or a review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from caddy.columns import Rows
from caddy.domain.expiries import STEPS, Expiry
from caddy.domain.people import UserStatus
from caddy.domain.risks import RiskState
from caddy.extensions import db
from caddy.models import (
    AgreementStatus,
    CareRecord,
    Complaint,
    Document,
    Incident,
    Participant,
    Plan,
    Policy,
    RegisterAction,
    RestrictivePractice,
    Risk,
    ServiceAgreement,
    StaffQualification,
    User,
)

LOOKED_BACK = timedelta(days=365)
MOST_OF_A_KIND = 1_000
ORGANIZATION = "The organization"
NOBODY = "Nobody yet"


def ending(today: date) -> list[Expiry]:
    """Return what ends within 60 days or ended within a year, the first to end first.

    What has something newer in its place does not count.
    """
    found = [
        *_qualifications(today),
        *_agreements(today),
        *_plans(today),
        *_care_records(today),
        *_practices(today),
        *_risks(today),
        *_actions(today),
        *_policies(today),
        *_documents(today),
    ]
    return sorted(found, key=lambda one: (one.due_on, one.what, one.whom, one.thing))


def coordinators_of(participant_ids: set[UUID], today: date) -> dict[UUID, UUID]:
    """Return the active coordinator whom each participant's current plan names."""
    rows = db.session.execute(
        select(Plan.participant_id, User.id)
        .join(User, User.id == Plan.support_coordinator_id)
        .where(Plan.participant_id.in_(participant_ids), User.status == UserStatus.ACTIVE)
        .where(Plan.starts_on <= today, Plan.ends_on >= today)
    )
    return {row.participant_id: row.id for row in rows}


def active(user_ids: set[UUID]) -> list[User]:
    """Return those of some people who may sign in, in the order of their ids."""
    return list(
        db.session.scalars(
            select(User)
            .where(User.id.in_(user_ids), User.status == UserStatus.ACTIVE)
            .order_by(User.id)
        )
    )


def _rows(statement: Rows, due_on: Any, today: date) -> Iterator[Any]:
    until = today + timedelta(days=STEPS[0])
    yield from db.session.execute(
        statement.where(due_on >= today - LOOKED_BACK, due_on <= until)
        .order_by(due_on)
        .limit(MOST_OF_A_KIND)
    )


def _of_active_participant(*columns: Any) -> Rows:
    """Select columns beside the first name of an active participant; the caller joins."""
    name = func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name")
    return select(*columns, name).where(Participant.status == "active")


def _qualifications(today: date) -> Iterator[Expiry]:
    kept = StaffQualification
    statement: Rows = (
        select(kept.id, kept.kind, kept.expires_on, kept.user_id, User.first_name)
        .join(User, User.id == kept.user_id)
        .where(User.status == UserStatus.ACTIVE)
    )
    for row in _rows(statement, kept.expires_on, today):
        yield Expiry(
            f"qualification:{row.id}",
            row.kind.label,
            row.first_name,
            row.expires_on,
            f"/staff/{row.user_id}",
            user_id=row.user_id,
        )


def _agreements(today: date) -> Iterator[Expiry]:
    later = aliased(ServiceAgreement)
    has_next = (
        select(later.id)
        .where(later.participant_id == ServiceAgreement.participant_id)
        .where(later.status == AgreementStatus.SIGNED, later.ends_on > ServiceAgreement.ends_on)
        .exists()
    )
    ends: Any = ServiceAgreement.ends_on
    reviews: Any = ServiceAgreement.review_on
    for what, word, due_on in (
        ("Service agreement", "agreement", ends),
        ("Service agreement review", "agreement-review", reviews),
    ):
        statement = (
            _of_active_participant(
                ServiceAgreement.id, ServiceAgreement.participant_id, due_on.label("due_on")
            )
            .join(Participant, Participant.id == ServiceAgreement.participant_id)
            .where(ServiceAgreement.status == AgreementStatus.SIGNED, ~has_next)
        )
        for row in _rows(statement, due_on, today):
            yield _of_participant(f"{word}:{row.id}", what, row, f"/agreements/{row.id}")


def _plans(today: date) -> Iterator[Expiry]:
    later = aliased(Plan)
    has_next = (
        select(later.id)
        .where(later.participant_id == Plan.participant_id, later.starts_on > Plan.starts_on)
        .exists()
    )
    ends: Any = Plan.ends_on
    reviews: Any = Plan.review_on
    for what, word, due_on in (
        ("NDIS plan", "plan", ends),
        ("Plan review", "plan-review", reviews),
    ):
        statement = (
            _of_active_participant(Plan.id, Plan.participant_id, due_on.label("due_on"))
            .join(Participant, Participant.id == Plan.participant_id)
            .where(~has_next)
        )
        for row in _rows(statement, due_on, today):
            link = f"/participants/{row.participant_id}"
            yield _of_participant(f"{word}:{row.id}", what, row, link)


def _care_records(today: date) -> Iterator[Expiry]:
    newer = aliased(CareRecord)
    has_next = (
        select(newer.id)
        .where(newer.participant_id == CareRecord.participant_id, newer.kind == CareRecord.kind)
        .where(newer.withdrawn_on.is_(None), newer.given_on > CareRecord.given_on)
        .exists()
    )
    ends: Any = CareRecord.expires_on
    reviews: Any = CareRecord.review_on
    for ending_, word, due_on in (("", "care", ends), (" review", "care-review", reviews)):
        statement = (
            _of_active_participant(
                CareRecord.id, CareRecord.participant_id, CareRecord.kind, due_on.label("due_on")
            )
            .join(Participant, Participant.id == CareRecord.participant_id)
            .where(CareRecord.withdrawn_on.is_(None), ~has_next)
        )
        for row in _rows(statement, due_on, today):
            link = f"/participants/{row.participant_id}/care-records"
            yield _of_participant(f"{word}:{row.id}", f"{row.kind.label}{ending_}", row, link)


def _risks(today: date) -> Iterator[Expiry]:
    name = func.coalesce(Participant.preferred_name, Participant.first_name, ORGANIZATION)
    statement: Rows = (
        select(Risk.id, Risk.participant_id, Risk.review_on, name.label("first_name"))
        .outerjoin(Participant, Participant.id == Risk.participant_id)
        .where(Risk.state != RiskState.CLOSED)
    )
    for row in _rows(statement, Risk.review_on, today):
        yield Expiry(
            f"risk:{row.id}",
            "Risk review",
            row.first_name,
            row.review_on,
            f"/risks/{row.id}",
            participant_id=row.participant_id,
        )


def _practices(today: date) -> Iterator[Expiry]:
    """Yield authorisations: once one lapses, every further use of the practice is reportable."""
    kept = RestrictivePractice
    statement: Rows = (
        _of_active_participant(kept.id, kept.participant_id, kept.kind, kept.authorised_until)
        .join(Participant, Participant.id == kept.participant_id)
        .where(or_(kept.ended_on.is_(None), kept.ended_on > today))
    )
    for row in _rows(statement, kept.authorised_until, today):
        yield Expiry(
            f"practice:{row.id}",
            f"Authorisation of {row.kind.label.lower()}",
            row.first_name,
            row.authorised_until,
            f"/restrictive-practices/{row.id}",
            participant_id=row.participant_id,
        )


def _actions(today: date) -> Iterator[Expiry]:
    """Yield what is to be done, with who does it; what and about whom is told in confidence."""
    kept = RegisterAction
    statement: Rows = (
        select(
            kept.id,
            kept.due_on,
            kept.owner_id,
            kept.incident_id,
            kept.complaint_id,
            kept.risk_id,
            func.coalesce(
                Incident.participant_id, Complaint.participant_id, Risk.participant_id
            ).label("participant_id"),
            func.coalesce(User.first_name, NOBODY).label("owner"),
        )
        .outerjoin(Incident, Incident.id == kept.incident_id)
        .outerjoin(Complaint, Complaint.id == kept.complaint_id)
        .outerjoin(Risk, Risk.id == kept.risk_id)
        .outerjoin(User, User.id == kept.owner_id)
        .where(kept.done_on.is_(None))
    )
    for row in _rows(statement, kept.due_on, today):
        if row.incident_id:
            what, link = "Incident action", f"/incidents/{row.incident_id}"
        elif row.complaint_id:
            what, link = "Complaint action", f"/complaints/{row.complaint_id}"
        else:
            what, link = "Risk action", f"/risks/{row.risk_id}"
        yield Expiry(
            f"action:{row.id}",
            what,
            row.owner,
            row.due_on,
            link,
            participant_id=row.participant_id,
            owner_id=row.owner_id,
        )


def _policies(today: date) -> Iterator[Expiry]:
    statement: Rows = select(Policy.id, Policy.title, Policy.review_on).where(
        Policy.retired_on.is_(None)
    )
    for row in _rows(statement, Policy.review_on, today):
        yield Expiry(
            f"policy:{row.id}",
            f"Policy review: {row.title}",
            ORGANIZATION,
            row.review_on,
            f"/policies/{row.id}",
        )


def _documents(today: date) -> Iterator[Expiry]:
    name = func.coalesce(
        Participant.preferred_name, Participant.first_name, User.first_name, ORGANIZATION
    )
    statement: Rows = (
        select(
            Document.id,
            Document.title,
            Document.expires_on,
            Document.participant_id,
            Document.user_id,
            name.label("first_name"),
        )
        .outerjoin(Participant, Participant.id == Document.participant_id)
        .outerjoin(User, User.id == Document.user_id)
        .where(Document.is_active.is_(True))
    )
    for row in _rows(statement, Document.expires_on, today):
        yield Expiry(
            f"document:{row.id}",
            f"Document: {row.title}",
            row.first_name,
            row.expires_on,
            f"/documents/{row.id}",
            row.participant_id,
            row.user_id,
        )


def _of_participant(thing: str, what: str, row: Any, link: str) -> Expiry:
    return Expiry(thing, what, row.first_name, row.due_on, link, participant_id=row.participant_id)
