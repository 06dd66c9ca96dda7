"""What the registers make due: reviews of policies, risks and consents, authorisations, actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, case, or_, select

from caddy.domain.risks import RiskState
from caddy.extensions import db
from caddy.models import (
    CareRecord,
    Complaint,
    Incident,
    Participant,
    Policy,
    RegisterAction,
    RestrictivePractice,
    Risk,
)

MOST_LISTED = 50

Found = tuple[str, str, date, str]


def due(today: date, until: date) -> Iterator[Found]:
    """Yield what is due by a day: what, of whom, when, and where it is done."""
    yield from _policies(until)
    yield from _risks(until)
    yield from _care_records(until)
    yield from _practices(today, until)
    yield from _actions(until)


def _rows(statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    yield from db.session.execute(statement.limit(MOST_LISTED))


def _policies(until: date) -> Iterator[Found]:
    statement = (
        select(Policy.id, Policy.title, Policy.review_on)
        .where(Policy.retired_on.is_(None), Policy.review_on <= until)
        .order_by(Policy.review_on)
    )
    for row in _rows(statement):
        yield "Policy review", row.title, row.review_on, f"/policies/{row.id}"


def _risks(until: date) -> Iterator[Found]:
    statement = (
        select(Risk.id, Risk.title, Risk.review_on)
        .where(Risk.state != RiskState.CLOSED, Risk.review_on <= until)
        .order_by(Risk.review_on)
    )
    for row in _rows(statement):
        yield "Risk review", row.title, row.review_on, f"/risks/{row.id}"


def _care_records(until: date) -> Iterator[Found]:
    """Yield consents and plans by whichever of their two days comes first."""
    both = CareRecord.review_on.is_(None) | (CareRecord.expires_on < CareRecord.review_on)
    first = case((both, CareRecord.expires_on), else_=CareRecord.review_on)
    statement = (
        select(CareRecord.id, CareRecord.kind, first.label("due_on"), Participant.first_name)
        .join(Participant, Participant.id == CareRecord.participant_id)
        .where(CareRecord.withdrawn_on.is_(None), Participant.status == "active")
        .where(or_(CareRecord.review_on <= until, CareRecord.expires_on <= until))
        .order_by(first)
    )
    for row in _rows(statement):
        yield row.kind.label, row.first_name, row.due_on, f"/care-records/{row.id}"


def _practices(today: date, until: date) -> Iterator[Found]:
    practice = RestrictivePractice
    statement = (
        select(practice.id, practice.kind, practice.authorised_until, Participant.first_name)
        .join(Participant, Participant.id == practice.participant_id)
        .where(practice.authorised_until <= until)
        .where(or_(practice.ended_on.is_(None), practice.ended_on > today))
        .order_by(practice.authorised_until)
    )
    for row in _rows(statement):
        what = f"Authorisation of {row.kind.label.lower()}"
        link = f"/restrictive-practices/{row.id}"
        yield what, row.first_name, row.authorised_until, link


def _actions(until: date) -> Iterator[Found]:
    """Yield actions that are not done. What is to be done is told in confidence: not here."""
    statement = (
        select(
            RegisterAction.due_on,
            RegisterAction.incident_id,
            RegisterAction.complaint_id,
            RegisterAction.risk_id,
            Incident.kind,
            Complaint.about,
            Risk.title,
        )
        .outerjoin(Incident, Incident.id == RegisterAction.incident_id)
        .outerjoin(Complaint, Complaint.id == RegisterAction.complaint_id)
        .outerjoin(Risk, Risk.id == RegisterAction.risk_id)
        .where(RegisterAction.done_on.is_(None), RegisterAction.due_on <= until)
        .order_by(RegisterAction.due_on)
    )
    for row in _rows(statement):
        if row.incident_id:
            found = "Incident action", row.kind.label, f"/incidents/{row.incident_id}"
        elif row.complaint_id:
            found = "Complaint action", row.about, f"/complaints/{row.complaint_id}"
        else:
            found = "Risk action", row.title, f"/risks/{row.risk_id}"
        what, whom, link = found
        yield what, whom, row.due_on, link
