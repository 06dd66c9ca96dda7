"""When workers can be rostered, and what they must hold to be."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    Time,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Reference, Stamped, Word, belongs_to, within_tenant, words
from caddy.domain.qualifications import QualificationKind
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class WorkerAvailability(Base, OrganizationOwned, Stamped):
    """A window of the week (0 Monday), in local time; a worker without any is always available."""

    __tablename__ = "worker_availability"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "user_id", "weekday"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("end_time > start_time", name="period"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    weekday: Mapped[int]
    start_time: Mapped[time] = mapped_column(Time)
    end_time: Mapped[time] = mapped_column(Time)


class WorkerLeave(Base, OrganizationOwned, Stamped):
    """Days on which a worker is away, both included."""

    __tablename__ = "worker_leave"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "user_id", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="period"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(200))


class StaffQualification(Base, OrganizationOwned, Stamped):
    """What a member of staff holds; without an expiry it does not lapse."""

    __tablename__ = "staff_qualifications"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "kind"),
        Index(None, "organization_id", "expires_on"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    kind: Mapped[QualificationKind] = mapped_column(words(QualificationKind, "kind"))
    number: Mapped[Word | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]

    @hybrid_property
    def last_day(self) -> date:
        """Return the last day of validity; what does not lapse comes after all that does."""
        return self.expires_on or date.max

    @last_day.inplace.expression
    @classmethod
    def _last_day(cls) -> ColumnElement[date]:
        return func.coalesce(cls.expires_on, date.max)
