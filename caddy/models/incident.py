"""Incidents: what happened, what the Commission was told, what came of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    Name,
    Reference,
    SensitiveText,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.incidents import IncidentKind, IncidentState, Severity
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Incident(Base, OrganizationOwned, Stamped):
    """`aware_at` is when the provider knew of it: the clocks run from there.

    `notify_by` and `details_by` are set where the kind is reportable; `detailed_at` is when the
    five-day report was sent. `warned_of` is the last stage of its clock that people were told of.
    """

    __tablename__ = "incidents"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("services", "service_id"),
        belongs_to("users", "reported_by"),
        Index(None, "organization_id", "happened_at"),
        Index(None, "organization_id", "state", "notify_by"),
        Index(None, "organization_id", "participant_id", "happened_at"),
        Index(None, "organization_id", "reported_by", "happened_at"),
        Index(None, "organization_id", "service_id"),
        CheckConstraint("aware_at >= happened_at", name="aware"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_its_time"),
        CheckConstraint("state <> 'closed' OR outcome IS NOT NULL", name="closed_has_its_outcome"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference | None]
    service_id: Mapped[Reference | None]
    reported_by: Mapped[Reference]
    kind: Mapped[IncidentKind] = mapped_column(words(IncidentKind, "kind"))
    severity: Mapped[Severity] = mapped_column(words(Severity, "severity"))
    is_harmed: Mapped[bool] = mapped_column(default=False)
    happened_at: Mapped[Instant]
    aware_at: Mapped[Instant]
    place: Mapped[Name | None]
    what_happened: Mapped[SensitiveText]
    immediate_action: Mapped[SensitiveText | None]
    people_involved: Mapped[SensitiveText | None]
    state: Mapped[IncidentState] = mapped_column(
        words(IncidentState, "state"), default=IncidentState.OPEN
    )
    notify_by: Mapped[Instant | None]
    notified_at: Mapped[Instant | None]
    notification_number: Mapped[Word | None]
    details_by: Mapped[Instant | None]
    detailed_at: Mapped[Instant | None]
    warned_of: Mapped[Word | None]
    investigation: Mapped[SensitiveText | None]
    outcome: Mapped[SensitiveText | None]
    closed_at: Mapped[Instant | None]
    closed_by: Mapped[Reference | None]


class IncidentNote(Base, OrganizationOwned, Stamped):
    """What became known after an incident was closed: added to it, never changed."""

    __tablename__ = "incident_notes"
    __table_args__ = within_tenant(
        belongs_to("incidents", "incident_id"),
        Index(None, "organization_id", "incident_id"),
    )

    id: Mapped[Id]
    incident_id: Mapped[Reference]
    body: Mapped[SensitiveText]
