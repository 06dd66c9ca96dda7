"""What has lapsed or lapses soon: qualifications, agreements, plan reviews, registers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import (
    AgreementStatus,
    Participant,
    Plan,
    ServiceAgreement,
    StaffQualification,
    User,
)
from caddy.queries import register_dues

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing that has to be renewed, reviewed or signed, and by when."""

    what: str
    whom: str
    due_on: date
    is_overdue: bool
    link: str

    def as_row(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "whom": self.whom,
            "due_on": self.due_on,
            "is_overdue": self.is_overdue,
            "link": self.link,
        }


def due(today: date, within_days: int) -> list[DueItem]:
    """Return up to 50 things that are due within some days or overdue, the first due first."""
    until = today + timedelta(days=within_days)
    found = [
        *_qualifications(until),
        *_agreements(until),
        *_reviews(today, until),
        *register_dues.due(today, until),
    ]
    rows = sorted(found, key=lambda one: (one[2], one[0], one[1]))[:MOST_LISTED]
    return [DueItem(what, whom, on, on < today, link) for what, whom, on, link in rows]


Found = tuple[str, str, date, str]


def _rows(statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    yield from db.session.execute(statement.limit(MOST_LISTED))


def _qualifications(until: date) -> Iterator[Found]:
    statement = (
        select(StaffQualification.kind, StaffQualification.expires_on, User.id, User.first_name)
        .join(User, User.id == StaffQualification.user_id)
        .where(User.status == UserStatus.ACTIVE, StaffQualification.expires_on <= until)
        .order_by(StaffQualification.expires_on)
    )
    for row in _rows(statement):
        yield row.kind.label, row.first_name, row.expires_on, f"/staff/{row.id}"


def _agreements(until: date) -> Iterator[Found]:
    statement = (
        select(ServiceAgreement.id, ServiceAgreement.review_on, Participant.first_name)
        .join(Participant, Participant.id == ServiceAgreement.participant_id)
        .where(ServiceAgreement.status == AgreementStatus.SIGNED)
        .where(ServiceAgreement.review_on <= until, Participant.status == "active")
        .order_by(ServiceAgreement.review_on)
    )
    for row in _rows(statement):
        yield "Service agreement review", row.first_name, row.review_on, f"/agreements/{row.id}"


def _reviews(today: date, until: date) -> Iterator[Found]:
    statement = (
        select(Plan.participant_id, Plan.review_on, Participant.first_name)
        .join(Participant, Participant.id == Plan.participant_id)
        .where(Plan.starts_on <= today, Plan.ends_on >= today)
        .where(Plan.review_on <= until, Participant.status == "active")
        .order_by(Plan.review_on)
    )
    for row in _rows(statement):
        yield "Plan review", row.first_name, row.review_on, f"/participants/{row.participant_id}"
