"""How far a new organization is on its way to its first service: one statement for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from caddy.domain.people import UserStatus
from caddy.domain.qualifications import QualificationKind
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Organization, Plan, Service, StaffQualification, SupportItem, User
from caddy.tenancy import current_organization_id

DELIVERED = (ServiceStatus.COMPLETED, ServiceStatus.BILLED)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of the five steps are done, in their order, and whether the person hid them.

    A worker is there once someone else can sign in, or anyone's worker screening is recorded:
    then the person who leads can work themselves.
    """

    has_numbers: bool
    has_catalogue: bool
    has_plan: bool
    has_worker: bool
    has_service: bool
    is_hidden: bool

    @property
    def done(self) -> tuple[bool, ...]:
        return (
            self.has_numbers,
            self.has_catalogue,
            self.has_plan,
            self.has_worker,
            self.has_service,
        )

    @property
    def is_shown(self) -> bool:
        """Say whether they still help: not all are done, and nobody hid them."""
        return not self.is_hidden and not all(self.done)


def of(user_id: UUID) -> FirstSteps:
    """Return how far the organization in scope is, as one person is shown it."""
    row = db.session.execute(
        select(
            Organization.abn.is_not(None),
            exists(select(SupportItem.id)),
            exists(select(Plan.id)),
            or_(
                exists(select(User.id).where(_is_other_worker(user_id))),
                exists(
                    select(StaffQualification.id).where(
                        StaffQualification.kind == QualificationKind.WORKER_SCREENING
                    )
                ),
            ),
            exists(select(Service.id).where(Service.status.in_(DELIVERED))),
            exists(select(User.id).where(_has_hidden(user_id))),
        ).where(Organization.id == current_organization_id())
    ).one()
    return FirstSteps(*(bool(value) for value in row))


def are_hidden(user_id: UUID) -> bool:
    """Say whether a person hid the steps while they are not all done."""
    found = of(user_id)
    return found.is_hidden and not all(found.done)


def _is_other_worker(user_id: UUID) -> ColumnElement[bool]:
    return and_(User.status == UserStatus.ACTIVE, User.id != user_id)


def _has_hidden(user_id: UUID) -> ColumnElement[bool]:
    return and_(User.id == user_id, User.first_steps_hidden_at.is_not(None))
